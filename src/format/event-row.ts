import { addressOf, type EventKind, formatAddress, type TraceEvent } from '../model/event.ts';
import type { EventRow } from '../model/event-schema.ts';
import { pointOfHop } from '../model/hop-point.ts';
import { busDeviceFunction } from '../model/ids.ts';
import type { Lane, ObservationPoint } from '../model/lane.ts';
import { type ClockScale, formatTime } from '../model/time.ts';

/**
 * One event as `faultlog events --format jsonl` and the library give it (`src/model/event-schema.ts`).
 * What the event does not have is absent. `scale` is that of the event's input.
 */
export function toEventRow(event: TraceEvent, scale: ClockScale): EventRow {
  const { source } = event;
  const hop = hopOf(event);
  const device = deviceOf(event);
  const address = addressOf(event);
  return {
    kind: event.kind,
    input: source.input,
    line: source.line,
    offset: source.offset,
    ...(event.time !== undefined && scale.unit !== 'none' && { time: formatTime(event.time, scale) }),
    ...((scale.unit === 'ticks' || scale.unit === 'steps') && event.time !== undefined && { timeUnit: scale.unit }),
    ...(event.cpu !== undefined && { cpu: event.cpu }),
    ...(event.task !== undefined && { task: event.task }),
    ...(event.pid !== undefined && { pid: event.pid }),
    lane: event.lane,
    ...(event.laneName !== undefined && { laneName: event.laneName }),
    ...(hop !== undefined && { hop }),
    ...(event.point !== pointOfHop(event.kind, hop) && { point: event.point }),
    dialect: event.dialect,
    ...(event.probe !== undefined && { probe: event.probe }),
    ...(event.iommu !== undefined && { iommu: event.iommu }),
    ...(device !== undefined && { device }),
    ...(event.device === undefined && event.requester !== undefined && { requesterOnly: true }),
    ...(event.pasid !== undefined && { pasid: event.pasid }),
    ...(event.prgi !== undefined && { prgi: event.prgi }),
    ...(address !== undefined && { address: formatAddress(address) }),
    ...(event.access !== undefined && { access: event.access }),
    ...(saysLast(event.kind, event.prgi !== undefined) && { last: event.isLast }),
    ...(event.isStall && { stall: true }),
    ...(event.privateData !== undefined && { privateData: event.privateData }),
    ...(event.sequence !== undefined && { sequence: event.sequence }),
    ...(event.code !== undefined && { code: event.code }),
    ...(event.rawCode !== undefined && { rawCode: event.rawCode }),
    ...(event.returnValue !== undefined && { returnValue: event.returnValue }),
    ...(event.count !== undefined && { count: event.count }),
    ...(event.reason !== undefined && { reason: event.reason }),
    ...(event.vendorReason !== undefined && { vendorReason: event.vendorReason }),
    ...(event.lost !== undefined && { lost: event.lost }),
    ...(event.drainStep !== undefined && { drainStep: event.drainStep }),
  };
}

/** The log's name for the device, or bus:device.function where it prints only a requester id. */
export function deviceOf(event: Pick<TraceEvent, 'device' | 'requester'>): string | undefined {
  if (event.device !== undefined) return event.device;
  return event.requester === undefined ? undefined : busDeviceFunction(event.requester);
}

/** A refusal whose descriptor is not in the log does not tell. */
export function saysLast(kind: EventKind, hasPrgi: boolean): boolean {
  switch (kind) {
    case 'page-request':
    case 'stop-marker':
      return true;
    case 'request-refused':
      return hasPrgi;
    default:
      return false;
  }
}

type Direction = 'request' | 'response';

function directionOf(kind: EventKind): Direction | undefined {
  switch (kind) {
    case 'page-request':
    case 'stop-marker':
    case 'request-refused':
    case 'handler-read':
      return 'request';
    case 'page-response':
    case 'response-refused':
    case 'handler-write':
      return 'response';
    default:
      return undefined;
  }
}

/**
 * `from>to`, the hop on which the event was seen (semantics §1): the point says how far up in a kernel,
 * the lane whose kernel. Undefined for what is no message, and for a hop inside a guest's kernel.
 */
export function hopOf(event: Pick<TraceEvent, 'kind' | 'lane' | 'point'>): string | undefined {
  const direction = directionOf(event.kind);
  if (direction === undefined) return undefined;
  const ends = event.lane === 'host' || event.lane === 'driver' ? hostEnds(event.point) : outerEnds(event);
  if (ends === undefined) return undefined;
  const [lower, upper] = ends;
  return direction === 'request' ? `${lower}>${upper}` : `${upper}>${lower}`;
}

type Ends = readonly [lower: Lane, upper: Lane];

function hostEnds(point: ObservationPoint): Ends | undefined {
  switch (point) {
    case 'wire':
    case 'driver-op':
      return ['device', 'host'];
    case 'core':
      return ['host', 'driver'];
    case 'user':
      return ['driver', 'vmm'];
    default:
      return undefined;
  }
}

/** A guest's wire is the VMM's emulation; a VMM's wire is what it gives to and takes from its guest. */
function outerEnds(event: Pick<TraceEvent, 'lane' | 'point'>): Ends | undefined {
  if (event.lane === 'device') return ['device', 'host'];
  return event.point === 'wire' || event.point === 'driver-op' ? ['vmm', 'guest'] : undefined;
}
