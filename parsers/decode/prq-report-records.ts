import { type EventRows, LAST_REQUEST } from '../../src/model/event-rows.ts';
import { requesterId } from '../../src/model/ids.ts';
import type { RecordFields, RecordScanner } from '../../src/model/parser.ts';
import { isStopMarker } from './access.ts';
import { RowNameCache } from './row-name-cache.ts';
import { hasPrivateData, isPageRequest } from './vtd-page-request.ts';
import { newWord64 } from './word64.ts';

const MAX_SEQUENCE_HIGH = 0x1f_ffff;
const PASID_PRESENT = 0x100;

/** Recorded page requests with a PASID and without private data. Fields as in `decodePageRequest`; a stop marker is left to that. */
export class PrqReportRecords implements RecordScanner {
  readonly fields = ['dw0', 'dw1', 'seq', 'iommu', 'dev'];
  readonly #rows: EventRows;
  readonly #form: number;
  readonly #names: RowNameCache;
  readonly #dw0 = newWord64();

  constructor(rows: EventRows, form: number) {
    this.#rows = rows;
    this.#form = form;
    this.#names = new RowNameCache(rows);
  }

  scan(record: RecordFields, at: number): boolean {
    const rows = this.#rows;
    const dw0 = this.#dw0;
    dw0.lo = record.low(0);
    if (!isPageRequest(dw0) || hasPrivateData(dw0) || (dw0.lo & PASID_PRESENT) === 0) return false;
    dw0.hi = record.high(0);
    const low = record.low(1);
    const high = record.high(1);
    const perm = (low & 3) | ((dw0.hi >>> 18) & 12);
    const isLast = (low & 4) !== 0;
    const sequenceHigh = record.high(2);
    if (isStopMarker(perm, isLast, true) || sequenceHigh > MAX_SEQUENCE_HIGH) return false;
    const names = this.#names.numberOf(record.text(3), record.text(4), requesterId(dw0.lo >>> 16));
    if (names < 0) return false;
    rows.form[at] = this.#form;
    rows.names[at] = names;
    rows.sequence[at] = sequenceHigh * 0x1_0000_0000 + record.low(2);
    rows.flags[at] = isLast ? perm | LAST_REQUEST : perm;
    rows.pasid[at] = dw0.hi & 0xfffff;
    rows.prgi[at] = (low >>> 3) & 0x1ff;
    rows.addressHigh[at] = high >>> 12;
    rows.addressLow[at] = (high << 20) | (low >>> 12);
    return true;
  }
}
