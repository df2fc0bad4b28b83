import type { EventField, EventFormat } from './event-format.ts';
import { compileConversion, conversionsOf, type PrintContext } from './print-conversion.ts';
import { parsePrintFormat } from './print-parser.ts';
import { UnreadableFormat } from './print-value.ts';
import { type Extent, type RecordData, readBig, readExtent, readSmall, readText } from './record-data.ts';

/** The text of a record as `trace-cmd report` shows it behind the event's name. */
export type RecordPrinter = (record: RecordData) => string;

/**
 * Makes the printer of an event. Where the print format calls functions of the kernel the fields are shown
 * one by one, as trace-cmd does: `[FAILED TO PARSE] dw0=4311744769 …`.
 */
export function printerOf(format: EventFormat, context: PrintContext): RecordPrinter {
  try {
    const { text, values } = parsePrintFormat(format);
    const parts = conversionsOf(text).map((part) => {
      if (typeof part === 'string') return () => part;
      return compileConversion(part, values, context);
    });
    return joined(parts);
  } catch (error) {
    if (!(error instanceof UnreadableFormat)) throw error;
    return fieldsPrinter(format);
  }
}

function joined(parts: readonly RecordPrinter[]): RecordPrinter {
  return (record) => {
    let text = '';
    for (const part of parts) text += part(record);
    return text;
  };
}

function fieldsPrinter(format: EventFormat): RecordPrinter {
  const { fields } = format;
  return (record) => {
    let text = '[FAILED TO PARSE]';
    for (const field of fields) text += ` ${field.name}=${fieldText(record, field)}`;
    return text;
  };
}

const extent: Extent = { start: 0, end: 0 };

/** libtraceevent, print_field_raw: pointers and longs in hexadecimal, other numbers in decimal. */
function fieldText(record: RecordData, field: EventField): string {
  if (field.isArray) return arrayText(record, field);
  if (field.isPointer || (field.isLong && !field.isSigned)) return `0x${readBig(record, field).toString(16)}`;
  if (!field.isSigned) return readBig(record, field).toString();
  const signed = BigInt.asIntN(field.size * 8, readBig(record, field));
  return field.size === 2 ? signed.toString().padStart(2) : signed.toString();
}

function arrayText(record: RecordData, field: EventField): string {
  readExtent(record, field, extent);
  if (field.isString && isPrintable(record.bytes, extent)) return readText(record, field);
  const bytes = record.bytes.subarray(extent.start, extent.end);
  return `ARRAY[${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(', ')}]`;
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
