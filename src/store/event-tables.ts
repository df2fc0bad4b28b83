import { ChunkedTable, type ColumnCutter } from './chunked-table.ts';
import { Dictionary } from './dictionary.ts';
import type { EventShape } from './event-shape.ts';

/** No row: the event belongs to no group instance. */
export const NO_ROW = 0xffff_ffff;

/** Columns of `CHUNK_ROWS` events; what an event does not have is 0 and said by its shape. */
export interface EventChunk {
  /** Nanoseconds relative to the clock's epoch; NaN without a time. */
  readonly time: Float64Array;
  readonly shape: Uint32Array;
  readonly actor: Uint32Array;
  readonly pasid: Uint32Array;
  readonly prgi: Uint32Array;
  readonly line: Uint32Array;
  readonly offsetLow: Uint32Array;
  readonly offsetHigh: Uint16Array;
  readonly addressLow: Uint32Array;
  readonly addressHigh: Uint32Array;
  readonly sequence: Uint32Array;
  /** Row of the group instance, or `NO_ROW`. */
  readonly instance: Uint32Array;
}

const EVENT_BYTES = 8 + 10 * 4 + 2;

/** Who ran when the line was printed. */
export interface Actor {
  readonly cpu: number | undefined;
  readonly task: string | undefined;
  readonly pid: number | undefined;
}

/** All events of a capture, as columns. */
export class EventTables {
  readonly rows = new ChunkedTable<EventChunk>(EVENT_BYTES, cutEvents);
  readonly shapes = new Dictionary<EventShape>();
  readonly actors = new Dictionary<Actor>();
}

function cutEvents(columns: ColumnCutter): EventChunk {
  return {
    time: columns.f64(),
    shape: columns.u32(),
    actor: columns.u32(),
    pasid: columns.u32(),
    prgi: columns.u32(),
    line: columns.u32(),
    offsetLow: columns.u32(),
    addressLow: columns.u32(),
    addressHigh: columns.u32(),
    sequence: columns.u32(),
    instance: columns.u32(),
    offsetHigh: columns.u16(),
  };
}
