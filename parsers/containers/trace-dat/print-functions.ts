import type { EventField } from './event-format.ts';
import { asNumber, type PrintValue, UnreadableFormat } from './print-value.ts';
import { type Extent, type RecordData, readExtent, readText } from './record-data.ts';

/** An entry `{ VALUE, "TEXT" }` of `__print_symbolic` and `__print_flags`; a value that cannot be known is absent. */
export interface NamedValue {
  readonly value: bigint | undefined;
  readonly text: string;
}

/** `__print_symbolic`: the entry's text, or the number in hexadecimal. */
export function symbolic(argument: PrintValue, entries: readonly NamedValue[]): PrintValue {
  const value = asNumber(argument);
  const names = new Map<bigint, string>();
  for (const entry of entries) {
    if (entry.value !== undefined && !names.has(entry.value)) names.set(entry.value, entry.text);
  }
  const { small } = value;
  if (small === undefined) {
    return { kind: 'text', text: (record) => nameOf(names, value.big(record)) };
  }
  const smallNames = new Map([...names].map(([number, text]) => [Number(number), text] as const));
  return {
    kind: 'text',
    text: (record) => {
      const number = small(record);
      return smallNames.get(number) ?? `0x${number.toString(16)}`;
    },
  };
}

function nameOf(names: ReadonlyMap<bigint, string>, number: bigint): string {
  return names.get(number) ?? `0x${number.toString(16)}`;
}

/** `__print_flags`: the texts of all bits that are set, and the rest in hexadecimal. */
export function flags(argument: PrintValue, delimiter: string, entries: readonly NamedValue[]): PrintValue {
  const value = asNumber(argument);
  return { kind: 'text', text: (record) => flagsText(value.big(record), delimiter, entries) };
}

function flagsText(number: bigint, delimiter: string, entries: readonly NamedValue[]): string {
  const parts: string[] = [];
  let rest = number;
  for (const { value, text } of entries) {
    if (value === undefined) continue;
    if (value === 0n ? number === 0n : (rest & value) === value) {
      parts.push(text);
      rest &= ~value;
    }
  }
  if (rest !== 0n) parts.push(`0x${rest.toString(16)}`);
  return parts.join(delimiter);
}

const extent: Extent = { start: 0, end: 0 };

/** `__get_str` and its kin. */
export function stringOf(field: EventField): PrintValue {
  return { kind: 'text', field, text: (record) => readText(record, field) };
}

/** `__get_dynamic_array_len`. */
export function lengthOf(field: EventField): PrintValue {
  const small = (record: RecordData): number => {
    readExtent(record, field, extent);
    return extent.end - extent.start;
  };
  return { kind: 'number', big: (record) => BigInt(small(record)), small };
}

/** `__print_hex` and `__print_hex_str`: the bytes of an array. */
export function hexBytes(array: PrintValue, count: PrintValue, delimiter: string): PrintValue {
  const field = fieldOfBytes(array);
  const { big } = asNumber(count);
  return {
    kind: 'text',
    text: (record) => {
      readExtent(record, field, extent);
      const length = Math.min(extent.end - extent.start, Number(big(record)));
      const bytes = record.bytes.subarray(extent.start, extent.start + length);
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(delimiter);
    },
  };
}

/** `__print_array`: `{0x1,0x2}`. */
export function numberArray(array: PrintValue, count: PrintValue, elementSize: PrintValue): PrintValue {
  const field = fieldOfBytes(array);
  const counted = asNumber(count);
  const size = asNumber(elementSize);
  return {
    kind: 'text',
    text: (record) => {
      readExtent(record, field, extent);
      const bytes = Number(size.big(record));
      if (![1, 2, 4, 8].includes(bytes)) return '{}';
      const length = Math.min(Math.floor((extent.end - extent.start) / bytes), Number(counted.big(record)));
      const at = (index: number): string => elementAt(record, extent.start + index * bytes, bytes);
      return `{${Array.from({ length }, (_, index) => at(index)).join(',')}}`;
    },
  };
}

function elementAt({ view, isLittleEndian }: RecordData, at: number, size: number): string {
  switch (size) {
    case 1:
      return `0x${view.getUint8(at).toString(16)}`;
    case 2:
      return `0x${view.getUint16(at, isLittleEndian).toString(16)}`;
    case 4:
      return `0x${view.getUint32(at, isLittleEndian).toString(16)}`;
    default:
      return `0x${view.getBigUint64(at, isLittleEndian).toString(16)}`;
  }
}

function fieldOfBytes(value: PrintValue): EventField {
  if (value.kind !== 'bytes') throw new UnreadableFormat('an array is missing');
  return value.field;
}
