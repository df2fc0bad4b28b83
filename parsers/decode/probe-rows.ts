import { Literal } from '../../src/base/literal.ts';
import { isDigit } from '../../src/base/scan.ts';
import { type EventRows, SILENT_ROW } from '../../src/model/event-rows.ts';
import type { LineBlock, LineScanner, RowDialect } from '../../src/model/parser.ts';
import { HexBytes } from './hex-bytes.ts';
import { formOfProbe, NOBODY, ProbeColumns } from './probe-columns.ts';
import { MESSAGE_FUNCTIONS } from './probe-functions.ts';
import { probeRecordScanner } from './probe-records.ts';
import { LONGEST_HEAD, type ProbeShape, SHORTEST_HEAD, shapeOfProbe } from './probe-shape.ts';

const NEWLINE = 10;
const SPACE = 32;
const ZERO = 48;
const COLON = 58;
const PARENTHESIS = 40;
const UNDERSCORE = 95;
const LETTER_X = 120;
const SLOTS = 256;

/**
 * Probes that carry a page request with PASID and address, or an answer with a PASID, and return probes of which the value says
 * nothing; everything else is left to the text, and so are all that name a device.
 *
 *     report_fault: (iommu_report_device_fault+0x4/0x5f0) pasid=1 grpid=2 flags=0x7 perm=0x3 addr=0x101000
 */
export function probeRows(dialect: string): RowDialect {
  return {
    forms: MESSAGE_FUNCTIONS.map((probed) => formOfProbe(probed, dialect)),
    initial: undefined,
    scanner: (rows, firstForm) => new ProbeScanner(rows, firstForm),
    recordScanner: probeRecordScanner,
  };
}

/** A probe whose lines are known by what they begin with: name, function and offset. */
interface KnownProbe {
  readonly head: Literal;
  readonly shape: ProbeShape;
  /** ` pasid=` and so on. */
  readonly names: readonly Literal[];
  /** For the columns `form` and `names`. */
  readonly form: number;
  readonly nobody: number;
}

/** The arguments of a probe have the same names on each of its lines: they are read once as text, and then recognised. */
class ProbeScanner implements LineScanner {
  readonly #rows: EventRows;
  readonly #firstForm: number;
  readonly #known: (KnownProbe | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #value = new HexBytes();
  readonly #columns: ProbeColumns;

  constructor(rows: EventRows, firstForm: number) {
    this.#rows = rows;
    this.#firstForm = firstForm;
    this.#columns = new ProbeColumns(rows);
  }

  scan({ bytes, view }: LineBlock, from: number, at: number): number {
    if (from + LONGEST_HEAD > view.byteLength) return -1;
    const slot = slotOf(view, from);
    let known = this.#known[slot];
    if (known === undefined || !known.head.isAt(view, from)) {
      known = this.#learn(bytes, from);
      if (known === undefined) return -1;
      this.#known[slot] = known;
    }
    const start = from + known.head.length;
    const { kind } = known.shape;
    if (kind === 'other') return -1;
    if (kind === 'silent') {
      this.#rows.form[at] = SILENT_ROW;
      return endOfLine(bytes, start);
    }
    this.#columns.begin(at);
    const end = this.#arguments(known, bytes, view, start, at);
    // Its next line may be an undamaged one.
    if (end < 0) this.#known[slot] = undefined;
    const { form, nobody } = known;
    const { probed } = known.shape;
    const isRow =
      kind === 'return' ? this.#columns.isSilentReturn(probed, at) : this.#columns.isMessage(probed, form, nobody, at);
    return isRow ? end : -1;
  }

  /** What the text of the line says of its probe; undefined where it is none, or damaged. */
  #learn(bytes: Buffer, from: number): KnownProbe | undefined {
    const colon = endOfName(bytes, from);
    if (colon < 0) return undefined;
    const text = bytes.toString('latin1', from, endOfLine(bytes, from));
    const shape = shapeOfProbe(text, colon - from);
    if (shape === undefined || shape.length < SHORTEST_HEAD || shape.length > LONGEST_HEAD) return undefined;
    const head = new Literal(text.slice(0, shape.length));
    const form = this.#firstForm + MESSAGE_FUNCTIONS.indexOf(shape.probed);
    const nobody = this.#rows.addNames(NOBODY);
    if (nobody < 0) return undefined;
    return { head, shape, form, nobody, names: shape.names.map((name) => new Literal(` ${name}=`)) };
  }

  /** Reads the arguments at `from` into the columns. Gives the position behind them; -1 if they are others, or too large. */
  #arguments({ shape, names }: KnownProbe, bytes: Uint8Array, view: DataView, from: number, at: number): number {
    let end = from;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index];
      if (name?.isAt(view, end) !== true) return -1;
      end = this.#integer(bytes, end + name.length);
      if (end < 0 || !this.#columns.store(shape.meanings[index] ?? 0, this.#value, at)) return -1;
    }
    return end;
  }

  /** Reads `0x…`, or decimal digits of 32 bits. */
  #integer(bytes: Uint8Array, from: number): number {
    const value = this.#value;
    if (bytes[from] === ZERO && bytes[from + 1] === LETTER_X) return value.read(bytes, from + 2);
    let decimal = 0;
    let end = from;
    for (; ; end += 1) {
      const code = bytes[end] ?? 0;
      if (!isDigit(code)) break;
      decimal = decimal * 10 + (code - ZERO);
    }
    value.hi = 0;
    value.lo = decimal;
    return end === from || decimal > 0xffff_ffff ? -1 : end;
  }
}

/** Position of the colon in `NAME: (`; -1 where there is no such thing. */
function endOfName(bytes: Uint8Array, from: number): number {
  let colon = from;
  while (isWordByte(bytes[colon] ?? 0)) colon += 1;
  if (bytes[colon] !== COLON) return -1;
  return bytes[colon + 1] === SPACE && bytes[colon + 2] === PARENTHESIS ? colon : -1;
}

function isWordByte(byte: number): boolean {
  return byte === UNDERSCORE || isDigit(byte) || ((byte | 32) >= 97 && (byte | 32) <= 122);
}

function endOfLine(bytes: Uint8Array, from: number): number {
  let at = from;
  while ((bytes[at] ?? NEWLINE) >= SPACE) at += 1;
  return at;
}

/** By four characters within the name, and those behind it or at its end. */
function slotOf(view: DataView, from: number): number {
  const start = view.getInt32(from + 2, true) ^ (view.getInt32(from + 6, true) << 1);
  const end = view.getInt32(from + 10, true) ^ (view.getInt32(from + 14, true) << 2);
  return (Math.imul(start, 0x9e3779b1) ^ Math.imul(end, 0x85ebca6b)) >>> 24;
}
