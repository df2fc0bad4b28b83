import type { RecordFields } from '../../../src/model/parser.ts';
import type { EventField, EventFormat } from './event-format.ts';
import { type Extent, type RecordData, readExtent, readHigh, readLow, readSmall, readText } from './record-data.ts';

/** The fields that a dialect reads; undefined if the format lacks one. */
export function fieldsNamed(format: EventFormat, names: readonly string[]): readonly EventField[] | undefined {
  const fields = names.flatMap((name) => format.fields.filter((field) => field.name === name).slice(0, 1));
  return fields.length === names.length ? fields : undefined;
}

/** Names differ little within a recording: the same bytes give the same string without decoding them again. */
const MAX_NAMES = 4096;

interface Name {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Access to the fields of the current record; one object is reused for all. */
export class CurrentFields implements RecordFields {
  readonly #data: RecordData;
  readonly #names = new Map<number, Name>();
  /** The name that each field had last, by its index. */
  readonly #last: Name[] = [];
  readonly #extent: Extent = { start: 0, end: 0 };
  #fields: readonly EventField[] = [];

  constructor(data: RecordData) {
    this.#data = data;
  }

  select(fields: readonly EventField[]): this {
    this.#fields = fields;
    return this;
  }

  low(index: number): number {
    const field = this.#fields[index];
    if (field === undefined) return 0;
    if (field.size === 8) return readLow(this.#data, field);
    const value = readSmall(this.#data, field);
    return isNegative(field, value) ? (value - 2 ** (8 * field.size)) >>> 0 : value;
  }

  high(index: number): number {
    const field = this.#fields[index];
    if (field === undefined) return 0;
    if (field.size === 8) return readHigh(this.#data, field);
    return field.isSigned && isNegative(field, readSmall(this.#data, field)) ? 0xffff_ffff : 0;
  }

  text(index: number): string {
    const field = this.#fields[index];
    if (field === undefined) return '';
    const { start, end } = this.#extentOf(field);
    const { bytes } = this.#data;
    const last = this.#last[index];
    if (last !== undefined && isSame(last.bytes, bytes, start, end)) return last.text;
    const name = this.#nameAt(field, start, end);
    this.#last[index] = name;
    return name.text;
  }

  #nameAt(field: EventField, start: number, end: number): Name {
    const { bytes } = this.#data;
    let hash = 0;
    for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const known = this.#names.get(hash);
    if (known !== undefined && isSame(known.bytes, bytes, start, end)) return known;
    const name = { bytes: bytes.slice(start, end), text: readText(this.#data, field) };
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(hash, name);
    return name;
  }

  #extentOf(field: EventField): Extent {
    readExtent(this.#data, field, this.#extent);
    return this.#extent;
  }
}

function isNegative({ isSigned, size }: EventField, value: number): boolean {
  return isSigned && value >= 2 ** (8 * size - 1);
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let index = 0; index < known.length; index += 1) if (known[index] !== bytes[start + index]) return false;
  return true;
}
