import { Literal } from '../../src/base/literal.ts';
import { isDigit } from '../../src/base/scan.ts';
import type { TraceEvent } from '../../src/model/event.ts';
import { type EventRows, LAST_REQUEST, type RowForm } from '../../src/model/event-rows.ts';
import { type RequesterId, requesterId } from '../../src/model/ids.ts';
import type { LineBlock, LineScanner, RowDialect } from '../../src/model/parser.ts';
import { accessOf, isStopMarker } from './access.ts';
import { digitsOf, HexBytes } from './hex-bytes.ts';
import { PrqReportRecords } from './prq-report-records.ts';

/*
 *     prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 rw--l pasid=0x1 index=0x2
 */
const NAME = new Literal('prq_report: ');
const SEQUENCE = new Literal(' seq# ');
const REQUESTER = new Literal(': rid=0x');
const ADDRESS = new Literal(' addr=0x');
const PASID = new Literal(' pasid=0x');
const INDEX = new Literal(' index=0x');
/** Bits 63:12 of an address. */
const MAX_PAGE_DIGITS = 13;
const MAX_SEQUENCE = Number.MAX_SAFE_INTEGER / 16;
const MAX_NAME = 100;

const SPACE = 32;
const DASH = 45;
const SLASH = 47;
const ZERO = 48;
const SLOTS = 256;

/** The text form of `prq_report` without private data; stop markers and everything else is left to the text. */
export function prqReportRows(dialect: string): RowDialect {
  const form: RowForm = { kind: 'page-request', point: 'wire', dialect, probe: 'prq_report', fill };
  return {
    forms: [form],
    initial: 'p'.charCodeAt(0),
    scanner: (rows, number) => new PrqReportScanner(rows, number),
    recordScanner: (_, rows, number) => new PrqReportRecords(rows, number),
  };
}

function fill(event: TraceEvent, rows: EventRows, at: number): void {
  const flags = rows.flags[at] ?? 0;
  event.addressDigits = digitsOf(rows.addressHigh[at] ?? 0, rows.addressLow[at] ?? 0);
  event.addressShift = 12;
  event.access = accessOf(flags);
  event.isLast = (flags & LAST_REQUEST) !== 0;
  event.sequence = rows.sequence[at];
}

interface KnownNames {
  readonly text: Uint8Array;
  readonly requester: RequesterId;
  readonly number: number;
}

class PrqReportScanner implements LineScanner {
  readonly #rows: EventRows;
  readonly #form: number;
  readonly #hex = new HexBytes();
  readonly #known: (KnownNames | undefined)[] = new Array(SLOTS).fill(undefined);
  #cursor = 0;

  constructor(rows: EventRows, form: number) {
    this.#rows = rows;
    this.#form = form;
  }

  scan({ bytes, view }: LineBlock, from: number, at: number): number {
    const rows = this.#rows;
    const hex = this.#hex;
    if (!NAME.isAt(view, from)) return -1;
    const namesStart = from + NAME.length;
    const namesEnd = endOfNames(bytes, namesStart);
    if (namesEnd < 0 || !SEQUENCE.isAt(view, namesEnd)) return -1;
    const sequence = this.#decimal(bytes, namesEnd + SEQUENCE.length);
    if (sequence < 0 || !REQUESTER.isAt(view, this.#cursor)) return -1;
    let end = hex.read(bytes, this.#cursor + REQUESTER.length);
    if (end < 0 || hex.hi !== 0 || hex.lo > 0xffff || !ADDRESS.isAt(view, end)) return -1;
    const names = this.#names(bytes, namesStart, namesEnd, hex.lo);
    if (names < 0) return -1;

    const address = end + ADDRESS.length;
    end = hex.read(bytes, address);
    // Leading zeros are part of the digits as printed.
    if (end < 0 || end - address > MAX_PAGE_DIGITS || (bytes[address] === ZERO && end - address > 1)) return -1;
    rows.addressHigh[at] = hex.hi;
    rows.addressLow[at] = hex.lo;
    const letters = readLetters(bytes, end);
    if (letters < 0 || !PASID.isAt(view, end + 6)) return -1;
    end = hex.read(bytes, end + 6 + PASID.length);
    if (end < 0 || hex.hi !== 0 || hex.lo > 0xfffff || !INDEX.isAt(view, end)) return -1;
    const pasid = hex.lo;
    end = hex.read(bytes, end + INDEX.length);
    if (end < 0 || hex.hi !== 0 || hex.lo > 0x1ff) return -1;
    if (isStopMarker(letters, (letters & LAST_REQUEST) !== 0, pasid !== 0)) return -1;

    rows.form[at] = this.#form;
    rows.names[at] = names;
    rows.sequence[at] = sequence;
    rows.flags[at] = letters;
    rows.pasid[at] = pasid;
    rows.prgi[at] = hex.lo;
    return end;
  }

  /** Value of the decimal digits at `from`, -1 if there are none or too many; the cursor stands behind them. */
  #decimal(bytes: Uint8Array, from: number): number {
    let value = 0;
    let at = from;
    for (; ; at += 1) {
      const code = bytes[at] ?? 0;
      if (!isDigit(code)) break;
      value = value * 10 + (code - 48);
    }
    this.#cursor = at;
    return at === from || value > MAX_SEQUENCE ? -1 : value;
  }

  /** Number of the names `IOMMU/DEVICE` of a requester; -1 if they are none, or if there are too many. */
  #names(bytes: Uint8Array, from: number, end: number, rid: number): number {
    const slot = (rid ^ (rid >> 8)) & (SLOTS - 1);
    const known = this.#known[slot];
    if (known !== undefined && known.requester === rid && isSame(known.text, bytes, from, end)) return known.number;
    const text = Buffer.from(bytes.subarray(from, end));
    const [iommu = '', ...rest] = text.toString('latin1').split('/');
    const device = rest.join('/');
    if (iommu === '' || device === '') return -1;
    const requester = requesterId(rid);
    const number = this.#rows.addNames({ iommu, device, requester });
    if (number >= 0) this.#known[slot] = { text, requester, number };
    return number;
  }
}

/** Position of the blank behind the names; -1 where they are not of plain characters, or too long. */
function endOfNames(bytes: Uint8Array, from: number): number {
  for (let at = from; at < from + MAX_NAME; at += 1) {
    const code = bytes[at] ?? 0;
    if (code === SPACE) return bytes[from] === SLASH ? -1 : at;
    if (code < SPACE || code > 126) return -1;
  }
  return -1;
}

function isSame(text: Uint8Array, bytes: Uint8Array, from: number, end: number): boolean {
  if (text.length !== end - from) return false;
  for (let index = 0; index < text.length; index += 1) if (text[index] !== bytes[from + index]) return false;
  return true;
}

/** Bits of a blank and the five letters `rwxpl` behind it (1, 2, 4, 8, 16), or -1 if they are not these. */
function readLetters(bytes: Uint8Array, blank: number): number {
  if (bytes[blank] !== SPACE) return -1;
  const r = letterBit(bytes[blank + 1], 114, 1);
  const w = letterBit(bytes[blank + 2], 119, 2);
  const x = letterBit(bytes[blank + 3], 120, 4);
  const p = letterBit(bytes[blank + 4], 112, 8);
  const l = letterBit(bytes[blank + 5], 108, LAST_REQUEST);
  // A -1 sets the sign.
  return r | w | x | p | l;
}

function letterBit(code: number | undefined, letter: number, bit: number): number {
  if (code === letter) return bit;
  return code === DASH ? 0 : -1;
}
