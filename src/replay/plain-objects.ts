import { assertDefined } from '../base/assert.ts';
import type { TraceEvent } from '../model/event.ts';
import type { RowSource } from '../model/event-rows.ts';
import { nanoseconds } from '../model/time.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { NONE, OPEN, type PlainGroups } from './plain-groups.ts';
import { type Member, pasidState } from './requester.ts';
import { newGroup } from './requests.ts';

/** The object that stands for the group in `slot`, and from now on for nothing else. */
export function objectOf(groups: PlainGroups, slot: number, source: RowSource): PageRequestGroup {
  const known = groups.group[slot];
  if (known !== undefined) return known;
  const key = assertDefined(groups.key[slot], 'the key of a plain group');
  const { requester, prgi } = key;
  const pasid = groups.pasid[slot] ?? 0;
  const group = newGroup(requester, key, pasid, prgi, undefined, groups.ordinal[slot]);
  group.requests.push(...requestsOf(groups, slot, source));
  group.state = 'pending';
  group.isSealed = true;
  group.sealedAt = nanoseconds(groups.sealedAt[slot] ?? 0);
  group.sealing = groups.sealing[slot] ?? 0;
  group.generation = groups.generation[slot] ?? 0;
  const response = groups.response[slot] ?? NONE;
  if (response !== NONE) {
    group.response = messageAt(groups, response, source);
    group.state = 'answered';
    const endedAt = groups.endedAt[slot] ?? Number.NaN;
    if (!Number.isNaN(endedAt)) group.sinceEpoch = (group.response.time ?? Number.NaN) - endedAt;
  }
  groups.group[slot] = group;
  return group;
}

/** A group that is sealed and not answered becomes one of those that the replay knows. */
export function openObject(groups: PlainGroups, slot: number, source: RowSource): void {
  const group = objectOf(groups, slot, source);
  const { requester, key } = group;
  key.plainOpen = NONE;
  key.pending.push(group);
  requester.open.add(group);
  const byPrgi = requester.pendingByPrgi.get(group.prgi);
  if (byPrgi === undefined) requester.pendingByPrgi.set(group.prgi, [group]);
  else byPrgi.push(group);
  groups.release(slot, OPEN);
}

/** So does one that is still collecting, which is no group yet. */
export function collectObject(groups: PlainGroups, slot: number, source: RowSource): void {
  const key = assertDefined(groups.key[slot], 'the key of a plain group');
  const { generation } = pasidState(key.requester, groups.pasid[slot]);
  const members = requestsOf(groups, slot, source).map((request): Member => ({ request, generation, gap: undefined }));
  key.requester.collecting.set(key.prgi, { members, reuses: [] });
  groups.release(slot, OPEN);
}

function requestsOf(groups: PlainGroups, slot: number, source: RowSource): TraceEvent[] {
  const requests: TraceEvent[] = [];
  for (let at = groups.first[slot] ?? NONE; at !== NONE; at = groups.messages.next[at] ?? NONE) {
    requests.push(messageAt(groups, at, source));
  }
  return requests;
}

function messageAt({ messages }: PlainGroups, at: number, source: RowSource): TraceEvent {
  const { row, line, offset, held } = messages;
  return source.eventAt(row[at] ?? 0, line[at] ?? 0, offset[at] ?? 0, held[at] ?? 0);
}
