import { Literal } from '../../src/base/literal.ts';
import { decodeWireCode } from '../../src/model/code.ts';
import type { TraceEvent } from '../../src/model/event.ts';
import { type EventRows, type RowForm, SILENT_ROW } from '../../src/model/event-rows.ts';
import { requesterId } from '../../src/model/ids.ts';
import type { LineBlock, LineScanner, RowDialect } from '../../src/model/parser.ts';
import { HexBytes } from './hex-bytes.ts';
import { PageResponseRecords } from './page-response-records.ts';
import { QI_PAGE_GROUP_RESPONSE } from './vtd-invalidation.ts';
import type { Word64 } from './word64.ts';

/*
 *     qi_submit: page_grp_resp dmar0: 0x101000019 0x14 0x0 0x0
 */
const NAME = new Literal('qi_submit: ');
const FIRST_WORD = new Literal(': 0x');
const WORD_START = 3;
const MAX_NAME = 60;
const PASID_PRESENT = 0x10;
const PRIVATE_DATA = 0x20;

const NEWLINE = 10;
const SPACE = 32;
const ZERO = 48;
const COLON = 58;
const LETTER_X = 120;
const SLOTS = 256;

/**
 * Page group responses of `qi_submit` with a PASID and without private data, and the descriptors that `isOfInterest` says mean
 * nothing, in the text form; everything else is left to the text. Fields as in `decodePageGroupResponse`.
 */
export function pageResponseRows(dialect: string, isOfInterest: (word: Word64) => boolean): RowDialect {
  const form: RowForm = { kind: 'page-response', point: 'wire', dialect, probe: 'qi_submit', fill };
  return {
    forms: [form],
    initial: 'q'.charCodeAt(0),
    scanner: (rows, number) => new PageResponseScanner(rows, number, isOfInterest),
    recordScanner: (_, rows, number) => new PageResponseRecords(rows, number, isOfInterest),
  };
}

function fill(event: TraceEvent, rows: EventRows, at: number): void {
  const { code, rawCode } = decodeWireCode(rows.code[at] ?? 0);
  event.code = code;
  event.rawCode = rawCode;
}

interface KnownNames {
  readonly iommu: Uint8Array;
  readonly rid: number;
  readonly number: number;
}

class PageResponseScanner implements LineScanner {
  readonly #rows: EventRows;
  readonly #form: number;
  readonly #isOfInterest: (word: Word64) => boolean;
  readonly #first = new HexBytes();
  readonly #second = new HexBytes();
  readonly #rest = new HexBytes();
  readonly #known: (KnownNames | undefined)[] = new Array(SLOTS).fill(undefined);

  constructor(rows: EventRows, form: number, isOfInterest: (word: Word64) => boolean) {
    this.#rows = rows;
    this.#form = form;
    this.#isOfInterest = isOfInterest;
  }

  scan({ bytes, view }: LineBlock, from: number, at: number): number {
    if (!NAME.isAt(view, from)) return -1;
    const iommu = behindSymbol(bytes, from + NAME.length);
    if (iommu < 0) return -1;
    const colon = endOfIommu(bytes, iommu);
    if (colon < 0 || !FIRST_WORD.isAt(view, colon)) return -1;
    const first = this.#first;
    let end = first.read(bytes, colon + FIRST_WORD.length);
    if (end < 0) return -1;
    if ((first.lo & 15) !== QI_PAGE_GROUP_RESPONSE) return this.#silent(bytes, end, at);

    const second = this.#second;
    end = readWord(bytes, end, second);
    end = readWord(bytes, end, this.#rest);
    end = readWord(bytes, end, this.#rest);
    // Bits above the PRGI are those of an older descriptor.
    if (end < 0 || second.hi !== 0 || second.lo >>> 12 !== 0) return -1;
    if ((first.lo & PASID_PRESENT) === 0 || (first.lo & PRIVATE_DATA) !== 0) return -1;
    const names = this.#names(bytes, iommu, colon, first.lo >>> 16);
    if (names < 0) return -1;
    const rows = this.#rows;
    rows.form[at] = this.#form;
    rows.names[at] = names;
    rows.pasid[at] = first.hi & 0xfffff;
    rows.prgi[at] = (second.lo >>> 3) & 0x1ff;
    rows.code[at] = (first.lo >>> 12) & 15;
    return end;
  }

  /** The rest of a line whose first word says that it means nothing. */
  #silent(bytes: Uint8Array, from: number, at: number): number {
    if (this.#isOfInterest(this.#first)) return -1;
    this.#rows.form[at] = SILENT_ROW;
    let end = from;
    while ((bytes[end] ?? NEWLINE) >= SPACE) end += 1;
    return end;
  }

  #names(bytes: Uint8Array, from: number, end: number, rid: number): number {
    const slot = (rid ^ (rid >> 8)) & (SLOTS - 1);
    const known = this.#known[slot];
    if (known !== undefined && known.rid === rid && isSame(known.iommu, bytes, from, end)) return known.number;
    const iommu = Buffer.from(bytes.subarray(from, end));
    const names = { iommu: iommu.toString('latin1'), device: undefined, requester: requesterId(rid) };
    const number = this.#rows.addNames(names);
    if (number >= 0) this.#known[slot] = { iommu, rid, number };
    return number;
  }
}

/** Position behind a word of small letters and underscores and one blank; -1 if there is none. */
function behindSymbol(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < from + MAX_NAME; at += 1) {
    const code = bytes[at] ?? 0;
    if (code !== 95 && !(code >= 97 && code <= 122)) break;
  }
  return at > from && bytes[at] === SPACE ? at + 1 : -1;
}

/** Position of the colon behind a name of plain characters; -1 if there is none. */
function endOfIommu(bytes: Uint8Array, from: number): number {
  for (let at = from; at < from + MAX_NAME; at += 1) {
    const code = bytes[at] ?? 0;
    if (code === COLON) return at > from ? at : -1;
    if (code <= SPACE || code > 126) return -1;
  }
  return -1;
}

/** Reads ` 0x…` at `from`; -1 if it is not there, or if `from` is -1. */
function readWord(bytes: Uint8Array, from: number, out: HexBytes): number {
  if (from < 0 || bytes[from] !== SPACE || bytes[from + 1] !== ZERO || bytes[from + 2] !== LETTER_X) return -1;
  return out.read(bytes, from + WORD_START);
}

function isSame(text: Uint8Array, bytes: Uint8Array, from: number, end: number): boolean {
  if (text.length !== end - from) return false;
  for (let index = 0; index < text.length; index += 1) if (text[index] !== bytes[from + index]) return false;
  return true;
}
