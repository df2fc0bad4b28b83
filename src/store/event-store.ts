import { toEventRow } from '../format/event-row.ts';
import { type EventKind, newEvent, type TraceEvent } from '../model/event.ts';
import type { EventRow } from '../model/event-schema.ts';
import { pasid, prgi } from '../model/ids.ts';
import { type ClockScale, nanoseconds } from '../model/time.ts';
import { placeOf } from './chunked-table.ts';
import { EventIndex } from './event-index.ts';
import type { EventShape } from './event-shape.ts';
import type { Actor, EventChunk, EventTables } from './event-tables.ts';
import type { LinePlace } from './raw-text.ts';

/** One event for the eye: what `faultlog events` says of it, and where it stands. */
export interface EventView extends EventRow {
  readonly row: number;
  /** Nanoseconds relative to the clock's epoch. */
  readonly timeNs?: number;
  /** Row of its group instance. */
  readonly groupRow?: number;
}

/** The scale of the times of an input, as far as it is known. */
export type ScaleOf = (input: number) => ClockScale | undefined;

/** The events of a capture by row: in the order of the analysis, which is that of time within a clock domain. */
export class EventStore {
  readonly index: EventIndex;
  readonly #tables: EventTables;
  readonly #scaleOf: ScaleOf;

  constructor(tables: EventTables, scaleOf: ScaleOf) {
    this.#tables = tables;
    this.#scaleOf = scaleOf;
    this.index = new EventIndex(tables);
  }

  get count(): number {
    return this.#tables.rows.count;
  }

  /** Made anew at each call: for the rows that are shown. */
  view(row: number): EventView | undefined {
    const event = this.traceEvent(row);
    if (event === undefined) return undefined;
    const groupRow = this.groupOf(row);
    return {
      ...toEventRow(event, this.#scaleOf(event.source.input) ?? NO_SCALE),
      row,
      ...(event.time !== undefined && { timeNs: event.time }),
      ...(groupRow !== undefined && { groupRow }),
    };
  }

  /** Texts that shapes and actors have in a field of filters: a capture has few of them. */
  textsOf(field: string): Iterable<string | undefined> {
    const { shapes, actors } = this.#tables;
    switch (field) {
      case 'iommu':
        return shapes.since(0).map(({ iommu }) => iommu);
      case 'probe':
        return shapes.since(0).map(({ probe }) => probe);
      case 'dialect':
        return shapes.since(0).map(({ dialect }) => dialect);
      case 'access':
        return shapes.since(0).map(({ access }) => access);
      case 'reason':
        return shapes.since(0).map(({ details }) => details?.reason);
      case 'task':
        return actors.since(0).map(({ task }) => task);
      default:
        return [];
    }
  }

  kindOf(row: number): EventKind | undefined {
    return this.shapeOf(row)?.kind;
  }

  /** Undefined where it has none. */
  prgiOf(row: number): number | undefined {
    const shape = this.shapeOf(row);
    if (shape?.hasPrgi !== true) return undefined;
    return shape.details?.prgi ?? this.#tables.rows.chunkOf(row)?.prgi.at(placeOf(row));
  }

  /** Nanoseconds; NaN without a time. */
  timeOf(row: number): number {
    return this.#tables.rows.chunkOf(row)?.time.at(placeOf(row)) ?? Number.NaN;
  }

  /** Row of the event's group instance; undefined if it belongs to none, or to one that is still open while loading. */
  groupOf(row: number): number | undefined {
    const link = this.#tables.links.chunkOf(row)?.instance.at(placeOf(row)) ?? 0;
    return link === 0 ? undefined : link - 1;
  }

  lineOf(row: number): number | undefined {
    return this.#tables.rows.chunkOf(row)?.line.at(placeOf(row));
  }

  /** Line and byte offset. */
  placeOf(row: number): LinePlace | undefined {
    const chunk = this.#tables.rows.chunkOf(row);
    return chunk === undefined
      ? undefined
      : { line: chunk.line.at(placeOf(row)), offset: offsetAt(chunk, placeOf(row)) };
  }

  shapeOf(row: number): EventShape | undefined {
    const chunk = this.#tables.rows.chunkOf(row);
    return chunk === undefined ? undefined : this.#tables.shapes.at(chunk.shape.at(placeOf(row)));
  }

  actorOf(row: number): Actor | undefined {
    const chunk = this.#tables.rows.chunkOf(row);
    return chunk === undefined ? undefined : this.#tables.actors.at(chunk.actor.at(placeOf(row)));
  }

  /** The event as the parsers gave it, but for the text of its line and further lines. */
  traceEvent(row: number): TraceEvent | undefined {
    const chunk = this.#tables.rows.chunkOf(row);
    const shape = this.shapeOf(row);
    if (chunk === undefined || shape === undefined) return undefined;
    const at = placeOf(row);
    const event = newEvent(shape.kind, shape.dialect, shape.point);
    const time = chunk.time.at(at);
    if (!Number.isNaN(time)) event.time = nanoseconds(time);
    event.source = {
      input: shape.input,
      line: chunk.line.at(at),
      offset: offsetAt(chunk, at),
      text: '',
    };
    fillFromShape(event, shape);
    fillFromColumns(event, shape, chunk, at);
    const actor = this.#tables.actors.at(chunk.actor.at(at));
    event.cpu = actor?.cpu;
    event.task = actor?.task;
    event.pid = actor?.pid;
    return event;
  }
}

const NO_SCALE: ClockScale = { unit: 'none', epoch: 0, digits: 0 };

function fillFromShape(event: TraceEvent, shape: EventShape): void {
  event.lane = shape.lane;
  event.laneName = shape.laneName;
  event.probe = shape.probe;
  event.iommu = shape.iommu;
  event.device = shape.device;
  event.requester = shape.requester;
  event.addressShift = shape.addressShift;
  event.access = shape.access;
  event.isLast = shape.isLast;
  event.isStall = shape.isStall;
  event.code = shape.code;
  event.rawCode = shape.rawCode;
  event.drainStep = shape.drainStep;
  event.verdict = shape.verdict;
  event.privateData = shape.details?.privateData;
  event.returnValue = shape.details?.returnValue;
  event.count = shape.details?.count;
  event.reason = shape.details?.reason;
  event.vendorReason = shape.details?.vendorReason;
  event.lost = shape.details?.lost;
  event.instanceLabel = shape.details?.instanceLabel;
}

function fillFromColumns(event: TraceEvent, shape: EventShape, chunk: EventChunk, at: number): void {
  const { details } = shape;
  if (shape.hasPasid) event.pasid = pasid(details?.pasid ?? chunk.pasid.at(at));
  if (shape.hasPrgi) event.prgi = prgi(details?.prgi ?? chunk.prgi.at(at));
  if (shape.hasSequence) event.sequence = details?.sequence ?? chunk.sequence.at(at);
  if (shape.hasAddress) event.addressDigits = details?.addressDigits ?? addressDigits(chunk, at);
}

function offsetAt(chunk: EventChunk, at: number): number {
  return chunk.offsetHigh.at(at) * 2 ** 32 + chunk.offsetLow.at(at);
}

/** Without leading zeros. */
function addressDigits(chunk: EventChunk, at: number): string {
  const high = chunk.addressHigh.at(at);
  const low = chunk.addressLow.at(at).toString(16);
  return high === 0 ? low : high.toString(16) + low.padStart(8, '0');
}
