import fc from 'fast-check';
import { type EventKind, newEvent, type TraceEvent } from '../../src/model/event.ts';
import { GROUP_STATES } from '../../src/model/group-state.ts';
import { pasid, prgi } from '../../src/model/ids.ts';
import { nanoseconds } from '../../src/model/time.ts';
import { refusedGroup } from '../../src/replay/new-group.ts';
import { OpenGroups } from '../../src/replay/open-groups.ts';
import type { PageRequestGroup } from '../../src/replay/page-request-group.ts';
import type { Requester } from '../../src/replay/requester.ts';
import { TableSizes } from '../../src/replay/table-sizes.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { GroupStore } from '../../src/store/group-store.ts';
import { StoreWriter } from '../../src/store/store-writer.ts';

/** Events and instances that no parser need ever give, in a store. */
export interface RandomRows {
  readonly rows: readonly TraceEvent[];
  readonly instances: readonly PageRequestGroup[];
  readonly writer: StoreWriter;
  readonly events: EventStore;
  readonly groups: GroupStore;
}

const KINDS: readonly EventKind[] = [
  'page-request',
  'page-request',
  'page-request',
  'page-response',
  'page-response',
  'fault',
  'iommu-error',
  'queue-overflow',
  'capture-gap',
  'drain',
];

interface Draft {
  readonly kind: EventKind;
  readonly step: number;
  readonly isUntimed: boolean;
  readonly device: number;
  readonly pasid: number | undefined;
  readonly prgi: number;
  readonly cpu: number;
  readonly answers: number;
}

const draft = fc.record({
  kind: fc.constantFrom(...KINDS),
  /** Now and then an event comes late. */
  step: fc.oneof({ weight: 20, arbitrary: fc.nat(1000) }, { weight: 1, arbitrary: fc.integer({ min: -5000, max: 0 }) }),
  isUntimed: fc.nat(40).map((number) => number === 0),
  device: fc.nat(2),
  pasid: fc.option(fc.nat(3), { nil: undefined }),
  prgi: fc.nat(5),
  cpu: fc.nat(3),
  /** How many requests back the one is that a response answers. */
  answers: fc.nat(12),
});

/** @param copies how often the drafts follow each other, so that few of them fill many blocks */
export function randomRows(most = 400, copies = 6): fc.Arbitrary<RandomRows> {
  return fc
    .tuple(fc.array(draft, { maxLength: most }), fc.integer({ min: 1, max: copies }))
    .map(([drafts, times]) => rowsOf(Array.from({ length: times }, () => drafts).flat()));
}

function rowsOf(drafts: readonly Draft[]): RandomRows {
  const writer = new StoreWriter();
  const requesters = [0, 1, 2].map(newRequester);
  const rows: TraceEvent[] = [];
  const instances: PageRequestGroup[] = [];
  const open: TraceEvent[] = [];
  let time = 0;
  for (const [index, each] of drafts.entries()) {
    time += each.step;
    const event = eventOf(each, time, index + 1);
    rows.push(event);
    writer.addEvents([event]);
    if (event.kind === 'page-request') open.push(event);
    if (event.kind !== 'page-response') continue;
    const [request] = open.splice(Math.max(0, open.length - 1 - each.answers), 1);
    if (request !== undefined) instances.push(close(writer, requesters[each.device], [request], event, each));
  }
  for (const request of open) {
    const late = drafts[0];
    if (late !== undefined) instances.push(close(writer, requesters[0], [request], undefined, late));
  }
  writer.settle();
  const events = new EventStore(writer.events, () => ({ unit: 'seconds', epoch: 0, digits: 9 }));
  return { rows, instances, writer, events, groups: new GroupStore(writer.groups, events, () => undefined) };
}

function eventOf(each: Draft, time: number, line: number): TraceEvent {
  const event = newEvent(each.kind, 'test', 'wire');
  event.source = { input: 0, line, offset: line * 100, text: '' };
  event.time = each.isUntimed ? undefined : nanoseconds(time);
  event.device = `0000:0${each.device}:00.0`;
  event.pasid = each.pasid === undefined ? undefined : pasid(each.pasid);
  event.prgi = prgi(each.prgi);
  event.cpu = each.cpu;
  return event;
}

function close(
  writer: StoreWriter,
  requester: Requester | undefined,
  requests: readonly TraceEvent[],
  response: TraceEvent | undefined,
  each: Draft,
): PageRequestGroup {
  const [first] = requests;
  const owner = requester ?? newRequester(0);
  const group = refusedGroup(owner, first?.pasid, first?.prgi ?? 0, requests, response, undefined);
  group.state = GROUP_STATES[each.answers % GROUP_STATES.length] ?? 'unknown';
  group.isSealed = each.cpu !== 0;
  writer.addGroup(group, 'host');
  return group;
}

function newRequester(device: number): Requester {
  return {
    name: `0000:0${device}:00.0`,
    isNamed: true,
    iommu: undefined,
    requesterId: undefined,
    keys: new Map(),
    collecting: new Map(),
    pasids: new Map(),
    open: new OpenGroups(),
    sizes: new TableSizes(),
    pendingByPrgi: new Map(),
    hasRequests: true,
  };
}
