import { decodeKernelCode } from '../../src/model/code.ts';
import type { TraceEvent } from '../../src/model/event.ts';
import { type EventRows, LAST_REQUEST, type RowForm, type RowNames, SILENT_ROW } from '../../src/model/event-rows.ts';
import { accessOf, isStopMarker } from './access.ts';
import { digitsOf } from './hex-bytes.ts';
import { ADDRESS, CODE, COUNT, FLAGS, PASID, PERM, PRGI, RET } from './probe-arguments.ts';
import type { ProbedFunction } from './probe-functions.ts';
import type { Word64 } from './word64.ts';

/** Bits of iommu_fault_page_request.flags (include/linux/iommu.h). */
const PASID_VALID = 1;
const LAST_PAGE = 2;

/** Arguments without which a request, or an answer, is not a row. */
const OF_REQUEST = [PASID, PRGI, FLAGS, PERM, ADDRESS];
const OF_RESPONSE = [PASID, PRGI, CODE];

/** Probes name neither an IOMMU nor, as far as they are rows, a device. */
export const NOBODY: RowNames = { iommu: undefined, device: undefined, requester: undefined };

export function formOfProbe({ name: probe, role }: ProbedFunction, dialect: string): RowForm {
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

/** Meanings that the arguments of a message must have to be a row; undefined where the function carries none. */
export function wantedOf({ role }: ProbedFunction): readonly number[] | undefined {
  if (role === 'report-fault') return OF_REQUEST;
  return role === 'core-response' || role === 'driver-response' ? OF_RESPONSE : undefined;
}

/** Puts the arguments of a probe into columns, as `kprobe` makes an event of them. */
export class ProbeColumns {
  readonly #rows: EventRows;
  /** Of the line or record at hand. */
  #flags = 0;
  #perm = 0;
  #ret = 0;

  constructor(rows: EventRows) {
    this.#rows = rows;
  }

  /** Forgets the values of the last one. */
  begin(at: number): void {
    this.#rows.count[at] = -1;
    this.#ret = 0;
  }

  /** Stores an argument by its meaning; false for a value that does not fit. */
  store(meaning: number, { hi, lo }: Word64, at: number): boolean {
    const rows = this.#rows;
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

  /** Completes the row of a return, unless the value that was returned means something. */
  isSilentReturn({ role }: ProbedFunction, at: number): boolean {
    this.#rows.form[at] = SILENT_ROW;
    const isTransfer = role === 'fault-read' || role === 'fault-write';
    return this.#ret === 0 || (!isTransfer && this.#ret < 0x8000_0000);
  }

  /** Completes the row of a request or an answer; false where it is none that the columns have. `nobody`: number of `NOBODY`. */
  isMessage({ role }: ProbedFunction, form: number, nobody: number, at: number): boolean {
    const rows = this.#rows;
    rows.form[at] = form;
    rows.names[at] = nobody;
    if (role !== 'report-fault') return true;
    const isLast = (this.#flags & LAST_PAGE) !== 0;
    rows.flags[at] = isLast ? this.#perm | LAST_REQUEST : this.#perm;
    return (this.#flags & PASID_VALID) !== 0 && !isStopMarker(this.#perm, isLast, true);
  }
}
