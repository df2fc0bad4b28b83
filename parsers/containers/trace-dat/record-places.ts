import type { ByteSource } from '../../../src/model/parser.ts';
import { PlainBlocks } from './blocks.ts';
import { CpuStream } from './cpu-stream.ts';
import type { CpuData, Recording, TraceBuffer } from './recording.ts';

/** The data of one CPU, and the page of it that was read last. */
interface Place {
  readonly buffer: TraceBuffer;
  readonly data: CpuData;
  page: number;
  stream: CpuStream | undefined;
}

/** Finds records of an uncompressed recording again by their offset. Those that follow each other in a page are found at once. */
export class RecordPlaces {
  readonly #recording: Recording;
  readonly #base: bigint;
  readonly #places: Place[];

  constructor(recording: Recording, base: bigint) {
    this.#recording = recording;
    this.#base = base;
    this.#places = recording.buffers.flatMap((buffer) =>
      buffer.isCompressed ? [] : buffer.cpus.map((data) => ({ buffer, data, page: -1, stream: undefined })),
    );
  }

  /** A stream whose current record is the one whose data starts at `offset`; undefined if none does. */
  find(source: ByteSource, offset: number): CpuStream | undefined {
    const place = this.#places.find(({ data }) => offset >= data.offset && offset < data.offset + data.size);
    if (place === undefined) return undefined;
    const { pageSize } = place.buffer;
    const page = Math.floor((offset - place.data.offset) / pageSize);
    if (place.page !== page || place.stream === undefined || place.stream.offset > offset)
      this.#open(place, page, source);
    const { stream } = place;
    if (stream === undefined) return undefined;
    while (stream.offset < offset) {
      if (stream.advance()) continue;
      place.stream = undefined;
      return undefined;
    }
    return stream.offset === offset ? stream : undefined;
  }

  #open(place: Place, page: number, source: ByteSource): void {
    const { buffer, data } = place;
    const start = page * buffer.pageSize;
    const part = { ...data, offset: data.offset + start, size: Math.min(buffer.pageSize, data.size - start) };
    const blocks = new PlainBlocks(source, part, buffer.pageSize);
    const { page: layout, isLittleEndian } = this.#recording;
    const stream = new CpuStream(data.cpu, buffer.name, blocks, buffer.pageSize, layout, isLittleEndian);
    place.page = page;
    place.stream = stream.firstStamp() !== undefined && stream.begin(this.#base) ? stream : undefined;
  }
}
