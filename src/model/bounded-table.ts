/** What a hostile or broken capture could make grow without end: tables of the replay, and the list of gaps. */
export const BOUNDED_TABLES = ['iommus', 'requesters', 'pasids', 'keys', 'gaps'] as const;
export type BoundedTable = (typeof BOUNDED_TABLES)[number];
