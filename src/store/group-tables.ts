import type { AnsweredBy } from '../model/finding.ts';
import type { GroupState } from '../model/group.ts';
import { GROUP_STATES } from '../model/group-state.ts';
import { LANES, type Lane } from '../model/lane.ts';
import { ChunkedTable } from './chunked-table.ts';
import type { Column, ColumnSource } from './column.ts';
import { Dictionary } from './dictionary.ts';

/** Columns of `CHUNK_ROWS` group instances. */
export interface GroupChunk {
  /** First of its rows in the table of members: its requests in order, its answer, its observations on other hops and in other lanes. */
  readonly members: Column;
  readonly requests: Column;
  /** Members in all. */
  readonly observations: Column;
  /** How many of the last ones are events of other lanes. */
  readonly above: Column;
  readonly requester: Column;
  readonly pasid: Column;
  readonly prgi: Column;
  /** n-th use of its key, from 1. */
  readonly ordinal: Column;
  /** Time since the PASID's last epoch; NaN without one. */
  readonly sinceEpoch: Column;
  /** See `packStatus`. */
  readonly status: Column;
}

const GROUP_BYTES = 8 + 8 * 4 + 2;

/** What may change when an instance has ended. */
export interface VerdictChunk {
  /** Number of its set of findings. */
  readonly findings: Column;
}

export interface MemberChunk {
  readonly event: Column;
  /** Of an event of another lane: its time on the clock of the instance's own lane; 0 for all others. */
  readonly at: Column;
}

/** All instances of page-request groups of a capture, in the order in which they ended. */
export class GroupTables {
  readonly rows = new ChunkedTable<GroupChunk>({ bytesPerRow: GROUP_BYTES, kind: 'packed' }, cutGroups);
  readonly verdicts = new ChunkedTable<VerdictChunk>({ bytesPerRow: 4, kind: 'live' }, (source) => ({
    findings: source.next('u32'),
  }));
  readonly members = new ChunkedTable<MemberChunk>({ bytesPerRow: 12, kind: 'packed' }, (source) => ({
    at: source.next('f64'),
    event: source.next('u32'),
  }));
  /** Names of requesters by their number; '' where the log names none. A name may become known late. */
  requesters: readonly string[] = [];
  /** Ids of rules, sorted. */
  readonly findingSets = new Dictionary<readonly string[]>();
}

function cutGroups(source: ColumnSource): GroupChunk {
  return {
    sinceEpoch: source.next('f64'),
    members: source.next('u32'),
    requests: source.next('u32'),
    observations: source.next('u32'),
    above: source.next('u32'),
    requester: source.next('u32'),
    pasid: source.next('u32'),
    prgi: source.next('u32'),
    ordinal: source.next('u32'),
    status: source.next('u16'),
  };
}

/** What is known of an instance besides numbers. */
export interface GroupStatus {
  readonly state: GroupState;
  readonly answeredBy: AnsweredBy | undefined;
  readonly lane: Lane;
  readonly hasPasid: boolean;
  readonly hasResponse: boolean;
  /** Its last request came: from then on it is in flight. */
  readonly isSealed: boolean;
  /** The clock tells how long it was in flight. */
  readonly isTimed: boolean;
}

const ANSWERED_BY: readonly AnsweredBy[] = ['handler', 'host', 'hardware'];

export const WITH_PASID = 1 << 9;
export const ANSWERED = 1 << 10;
export const SEALED = 1 << 11;
export const TIMED = 1 << 12;

/** 4 bits state, 2 who answered (0: not known), 3 lane, 4 flags. */
export function packStatus(status: GroupStatus): number {
  const who = status.answeredBy === undefined ? 0 : ANSWERED_BY.indexOf(status.answeredBy) + 1;
  return (
    GROUP_STATES.indexOf(status.state) |
    (who << 4) |
    (LANES.indexOf(status.lane) << 6) |
    (status.hasPasid ? WITH_PASID : 0) |
    (status.hasResponse ? ANSWERED : 0) |
    (status.isSealed ? SEALED : 0) |
    (status.isTimed ? TIMED : 0)
  );
}

export function stateOfStatus(bits: number): GroupState {
  return GROUP_STATES[bits & 15] ?? 'unknown';
}

export function unpackStatus(bits: number): GroupStatus {
  return {
    state: stateOfStatus(bits),
    answeredBy: ANSWERED_BY[((bits >> 4) & 3) - 1],
    lane: LANES[(bits >> 6) & 7] ?? 'host',
    hasPasid: (bits & WITH_PASID) !== 0,
    hasResponse: (bits & ANSWERED) !== 0,
    isSealed: (bits & SEALED) !== 0,
    isTimed: (bits & TIMED) !== 0,
  };
}
