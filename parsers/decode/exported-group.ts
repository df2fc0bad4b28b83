/*
 * Rows of `faultlog groups` (src/model/group.ts) as the messages that they tell of. No kernel text: what a row does not
 * carry are epochs, refusals and faults, and, in a CSV, the requests between the first and the last and all other hops.
 */
import { type EventKind, newEvent, type TraceEvent } from '../../src/model/event.ts';
import type { ExportedGroup, GroupsReading } from '../../src/model/exported-group.ts';
import type { GroupRow } from '../../src/model/group.ts';
import { pointOfHop } from '../../src/model/hop-point.ts';
import { pasid, prgi, requesterIdOfName } from '../../src/model/ids.ts';
import type { Lane } from '../../src/model/lane.ts';
import { type ClockScale, type Nanoseconds, NS_PER_SECOND, nanoseconds } from '../../src/model/time.ts';

const DIALECT = 'faultlog-group';
const ADDRESS = /^0x([0-9a-f]{1,16})$/;
const TIME = /^(\d{1,15})(?:\.(\d{1,9}))?$/;

type Hop = NonNullable<GroupRow['journey']>[number];
/** A line of a row, before it has a time relative to the epoch. */
interface Placed {
  readonly event: TraceEvent;
  readonly time: string | undefined;
}

/** Collects rows; the epoch is known when all are there. */
export class GroupRows {
  readonly #input: number;
  readonly #groups: ExportedGroup[] = [];
  readonly #placed: Placed[] = [];

  /** @param input index of the export among the inputs */
  constructor(input: number) {
    this.#input = input;
  }

  /** @param line of the row in the export, `offset` its first byte */
  add(row: GroupRow, line: number, offset: number, text: string): void {
    const source = { input: this.#input, line, offset, text };
    const journey = [...(row.journey ?? [])];
    const lane = laneOf(row);
    const message = (kind: EventKind, place: Omit<Hop, 'hop'>, hop: Hop | undefined): TraceEvent => {
      const event = newEvent(kind, DIALECT, pointOfHop(kind, hop?.hop));
      event.source = source;
      event.lane = hop?.hop.includes('guest') === true ? 'guest' : lane;
      event.probe = hop?.probe;
      event.device = row.device;
      event.requester = row.device === undefined ? undefined : requesterIdOfName(row.device);
      if (row.pasid !== undefined) event.pasid = pasid(row.pasid);
      event.prgi = prgi(row.prgi);
      event.privateData = row.privateData;
      this.#placed.push({ event, time: place.time });
      return event;
    };
    const requests = row.requests.map((request) => {
      const event = message('page-request', request, takeHop(journey, request, isUp));
      if (request.pasid !== undefined) event.pasid = pasid(request.pasid);
      event.addressDigits = ADDRESS.exec(request.address ?? '')?.[1];
      event.access = request.access;
      event.isLast = request.last;
      return event;
    });
    const { response } = row;
    const answer =
      response === undefined ? undefined : message('page-response', response, takeHop(journey, response, isDown));
    const hops = journey
      .filter(({ hop }) => hop !== '')
      .map((hop) => message(isUp(hop.hop) ? 'page-request' : 'page-response', hop, hop));
    // The answer itself was at the wire: another on the same hop is that of the driver's operation above it.
    for (const event of hops) {
      if (event.kind === 'page-response' && event.point === 'wire' && event.lane === 'host') event.point = 'driver-op';
    }
    for (const event of answer === undefined ? hops : [...hops, answer]) {
      if (event.kind === 'page-request') event.isLast = true;
      else {
        event.code = row.code;
        event.rawCode = row.rawCode;
      }
    }
    this.#groups.push({ row: atLine(row, this.#input, line), requests, response: answer, hops });
  }

  reading(lines: number, unread: GroupsReading['unread']): GroupsReading {
    const isTimed = this.#groups.some(({ row }) => row.latencyNs !== undefined);
    const scale = scaleOf(this.#placed, isTimed);
    for (const { event, time } of this.#placed) event.time = timeOf(time, scale);
    return { groups: this.#groups, scale, lines, unread };
  }
}

/** Takes the hop of the same line out of the journey. */
function takeHop(journey: Hop[], place: Omit<Hop, 'hop'>, isWay: (hop: string) => boolean): Hop | undefined {
  const at = journey.findIndex(
    ({ input, line, time, hop }) =>
      input === place.input && line === place.line && time === place.time && (hop === '' || isWay(hop)),
  );
  return at < 0 ? undefined : journey.splice(at, 1)[0];
}

const FROM_DEVICE = ['device', 'host', 'driver', 'vmm', 'guest'];

/** Towards the handler. */
function isUp(hop: string): boolean {
  const [from = '', to = ''] = hop.split('>');
  return FROM_DEVICE.indexOf(from) < FROM_DEVICE.indexOf(to);
}

function isDown(hop: string): boolean {
  return !isUp(hop);
}

/** The lane that recorded the group: that of its answer, else of its own hops. */
function laneOf({ sentBy, journey }: GroupRow): Lane {
  if (sentBy !== undefined) return sentBy.lane;
  return journey?.every(({ hop }) => hop.includes('guest')) === true ? 'guest' : 'host';
}

/** All lines of the row are now the row. */
function atLine(row: GroupRow, input: number, line: number): GroupRow {
  const { response, journey } = row;
  return {
    ...row,
    requests: row.requests.map((request) => ({ ...request, input, line })),
    ...(response !== undefined && { response: { ...response, input, line } }),
    ...(journey !== undefined && { journey: journey.map((hop) => ({ ...hop, input, line })) }),
  };
}

/** Whole seconds of the earliest time, and the most digits. Numbers of which no latency was made are no seconds. */
function scaleOf(placed: readonly Placed[], isTimed: boolean): ClockScale {
  let epoch = Number.POSITIVE_INFINITY;
  let digits = 0;
  for (const { time } of placed) {
    const [, seconds, fraction = ''] = TIME.exec(time ?? '') ?? [];
    if (seconds === undefined) continue;
    epoch = Math.min(epoch, Number(seconds));
    digits = Math.max(digits, fraction.length);
  }
  if (epoch === Number.POSITIVE_INFINITY) return { unit: 'none', epoch: 0, digits: 0 };
  return { unit: isTimed || digits > 0 ? 'seconds' : 'ticks', epoch, digits };
}

function timeOf(time: string | undefined, { unit, epoch }: ClockScale): Nanoseconds | undefined {
  const [, seconds, fraction = ''] = TIME.exec(time ?? '') ?? [];
  if (seconds === undefined) return undefined;
  if (unit === 'ticks') return nanoseconds(Number(seconds) - epoch);
  return nanoseconds((Number(seconds) - epoch) * NS_PER_SECOND + Number(fraction.padEnd(9, '0')));
}
