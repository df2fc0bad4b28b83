/** States of a page-request-group instance (semantics §3), one set for every output. */
export const GROUP_STATES = [
  'collecting',
  'pending',
  'answered',
  'auto-answered',
  'refused',
  'discarded',
  'hardware-finished',
  'dropped',
  'unknown',
] as const;
