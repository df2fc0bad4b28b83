import type { DrainStep, EventKind, LadderVerdict, ResponseCode, TraceEvent } from '../model/event.ts';
import type { RequesterId } from '../model/ids.ts';
import type { Lane, ObservationPoint } from '../model/lane.ts';

/**
 * What an event has in common with many others: all of it but time, place, PASID, PRGI, address and sequence number.
 * A capture has some dozens of shapes, whatever its length.
 */
export interface EventShape {
  readonly kind: EventKind;
  readonly input: number;
  readonly lane: Lane;
  readonly laneName: string | undefined;
  readonly dialect: string;
  readonly point: ObservationPoint;
  readonly probe: string | undefined;
  readonly iommu: string | undefined;
  readonly device: string | undefined;
  readonly requester: RequesterId | undefined;
  readonly addressShift: 0 | 12;
  readonly access: string | undefined;
  readonly isLast: boolean;
  readonly isStall: boolean;
  readonly code: ResponseCode | undefined;
  readonly rawCode: number | undefined;
  readonly drainStep: DrainStep | undefined;
  readonly verdict: LadderVerdict | undefined;
  readonly hasPasid: boolean;
  readonly hasPrgi: boolean;
  readonly hasAddress: boolean;
  readonly hasSequence: boolean;
  readonly details: EventDetails | undefined;
}

/** What few events have. */
export interface EventDetails {
  readonly privateData: string | undefined;
  readonly returnValue: number | undefined;
  readonly count: number | undefined;
  readonly reason: string | undefined;
  readonly vendorReason: string | undefined;
  readonly lost: number | undefined;
  readonly instanceLabel: number | undefined;
  /** Values that are too wide for their columns. */
  readonly addressDigits: string | undefined;
  readonly pasid: number | undefined;
  readonly prgi: number | undefined;
  readonly sequence: number | undefined;
}

/** Values that the columns of numbers can hold. */
export function fitsColumn(value: number): boolean {
  return value >= 0 && value <= 0xffff_ffff && Number.isInteger(value);
}

const WIDEST_ADDRESS_DIGITS = 16;

export function fitsAddress(digits: string): boolean {
  return digits.length <= WIDEST_ADDRESS_DIGITS;
}

/** True if the event is of this shape, but for its details, which neither has. */
export function isOfShape(event: TraceEvent, shape: EventShape): boolean {
  return (
    event.kind === shape.kind &&
    event.device === shape.device &&
    event.isLast === shape.isLast &&
    event.access === shape.access &&
    event.probe === shape.probe &&
    event.code === shape.code &&
    event.rawCode === shape.rawCode &&
    event.source.input === shape.input &&
    event.requester === shape.requester &&
    event.iommu === shape.iommu &&
    event.point === shape.point &&
    event.dialect === shape.dialect &&
    event.lane === shape.lane &&
    event.laneName === shape.laneName &&
    event.addressShift === shape.addressShift &&
    event.isStall === shape.isStall &&
    event.drainStep === shape.drainStep &&
    event.verdict === shape.verdict &&
    (event.pasid !== undefined) === shape.hasPasid &&
    (event.prgi !== undefined) === shape.hasPrgi &&
    (event.addressDigits !== undefined) === shape.hasAddress &&
    (event.sequence !== undefined) === shape.hasSequence
  );
}

export function shapeOf(event: TraceEvent, details: EventDetails | undefined): EventShape {
  return {
    kind: event.kind,
    input: event.source.input,
    lane: event.lane,
    laneName: event.laneName,
    dialect: event.dialect,
    point: event.point,
    probe: event.probe,
    iommu: event.iommu,
    device: event.device,
    requester: event.requester,
    addressShift: event.addressShift,
    access: event.access,
    isLast: event.isLast,
    isStall: event.isStall,
    code: event.code,
    rawCode: event.rawCode,
    drainStep: event.drainStep,
    verdict: event.verdict,
    hasPasid: event.pasid !== undefined,
    hasPrgi: event.prgi !== undefined,
    hasAddress: event.addressDigits !== undefined,
    hasSequence: event.sequence !== undefined,
    details,
  };
}

/** Undefined for nearly all events. */
export function detailsOf(event: TraceEvent): EventDetails | undefined {
  if (
    event.privateData === undefined &&
    event.returnValue === undefined &&
    event.count === undefined &&
    event.reason === undefined &&
    event.vendorReason === undefined &&
    event.lost === undefined &&
    event.instanceLabel === undefined &&
    (event.addressDigits === undefined || fitsAddress(event.addressDigits)) &&
    fitsIfAny(event.pasid) &&
    fitsIfAny(event.prgi) &&
    fitsIfAny(event.sequence)
  )
    return undefined;
  const { privateData, returnValue, count, reason, vendorReason, lost, instanceLabel, addressDigits } = event;
  return {
    privateData,
    returnValue,
    count,
    reason,
    vendorReason,
    lost,
    instanceLabel,
    addressDigits: addressDigits === undefined || fitsAddress(addressDigits) ? undefined : addressDigits,
    pasid: fitsIfAny(event.pasid) ? undefined : event.pasid,
    prgi: fitsIfAny(event.prgi) ? undefined : event.prgi,
    sequence: fitsIfAny(event.sequence) ? undefined : event.sequence,
  };
}

function fitsIfAny(value: number | undefined): boolean {
  return value === undefined || fitsColumn(value);
}
