/**
 * What kernels and QEMU print about IOMMU faults, page requests and page responses: the format of each message, lines of
 * that format, who reads them, and as what. DEV and ADDR stand for AMD's device and address.
 */
export interface FormatRow {
  /** As the source has it, in printf's notation. */
  readonly format: string;
  /** A trace event behind its name, or a log message behind its driver's prefix. */
  readonly line: string;
  readonly dialect: string;
  /** The kind of event; `continuation` for what only adds to another line; `silent` for what is known and no event. */
  readonly gives: string;
}

/** Reads what says nothing about faults and is passed over by the sieve. */
export const NOBODY = '';

type Listed = readonly [format: string, gives: string, ...lines: string[]];

/** Rows of one dialect; `prefix` stands in front of each line. */
export function rows(dialect: string, prefix: string, list: readonly Listed[]): FormatRow[] {
  return list.flatMap(([format, gives, ...lines]) =>
    lines.map((line) => ({ format, line: prefix + line, dialect, gives })),
  );
}
