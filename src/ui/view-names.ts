/** The views in the order of the keys 1 to 8. */
export const VIEW_NAMES = ['overview', 'findings', 'groups', 'ladder', 'events', 'raw', 'latency', 'help'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

export const VIEW_TITLES: Readonly<Record<ViewName, string>> = {
  overview: 'Overview',
  findings: 'Findings',
  groups: 'Groups',
  ladder: 'Ladder',
  events: 'Events',
  raw: 'Raw',
  latency: 'Latency',
  help: 'Help',
};
