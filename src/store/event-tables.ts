import { ChunkedTable } from './chunked-table.ts';
import type { Column, ColumnSource } from './column.ts';
import { Dictionary } from './dictionary.ts';
import type { EventShape } from './event-shape.ts';

/** Columns of `CHUNK_ROWS` events; what an event does not have is 0 and said by its shape. */
export interface EventChunk {
  /** Nanoseconds relative to the clock's epoch; NaN without a time. */
  readonly time: Column;
  readonly shape: Column;
  readonly actor: Column;
  readonly pasid: Column;
  readonly prgi: Column;
  readonly line: Column;
  readonly offsetLow: Column;
  readonly offsetHigh: Column;
  readonly addressLow: Column;
  readonly addressHigh: Column;
  readonly sequence: Column;
}

const EVENT_BYTES = 8 + 9 * 4 + 2;

/** What becomes known of an event when its group instance ends. */
export interface LinkChunk {
  /** Row of the instance plus 1; 0: none. */
  readonly instance: Column;
}

/** Who ran when the line was printed. */
export interface Actor {
  readonly cpu: number | undefined;
  readonly task: string | undefined;
  readonly pid: number | undefined;
}

/** All events of a capture, as columns. */
export class EventTables {
  readonly rows = new ChunkedTable<EventChunk>({ bytesPerRow: EVENT_BYTES, kind: 'packed' }, cutEvents);
  readonly links = new ChunkedTable<LinkChunk>({ bytesPerRow: 4, kind: 'live' }, (source) => ({
    instance: source.next('u32'),
  }));
  readonly shapes = new Dictionary<EventShape>();
  readonly actors = new Dictionary<Actor>();
}

function cutEvents(source: ColumnSource): EventChunk {
  return {
    time: source.next('f64'),
    shape: source.next('u32'),
    actor: source.next('u32'),
    pasid: source.next('u32'),
    prgi: source.next('u32'),
    line: source.next('u32'),
    offsetLow: source.next('u32'),
    addressLow: source.next('u32'),
    addressHigh: source.next('u32'),
    sequence: source.next('u32'),
    offsetHigh: source.next('u16'),
  };
}
