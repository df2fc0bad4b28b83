import { Literal } from '../../src/base/literal.ts';
import { isDigit } from '../../src/base/scan.ts';
import { decodeKernelCode } from '../../src/model/code.ts';
import type { TraceEvent } from '../../src/model/event.ts';
import { type EventRows, LAST_REQUEST, type RowForm, SILENT_ROW } from '../../src/model/event-rows.ts';
import type { LineBlock, LineScanner, RowDialect } from '../../src/model/parser.ts';
import { accessOf, isStopMarker } from './access.ts';
import { digitsOf, HexBytes } from './hex-bytes.ts';
import { ADDRESS, CODE, COUNT, FLAGS, PASID, PERM, PRGI, RET } from './probe-arguments.ts';
import { MESSAGE_FUNCTIONS, type ProbedFunction } from './probe-functions.ts';
import { LONGEST_HEAD, type ProbeShape, SHORTEST_HEAD, shapeOfProbe } from './probe-shape.ts';

const NEWLINE = 10;
const SPACE = 32;
const ZERO = 48;
const COLON = 58;
const PARENTHESIS = 40;
const UNDERSCORE = 95;
const LETTER_X = 120;
const SLOTS = 256;
/** Bits of iommu_fault_page_request.flags (include/linux/iommu.h). */
const PASID_VALID = 1;
const LAST_PAGE = 2;

/**
 * Probes that carry a page request with PASID and address, or an answer with a PASID, and return probes of which the value says
 * nothing; everything else is left to the text, and so are all that name a device.
 *
 *     report_fault: (iommu_report_device_fault+0x4/0x5f0) pasid=1 grpid=2 flags=0x7 perm=0x3 addr=0x101000
 */
export function probeRows(dialect: string): RowDialect {
  return {
    forms: MESSAGE_FUNCTIONS.map((probed) => formOf(probed, dialect)),
    initial: undefined,
    scanner: (rows, firstForm) => new ProbeScanner(rows, firstForm),
  };
}

function formOf({ name: probe, role }: ProbedFunction, dialect: string): RowForm {
  if (role === 'report-fault') return { kind: 'page-request', point: 'core', dialect, probe, fill: fillRequest };
  const point = role === 'core-response' ? 'core' : 'driver-op';
  return { kind: 'page-response', point, dialect, probe, fill: fillResponse };
}

function fillRequest(event: TraceEvent, rows: EventRows, at: number): void {
  const flags = rows.flags[at] ?? 0;
  event.addressDigits = digitsOf(rows.addressHigh[at] ?? 0, rows.addressLow[at] ?? 0);
  event.access = accessOf(flags);
  event.isLast = (flags & LAST_REQUEST) !== 0;
}

function fillResponse(event: TraceEvent, rows: EventRows, at: number): void {
  const { code, rawCode } = decodeKernelCode(rows.code[at] ?? 0);
  event.code = code;
  event.rawCode = rawCode;
  const count = rows.count[at] ?? -1;
  if (count >= 0) event.count = count;
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
  /** Of the line at hand. */
  #flags = 0;
  #perm = 0;
  #ret = 0;

  constructor(rows: EventRows, firstForm: number) {
    this.#rows = rows;
    this.#firstForm = firstForm;
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
    this.#rows.count[at] = -1;
    this.#ret = 0;
    const end = this.#arguments(known, bytes, view, start, at);
    // Its next line may be an undamaged one.
    if (end < 0) this.#known[slot] = undefined;
    else if (kind === 'return' ? this.#isSilentReturn(known, at) : this.#isMessage(known, at)) return end;
    return -1;
  }

  /** What the text of the line says of its probe; undefined where it is none, or damaged. */
  #learn(bytes: Buffer, from: number): KnownProbe | undefined {
    const colon = endOfName(bytes, from);
    if (colon < 0) return undefined;
    const text = bytes.toString('latin1', from, endOfLine(bytes, from));
    const shape = shapeOfProbe(text, colon - from);
    if (shape === undefined || shape.length < SHORTEST_HEAD || shape.length > LONGEST_HEAD) return undefined;
    const head = new Literal(text.slice(0, shape.length));
    const form = shape.kind === 'message' ? this.#firstForm + MESSAGE_FUNCTIONS.indexOf(shape.probed) : SILENT_ROW;
    const nobody = this.#rows.addNames(NOBODY);
    if (nobody < 0) return undefined;
    return { head, shape, form, nobody, names: shape.names.map((name) => new Literal(` ${name}=`)) };
  }

  /** Completes the row of a return, unless the value that was returned means something. */
  #isSilentReturn({ shape: { probed }, form }: KnownProbe, at: number): boolean {
    this.#rows.form[at] = form;
    const isTransfer = probed.role === 'fault-read' || probed.role === 'fault-write';
    return this.#ret === 0 || (!isTransfer && this.#ret < 0x8000_0000);
  }

  /** Completes the row of a request or an answer; false where it is none that the columns have. */
  #isMessage({ shape: { probed }, form, nobody }: KnownProbe, at: number): boolean {
    const rows = this.#rows;
    rows.form[at] = form;
    rows.names[at] = nobody;
    if (probed.role !== 'report-fault') return true;
    const isLast = (this.#flags & LAST_PAGE) !== 0;
    rows.flags[at] = isLast ? this.#perm | LAST_REQUEST : this.#perm;
    return (this.#flags & PASID_VALID) !== 0 && !isStopMarker(this.#perm, isLast, true);
  }

  /** Reads the arguments at `from` into the columns. Gives the position behind them; -1 if they are others, or too large. */
  #arguments({ shape, names }: KnownProbe, bytes: Uint8Array, view: DataView, from: number, at: number): number {
    let end = from;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index];
      if (name?.isAt(view, end) !== true) return -1;
      end = this.#integer(bytes, end + name.length);
      if (end < 0 || !this.#store(shape.meanings[index] ?? 0, at)) return -1;
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

  /** False for a value that does not fit. */
  #store(meaning: number, at: number): boolean {
    const rows = this.#rows;
    const { hi, lo } = this.#value;
    switch (meaning) {
      case 0:
        return true;
      case ADDRESS:
        rows.addressHigh[at] = hi;
        rows.addressLow[at] = lo;
        return true;
      case PASID:
        rows.pasid[at] = lo;
        return hi === 0 && lo <= 0xfffff;
      case PRGI:
        rows.prgi[at] = lo;
        return hi === 0 && lo <= 0x1ff;
      case FLAGS:
        this.#flags = lo;
        return hi === 0;
      case PERM:
        this.#perm = lo;
        return hi === 0 && lo <= 15;
      case CODE:
        rows.code[at] = lo;
        return hi === 0 && lo <= 0xff;
      case COUNT:
        rows.count[at] = lo;
        return hi === 0 && lo <= 0x7fff_ffff;
      case RET:
        this.#ret = lo;
        return hi === 0;
      default:
        return false;
    }
  }
}

/** Its lines name neither an IOMMU nor a device. */
const NOBODY = { iommu: undefined, device: undefined, requester: undefined };

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
