import type { EventField, EventFormat } from './event-format.ts';
import { compileConversion, conversionsOf, decimalPrinter, hexPrinter, type PrintContext } from './print-conversion.ts';
import { parsePrintFormat } from './print-parser.ts';
import { UnreadableFormat } from './print-value.ts';
import { type Extent, type RecordData, readBig, readExtent, readSmall } from './record-data.ts';
import type { TextBuffer } from './text-buffer.ts';

/** Appends a record's text as `trace-cmd report` shows it behind the event's name. */
export type RecordPrinter = (record: RecordData, out: TextBuffer) => void;

/**
 * Makes the printer of an event. Where the print format calls functions of the kernel the fields are shown
 * one by one, as trace-cmd does: `[FAILED TO PARSE] dw0=4311744769 …`.
 */
export function printerOf(format: EventFormat, context: PrintContext): RecordPrinter {
  try {
    const { text, values } = parsePrintFormat(format);
    const parts = conversionsOf(text).map((part): RecordPrinter => {
      if (typeof part === 'string') return (_, out) => out.text(part);
      return compileConversion(part, values, context);
    });
    return (record, out) => {
      for (const part of parts) part(record, out);
    };
  } catch (error) {
    if (!(error instanceof UnreadableFormat)) throw error;
    return fieldsPrinter(format);
  }
}

function fieldsPrinter(format: EventFormat): RecordPrinter {
  const parts = format.fields.map((field) => ({ label: ` ${field.name}=`, print: fieldPrinter(field) }));
  return (record, out) => {
    out.text('[FAILED TO PARSE]');
    for (const { label, print } of parts) {
      out.text(label);
      print(record, out);
    }
  };
}

const extent: Extent = { start: 0, end: 0 };

/** libtraceevent, print_field_raw: pointers and longs in hexadecimal, other numbers in decimal. */
function fieldPrinter(field: EventField): RecordPrinter {
  if (field.isArray) return (record, out) => printArray(record, field, out);
  if (field.isPointer || (field.isLong && !field.isSigned)) {
    const print = hexPrinter(field);
    return (record, out) => {
      out.text('0x');
      print(record, out);
    };
  }
  if (!field.isSigned) return decimalPrinter(field);
  return (record, out) => {
    const signed = BigInt.asIntN(field.size * 8, readBig(record, field));
    out.text(field.size === 2 ? signed.toString().padStart(2) : signed.toString());
  };
}

/** Bytes that are no text are left out, where trace-cmd prints each: nobody reads them, and they are many. */
function printArray(record: RecordData, field: EventField, out: TextBuffer): void {
  readExtent(record, field, extent);
  if (field.isString && isPrintable(record.bytes, extent)) out.string(record.bytes, extent.start, extent.end);
  else out.text('ARRAY[…]');
}

function isPrintable(bytes: Uint8Array, { start, end }: Extent): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) return true;
    if (byte > 126 || (byte < 32 && !(byte >= 9 && byte <= 13))) return false;
  }
  return true;
}

/** A number among the common fields, e.g. `common_pid`; -1 if the format has none of that name. */
export function commonReader(format: EventFormat, name: string): (record: RecordData) => number {
  const field = format.common.find((candidate) => candidate.name === name);
  if (field === undefined) return () => -1;
  if (!field.isSigned) return (record) => readSmall(record, field);
  const shift = 32 - 8 * Math.min(4, field.size);
  return (record) => (readSmall(record, field) << shift) >> shift;
}
