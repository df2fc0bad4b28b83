import type { EventField } from './event-format.ts';
import type { RecordData } from './record-data.ts';

/** What an argument of a print format stands for. */
export type PrintValue =
  | {
      readonly kind: 'number';
      /** 64 bits, unsigned. */
      readonly big: (record: RecordData) => bigint;
      /** The same where it always fits in 32 bits, unsigned. */
      readonly small?: (record: RecordData) => number;
      /** The value is that of this field, unchanged. */
      readonly field?: EventField;
    }
  | {
      readonly kind: 'text';
      readonly text: (record: RecordData) => string;
      /** The text is that of this string field. */
      readonly field?: EventField;
    }
  | { readonly kind: 'bytes'; readonly field: EventField };

export type NumberValue = Extract<PrintValue, { kind: 'number' }>;

/** The print format uses what only the kernel, or nothing known here, can evaluate. */
export class UnreadableFormat extends Error {}

export const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);

export function constant(value: bigint): NumberValue {
  const wrapped = wrap(value);
  if (wrapped > 0xffff_ffffn) return { kind: 'number', big: () => wrapped };
  const small = Number(wrapped);
  return { kind: 'number', big: () => wrapped, small: () => small };
}

/** A number; a text or an array has none. */
export function asNumber(value: PrintValue): NumberValue {
  if (value.kind !== 'number') throw new UnreadableFormat('a number is missing');
  return value;
}
