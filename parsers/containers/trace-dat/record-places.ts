import type { ByteSource } from '../../../src/model/parser.ts';
import { type BlockReader, CompressedBlocks, PlainBlocks } from './blocks.ts';
import { CpuStream } from './cpu-stream.ts';
import type { CpuData, Recording, TraceBuffer } from './recording.ts';

/** The data of one CPU, and what was read of it last. */
interface Place {
  readonly buffer: TraceBuffer;
  readonly data: CpuData;
  /** Byte offset of a page, or of the piece that holds several pages compressed. */
  piece: number;
  stream: CpuStream | undefined;
}

/** Finds records again by their places. Those that follow each other in a page, or in a compressed piece, are found at once. */
export class RecordPlaces {
  readonly #recording: Recording;
  readonly #base: bigint;
  readonly #places: Place[];

  constructor(recording: Recording, base: bigint) {
    this.#recording = recording;
    this.#base = base;
    this.#places = recording.buffers.flatMap((buffer) =>
      buffer.cpus.map((data) => ({ buffer, data, piece: -1, stream: undefined })),
    );
  }

  /**
   * A stream whose current record is the one at `offset`, as `CpuStream` has it; undefined if none is.
   *
   * @param start of a compressed recording, where the record's data starts in the piece
   */
  find(source: ByteSource, offset: number, start: number): CpuStream | undefined {
    const place = this.#places.find(({ data }) => offset >= data.offset && offset < data.offset + data.size);
    if (place === undefined) return undefined;
    const { buffer, data } = place;
    const isPast = buffer.isCompressed
      ? (stream: CpuStream): number => stream.start - start
      : (stream: CpuStream): number => stream.offset - offset;
    const piece = buffer.isCompressed ? offset : offset - ((offset - data.offset) % buffer.pageSize);
    if (place.piece !== piece || place.stream === undefined || isPast(place.stream) > 0)
      this.#open(place, piece, source);
    const { stream } = place;
    if (stream === undefined) return undefined;
    while (isPast(stream) < 0) {
      if (stream.advance()) continue;
      place.stream = undefined;
      return undefined;
    }
    return isPast(stream) === 0 ? stream : undefined;
  }

  #open(place: Place, piece: number, source: ByteSource): void {
    const { buffer, data } = place;
    const { page, isLittleEndian } = this.#recording;
    const blocks = this.#blocksAt(place, piece, source);
    const stream = new CpuStream(data.cpu, buffer.name, blocks, buffer.pageSize, page, isLittleEndian);
    place.piece = piece;
    place.stream = stream.firstStamp() !== undefined && stream.begin(this.#base) ? stream : undefined;
  }

  #blocksAt({ buffer, data }: Place, offset: number, source: ByteSource): BlockReader {
    const rest = data.offset + data.size - offset;
    if (!buffer.isCompressed) {
      return new PlainBlocks(source, { ...data, offset, size: Math.min(buffer.pageSize, rest) }, buffer.pageSize);
    }
    const { compression, isLittleEndian } = this.#recording;
    return new CompressedBlocks(source, { ...data, offset, size: rest }, compression, isLittleEndian, 1);
  }
}
