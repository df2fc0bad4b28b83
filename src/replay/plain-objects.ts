import { assertDefined } from '../base/assert.ts';
import type { TraceEvent } from '../model/event.ts';
import { nanoseconds } from '../model/time.ts';
import { newGroup } from './new-group.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { OPEN, type PlainGroups } from './plain-groups.ts';
import { NONE } from './plain-messages.ts';
import { type Member, pasidState } from './requester.ts';
import type { UpperHops } from './upper-hops.ts';

/** The object that stands for the group in `slot`, and from now on for nothing else. */
export function objectOf(groups: PlainGroups, slot: number): PageRequestGroup {
  const known = groups.group[slot];
  if (known !== undefined) return known;
  const key = assertDefined(groups.key[slot], 'the key of a plain group');
  const { requester, prgi } = key;
  const pasid = groups.pasid[slot] ?? 0;
  const group = newGroup(requester, key, pasid, prgi, undefined, groups.ordinal[slot]);
  for (const [request, ...above] of requestsOf(groups, slot)) {
    if (request !== undefined) group.requests.push(request);
    group.upperHops.push(...above);
  }
  group.state = 'pending';
  group.isSealed = true;
  group.sealedAt = nanoseconds(groups.sealedAt[slot] ?? 0);
  group.sealing = groups.sealing[slot] ?? 0;
  group.generation = groups.generation[slot] ?? 0;
  const response = groups.response[slot] ?? NONE;
  if (response !== NONE) {
    group.response = groups.messages.eventOf(response);
    group.state = 'answered';
    group.upperHops.push(...groups.messages.eventsAbove(response));
    group.submission = group.upperHops.find(({ kind, point }) => kind === 'page-response' && point === 'core');
    if (group.submission !== undefined) group.answeredBy = 'handler';
    const endedAt = groups.endedAt[slot] ?? Number.NaN;
    if (!Number.isNaN(endedAt)) group.sinceEpoch = (group.response.time ?? Number.NaN) - endedAt;
  }
  groups.group[slot] = group;
  return group;
}

/** A group that is sealed and not answered becomes one of those that the replay knows. */
export function openObject(groups: PlainGroups, slot: number): void {
  const group = objectOf(groups, slot);
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
export function collectObject(groups: PlainGroups, slot: number, upperHops: UpperHops): void {
  const key = assertDefined(groups.key[slot], 'the key of a plain group');
  const { generation } = pasidState(key.requester, groups.pasid[slot]);
  const members: Member[] = [];
  for (const [request, report] of requestsOf(groups, slot)) {
    if (request === undefined) continue;
    members.push({ request, generation, gap: undefined });
    if (report !== undefined) upperHops.join(request, report);
  }
  key.requester.collecting.set(key.prgi, { members, reuses: [] });
  groups.release(slot, OPEN);
}

/** Each request, followed by what was seen of it above. */
function requestsOf({ first, messages }: PlainGroups, slot: number): TraceEvent[][] {
  const requests: TraceEvent[][] = [];
  for (let at = first[slot] ?? NONE; at !== NONE; at = messages.nextOf(at)) {
    requests.push([messages.eventOf(at), ...messages.eventsAbove(at)]);
  }
  return requests;
}
