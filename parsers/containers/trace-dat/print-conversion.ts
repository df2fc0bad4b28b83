import type { EventField } from './event-format.ts';
import { type NumberValue, type PrintValue, UnreadableFormat } from './print-value.ts';
import { type Extent, type RecordData, readBig, readExtent, readHigh, readLow, readSmall } from './record-data.ts';
import type { TextBuffer } from './text-buffer.ts';

/** What a print format needs to know of the recording. */
export interface PrintContext {
  /** Size of the kernel's `long`. */
  readonly longSize: 4 | 8;
  /** Name of the function that has an address, with the offset in it if asked for; undefined if none is known. */
  symbolAt(address: bigint, hasOffset: boolean): string | undefined;
  /** Text of a constant string at an address, as far as recorded. */
  stringAt(address: bigint): string | undefined;
}

/** `%-08llx`. */
export interface Conversion {
  readonly flags: string;
  readonly width: string;
  readonly precision: string | undefined;
  readonly length: string;
  readonly letter: string;
  /** Index of the first argument that it takes. */
  readonly argument: number;
}

/** Flags, width, precision, length, letter with the kernel's extensions of `%p`. */
const CONVERSION = /%([-+ #0]*)(\d*|\*)(?:\.(\d+|\*))?(hh|h|ll|l|L|z|j|t)?(p[A-Za-z]?|[diouxXcs%])/g;

/** Literal texts and conversions of a format, in order. */
export function conversionsOf(text: string): readonly (string | Conversion)[] {
  const parts: (string | Conversion)[] = [];
  let end = 0;
  let argument = 0;
  for (const match of text.matchAll(CONVERSION)) {
    const [all, flags = '', width = '', precision, length = '', letter = ''] = match;
    if (match.index > end) parts.push(text.slice(end, match.index));
    end = match.index + all.length;
    if (letter === '%') {
      parts.push('%');
      continue;
    }
    parts.push({ flags, width, precision, length, letter, argument });
    argument += 1 + (width === '*' ? 1 : 0) + (precision === '*' ? 1 : 0);
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

type Text = (record: RecordData) => string;
type Printer = (record: RecordData, out: TextBuffer) => void;

/** The printer of one conversion with its arguments. Throws `UnreadableFormat` if they do not fit. */
export function compileConversion(
  conversion: Conversion,
  values: readonly PrintValue[],
  context: PrintContext,
): Printer {
  let next = conversion.argument;
  const star = (text: string | undefined): Size => (text === '*' ? variable(values[next++]) : fixed(text));
  const width = star(conversion.width === '' ? undefined : conversion.width);
  const precision = star(conversion.precision);
  const value = values[next];
  if (value === undefined) throw new UnreadableFormat('an argument is missing');
  const direct = directPrinter(conversion, value, context);
  if (direct !== undefined) return direct;
  const text = textOfValue(conversion, value, precision, context);
  if (conversion.width === '') return (record, out) => out.text(text(record));
  const { flags } = conversion;
  return (record, out) => out.text(padded(text(record), width(record) ?? 0, flags));
}

/** The common conversions of a field as it is, without a string between. */
function directPrinter(conversion: Conversion, value: PrintValue, context: PrintContext): Printer | undefined {
  const { flags, width, precision, letter, length } = conversion;
  if (precision !== undefined || value.kind === 'bytes' || value.field === undefined) return undefined;
  const { field } = value;
  if (value.kind === 'text') return letter === 's' && width === '' ? stringPrinter(field) : undefined;
  const bits = bitsOf(length, context);
  if (bits < 32 || (field.size > 4 && bits < 64)) return undefined;
  if (letter === 'x' && (flags === '' || flags === '0') && width !== '*') {
    if (width === '') return hexPrinter(field);
    return flags === '0' ? hexPrinter(field, Math.min(Number(width), MAX_WIDTH)) : undefined;
  }
  if (flags !== '' || width !== '') return undefined;
  if (letter === 'u') return decimalPrinter(field);
  return (letter === 'd' || letter === 'i') && field.size === 4 && bits === 32 ? signedPrinter(field) : undefined;
}

const extent: Extent = { start: 0, end: 0 };

function stringPrinter(field: EventField): Printer {
  return (record, out) => {
    readExtent(record, field, extent);
    out.string(record.bytes, extent.start, extent.end);
  };
}

/** Hexadecimal digits of a field. */
export function hexPrinter(field: EventField, width = 1): Printer {
  if (field.size !== 8) return (record, out) => out.hex(0, readSmall(record, field), width);
  return (record, out) => out.hex(readHigh(record, field), readLow(record, field), width);
}

/** A field as unsigned number. */
export function decimalPrinter(field: EventField): Printer {
  return (record, out) => {
    const value = readSmall(record, field);
    if (value <= Number.MAX_SAFE_INTEGER) out.decimal(value);
    else out.text(readBig(record, field).toString());
  };
}

function signedPrinter(field: EventField): Printer {
  return (record, out) => {
    const value = readSmall(record, field) | 0;
    if (value < 0) out.byte(MINUS);
    out.decimal(Math.abs(value));
  };
}

const MINUS = 45;

type Size = (record: RecordData) => number | undefined;

function fixed(text: string | undefined): Size {
  const size = text === undefined ? undefined : Math.min(Number(text), MAX_WIDTH);
  return () => size;
}

/** Wider than any column; a damaged record must not fill the memory. */
const MAX_WIDTH = 4096;

function variable(value: PrintValue | undefined): Size {
  if (value?.kind !== 'number') throw new UnreadableFormat('a width is missing');
  return (record) => Math.min(Math.max(Number(BigInt.asIntN(32, value.big(record))), 0), MAX_WIDTH);
}

function textOfValue(conversion: Conversion, value: PrintValue, precision: Size, context: PrintContext): Text {
  const { letter } = conversion;
  if (letter === 's') return limitedText(value, precision, context);
  if (value.kind !== 'number') throw new UnreadableFormat('a number is missing');
  if (letter.startsWith('p')) return pointerText(letter, value, context);
  if (letter === 'c') return (record) => String.fromCharCode(Number(BigInt.asUintN(8, value.big(record))));
  const number = numberText(conversion, value, bitsOf(conversion.length, context));
  if (conversion.precision === undefined) return number;
  return (record) => {
    const digits = number(record);
    const isNegative = digits.startsWith('-');
    const bare = (isNegative ? digits.slice(1) : digits).padStart(precision(record) ?? 0, '0');
    return isNegative ? `-${bare}` : bare;
  };
}

function bitsOf(length: string, context: PrintContext): number {
  switch (length) {
    case 'hh':
      return 8;
    case 'h':
      return 16;
    case '':
      return 32;
    case 'l':
    case 'z':
    case 't':
      return context.longSize * 8;
    default:
      return 64;
  }
}

function limitedText(value: PrintValue, precision: Size, context: PrintContext): Text {
  const whole = wholeText(value, context);
  return (record) => {
    const limit = precision(record);
    const text = whole(record);
    return limit === undefined ? text : text.slice(0, limit);
  };
}

/** A pointer to a text outside the record is shown as what is known to be there, or as its address. */
function wholeText(value: PrintValue, context: PrintContext): Text {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'bytes') throw new UnreadableFormat('a text is missing');
  return (record) => {
    const address = value.big(record);
    return context.stringAt(address) ?? address.toString(16);
  };
}

function pointerText(letter: string, value: NumberValue, context: PrintContext): Text {
  const hex: Text = (record) => `0x${value.big(record).toString(16)}`;
  switch (letter) {
    case 'p':
    case 'px':
    case 'pK':
      return hex;
    case 'ps':
    case 'pf':
    case 'pS':
    case 'pF': {
      const hasOffset = letter === 'pS' || letter === 'pF';
      return (record) => context.symbolAt(value.big(record), hasOffset) ?? hex(record);
    }
    default:
      throw new UnreadableFormat(`only the kernel knows %${letter}`);
  }
}

function numberText({ flags, letter }: Conversion, value: NumberValue, bits: number): Text {
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const isMarked = flags.includes('#');
  return (record) => {
    const big = value.big(record);
    if (letter === 'd' || letter === 'i') {
      const signed = BigInt.asIntN(bits, big);
      return signed < 0n ? signed.toString() : sign + signed.toString();
    }
    const unsigned = BigInt.asUintN(bits, big);
    switch (letter) {
      case 'x':
        return (isMarked && unsigned !== 0n ? '0x' : '') + unsigned.toString(16);
      case 'X':
        return (isMarked && unsigned !== 0n ? '0X' : '') + unsigned.toString(16).toUpperCase();
      case 'o':
        return (isMarked && unsigned !== 0n ? '0' : '') + unsigned.toString(8);
      default:
        return unsigned.toString();
    }
  };
}

function padded(text: string, width: number, flags: string): string {
  if (text.length >= width) return text;
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const prefix = /^(?:[-+ ]|0[xX])/.exec(text)?.[0] ?? '';
  return prefix + text.slice(prefix.length).padStart(width - prefix.length, '0');
}
