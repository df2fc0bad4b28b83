import type { AnsweredBy } from '../model/finding.ts';
import { GROUP_STATES, type GroupState } from '../model/group.ts';
import { LANES, type Lane } from '../model/lane.ts';
import { ChunkedTable, type ColumnCutter } from './chunked-table.ts';
import { Dictionary } from './dictionary.ts';

/** Columns of `CHUNK_ROWS` group instances. */
export interface GroupChunk {
  /** First of its rows in the table of members: its requests in order, its answer, its observations on other hops. */
  readonly members: Uint32Array;
  readonly requests: Uint32Array;
  /** Members in all. */
  readonly observations: Uint32Array;
  readonly requester: Uint32Array;
  readonly pasid: Uint32Array;
  readonly prgi: Uint32Array;
  /** n-th use of its key, from 1. */
  readonly ordinal: Uint32Array;
  /** Number of its set of findings. */
  readonly findings: Uint32Array;
  /** Time since the PASID's last epoch; NaN without one. */
  readonly sinceEpoch: Float64Array;
  /** See `packStatus`. */
  readonly status: Uint16Array;
}

const GROUP_BYTES = 8 * 4 + 8 + 2;

export interface MemberChunk {
  readonly event: Uint32Array;
}

/** All instances of page-request groups of a capture, in the order in which they ended. */
export class GroupTables {
  readonly rows = new ChunkedTable<GroupChunk>(GROUP_BYTES, cutGroups);
  readonly members = new ChunkedTable<MemberChunk>(4, (columns) => ({ event: columns.u32() }));
  /** Names of requesters by their number; '' where the log names none. A name may become known late. */
  requesters: readonly string[] = [];
  /** Ids of rules, sorted. */
  readonly findingSets = new Dictionary<readonly string[]>();
}

function cutGroups(columns: ColumnCutter): GroupChunk {
  return {
    sinceEpoch: columns.f64(),
    members: columns.u32(),
    requests: columns.u32(),
    observations: columns.u32(),
    requester: columns.u32(),
    pasid: columns.u32(),
    prgi: columns.u32(),
    ordinal: columns.u32(),
    findings: columns.u32(),
    status: columns.u16(),
  };
}

/** What is known of an instance besides numbers. */
export interface GroupStatus {
  readonly state: GroupState;
  readonly answeredBy: AnsweredBy | undefined;
  readonly lane: Lane;
  readonly hasPasid: boolean;
  readonly hasResponse: boolean;
  /** Its last request came and has a time: from then on it is in flight. */
  readonly isSealed: boolean;
}

const ANSWERED_BY: readonly AnsweredBy[] = ['handler', 'host', 'hardware'];

/** 4 bits state, 2 who answered (0: not known), 3 lane, 3 flags. */
export function packStatus(status: GroupStatus): number {
  const who = status.answeredBy === undefined ? 0 : ANSWERED_BY.indexOf(status.answeredBy) + 1;
  return (
    GROUP_STATES.indexOf(status.state) |
    (who << 4) |
    (LANES.indexOf(status.lane) << 6) |
    (status.hasPasid ? 1 << 9 : 0) |
    (status.hasResponse ? 1 << 10 : 0) |
    (status.isSealed ? 1 << 11 : 0)
  );
}

export function unpackStatus(bits: number): GroupStatus {
  return {
    state: GROUP_STATES[bits & 15] ?? 'unknown',
    answeredBy: ANSWERED_BY[((bits >> 4) & 3) - 1],
    lane: LANES[(bits >> 6) & 7] ?? 'host',
    hasPasid: (bits & (1 << 9)) !== 0,
    hasResponse: (bits & (1 << 10)) !== 0,
    isSealed: (bits & (1 << 11)) !== 0,
  };
}
