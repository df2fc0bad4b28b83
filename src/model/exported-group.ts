import type { TraceEvent } from './event.ts';
import type { GroupRow } from './group.ts';
import type { ClockScale } from './time.ts';

/** A page-request-group instance that an earlier run has judged, with the messages that its row tells of. */
export interface ExportedGroup {
  /** As it was written, but that its lines are those of the export. */
  readonly row: GroupRow;
  /** One for each of the row's. */
  readonly requests: readonly TraceEvent[];
  readonly response: TraceEvent | undefined;
  /** The other observations of its journey. */
  readonly hops: readonly TraceEvent[];
}

/** What an export of groups holds. */
export interface GroupsReading {
  /** In the order of the rows. */
  readonly groups: readonly ExportedGroup[];
  readonly scale: ClockScale;
  readonly lines: number;
  /** Rows that are none: the line, its text, and what is wrong. */
  readonly unread: readonly { readonly line: number; readonly text: string; readonly problem: string }[];
}
