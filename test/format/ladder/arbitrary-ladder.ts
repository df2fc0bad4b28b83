import fc from 'fast-check';
import type { LadderVerdict } from '../../../src/model/event.ts';
import { pasid, prgi } from '../../../src/model/ids.ts';
import type { EpochMessage, GroupMessage, LadderMessage } from '../../../src/model/ladder.ts';
import { LANES, type Lane } from '../../../src/model/lane.ts';
import { nanoseconds } from '../../../src/model/time.ts';

/** Key and owner of an instance; all its messages have them, but for a response with a wrong PASID. */
interface Instance {
  readonly label: number | undefined;
  readonly device: string;
  readonly owner: string | undefined;
  readonly pasid: number | undefined;
  readonly prgi: number;
}

const CODES = ['success', 'success', 'response-failure', 'invalid-request', 'abort', 'reserved'] as const;

function instances(devices: readonly string[]): fc.Arbitrary<Instance[]> {
  const one = fc.record({
    device: fc.constantFrom(...devices),
    owner: fc.constantFrom(undefined, 'M1', 'M2', 'vm7'),
    pasid: fc.option(fc.constantFrom(0, 1, 2, 17, 0xfffff), { nil: undefined }),
    prgi: fc.constantFrom(0, 1, 2, 344),
    isLabelled: fc.boolean(),
  });
  return fc
    .array(one, { minLength: 1, maxLength: 5 })
    .map((list) =>
      list.map(({ isLabelled, ...rest }, index) => ({ ...rest, label: isLabelled ? index + 1 : undefined })),
    );
}

interface Hop {
  readonly from: Lane;
  readonly to: Lane;
}

/** A journey over one hop or more, at once or with a delay at each. */
function journey(lanes: readonly Lane[], all: readonly Instance[]): fc.Arbitrary<LadderMessage[]> {
  const shape = fc.record({
    instance: fc.constantFrom(...all),
    kind: fc.constantFrom('request', 'request', 'response', 'response', 'stop-marker'),
    first: fc.nat({ max: lanes.length - 2 }),
    length: fc.integer({ min: 1, max: lanes.length }),
    start: fc.integer({ min: 1, max: 30 }),
    delays: fc.array(fc.constantFrom(0, 0, 0, 1, 2, 5, 9), { minLength: 10, maxLength: 10 }),
    seen: fc.array(fc.constantFrom('both', 'both', 'both', 'both', 'sent', 'received'), { minLength: 5, maxLength: 5 }),
    code: fc.constantFrom(...CODES),
    isLast: fc.boolean(),
    verdict: fc.constantFrom(undefined, 'accept', 'reject', 'unknown'),
    wrongPasid: fc.option(fc.constantFrom(1, 2, 3), { nil: undefined, freq: 6 }),
  } as const);
  return shape.map(({ instance, kind, first, length, start, delays, seen, code, isLast, verdict, wrongPasid }) => {
    const isResponse = kind === 'response';
    const path = isResponse ? [...lanes].reverse() : [...lanes];
    const hops: Hop[] = [];
    for (let at = first; at < Math.min(first + length, path.length - 1); at += 1) {
      const from = path[at];
      const to = path[at + 1];
      if (from !== undefined && to !== undefined) hops.push({ from, to });
    }
    const usedPasid = isResponse ? (wrongPasid ?? instance.pasid) : instance.pasid;
    let time = start;
    let doubt = false;
    const messages: GroupMessage[] = [];
    for (const [index, { from, to }] of hops.entries()) {
      const sentAt = time;
      time += delays[index * 2] ?? 0;
      const isOnward: boolean = doubt || messages.at(-1)?.verdict === 'accept';
      const how: string = isOnward ? (seen[index] === 'both' ? 'both' : 'sent') : (seen[index] ?? 'both');
      const ownVerdict: LadderVerdict | undefined = isResponse && to === 'host' && how !== 'sent' ? verdict : undefined;
      messages.push({
        kind,
        from,
        to,
        device: instance.device,
        prgi: prgi(instance.prgi),
        ...(usedPasid === undefined ? {} : { pasid: pasid(usedPasid) }),
        ...(instance.label === undefined ? {} : { instance: instance.label }),
        ...(instance.owner === undefined ? {} : { owner: instance.owner }),
        ...(kind === 'request' ? { isLast } : {}),
        ...(isResponse ? { code } : {}),
        ...(how === 'received' ? {} : { sentAt: nanoseconds(sentAt * 1000) }),
        ...(how === 'sent' ? {} : { receivedAt: nanoseconds(time * 1000) }),
        ...(ownVerdict === undefined ? {} : { verdict: ownVerdict }),
        ...(doubt && to === 'device' ? { verdict: 'unknown' as const } : {}),
      });
      doubt = ownVerdict === 'unknown';
      if (ownVerdict === 'reject') break;
      // What is accepted is sent on at once: anything later is another row's.
      if (ownVerdict === undefined) time += delays[index * 2 + 1] ?? 0;
    }
    return withOnward(messages);
  });
}

/** `accept ??` says that there may be a message to the device. */
function withOnward(messages: GroupMessage[]): GroupMessage[] {
  const last = messages.at(-1);
  if (last?.verdict !== 'unknown' || last.to !== 'host' || last.receivedAt === undefined) return messages;
  const { receivedAt, receivedLine: _line, ...rest } = last;
  return [...messages, { ...rest, from: 'host', to: 'device', sentAt: receivedAt }];
}

const NOTES = [
  'pasid-bound',
  'device-attached',
  'device-detached',
  'device-reset',
  'queue-overflow',
  'fault',
  'handler-registered',
  'handler-unregistered',
] as const;

function note(lanes: readonly Lane[], devices: readonly string[]): fc.Arbitrary<LadderMessage[]> {
  return fc
    .record({
      event: fc.constantFrom(...NOTES),
      lane: fc.nat({ max: lanes.length - 1 }),
      time: fc.integer({ min: 1, max: 40 }),
      isArrow: fc.boolean(),
      pasid: fc.option(fc.constantFrom(1, 2), { nil: undefined }),
      device: fc.constantFrom(...devices),
    })
    .map(({ event, lane: at, time, isArrow, pasid: number, device }) => {
      const lane = lanes[at] ?? 'host';
      const below = lanes[at - 1];
      const isHandler = event === 'handler-registered' || event === 'handler-unregistered';
      const arrives = isArrow && isHandler && below !== undefined && below !== 'device';
      const when = nanoseconds(time * 1000);
      const message: EpochMessage = {
        kind: 'epoch',
        event,
        from: lane,
        to: arrives ? below : lane,
        device,
        ...(number === undefined ? {} : { pasid: pasid(number) }),
        sentAt: when,
        ...(arrives ? { receivedAt: when } : {}),
      };
      return [message];
    });
}

/** Messages over two to five lanes, in the order of their first observation. */
export const ladders: fc.Arbitrary<LadderMessage[]> = fc
  .record({
    lanes: fc.subarray([...LANES], { minLength: 2 }),
    devices: fc.constantFrom(['Dev'], ['0000:01:00.0'], ['0000:01:00.0', '0000:02:00.0']),
  })
  .chain(({ lanes, devices }) =>
    instances(devices).chain((all) =>
      fc.array(
        fc.oneof({ weight: 5, arbitrary: journey(lanes, all) }, { weight: 1, arbitrary: note(lanes, devices) }),
        {
          minLength: 1,
          maxLength: 10,
        },
      ),
    ),
  )
  .map((parts) => parts.flat());
