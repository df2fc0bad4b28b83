import type { EventRows } from '../../src/model/event-rows.ts';
import { requesterId } from '../../src/model/ids.ts';
import { type RecordFields, type RecordScanner, SILENT } from '../../src/model/parser.ts';
import { RowNameCache } from './row-name-cache.ts';
import { QI_PAGE_GROUP_RESPONSE } from './vtd-invalidation.ts';
import { newWord64, type Word64 } from './word64.ts';

const PASID_PRESENT = 0x10;
const PRIVATE_DATA = 0x20;

/**
 * Recorded page group responses with a PASID and without private data, and descriptors that mean nothing. Fields as in
 * `decodePageGroupResponse`.
 */
export class PageResponseRecords implements RecordScanner {
  readonly fields = ['qw0', 'qw1', 'iommu'];
  readonly #rows: EventRows;
  readonly #form: number;
  readonly #isOfInterest: (word: Word64) => boolean;
  readonly #names: RowNameCache;
  readonly #first = newWord64();

  constructor(rows: EventRows, form: number, isOfInterest: (word: Word64) => boolean) {
    this.#rows = rows;
    this.#form = form;
    this.#isOfInterest = isOfInterest;
    this.#names = new RowNameCache(rows);
  }

  scan(record: RecordFields, at: number): boolean | typeof SILENT {
    const first = this.#first;
    first.lo = record.low(0);
    first.hi = record.high(0);
    if ((first.lo & 15) !== QI_PAGE_GROUP_RESPONSE) return this.#isOfInterest(first) ? false : SILENT;
    const second = record.low(1);
    // Bits above the PRGI are those of an older descriptor.
    if (record.high(1) !== 0 || second >>> 12 !== 0) return false;
    if ((first.lo & PASID_PRESENT) === 0 || (first.lo & PRIVATE_DATA) !== 0) return false;
    const names = this.#names.numberOf(record.text(2), undefined, requesterId(first.lo >>> 16));
    if (names < 0) return false;
    const rows = this.#rows;
    rows.form[at] = this.#form;
    rows.names[at] = names;
    rows.pasid[at] = first.hi & 0xfffff;
    rows.prgi[at] = (second >>> 3) & 0x1ff;
    rows.code[at] = (first.lo >>> 12) & 15;
    return true;
  }
}
