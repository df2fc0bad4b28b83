import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterId } from '../../src/model/ids.ts';
import { accessOf, isStopMarker } from './access.ts';
import { pageDigits, type Word64 } from './word64.ts';

/**
 * Page request descriptor, 256 bits (VT-d specification 5.10, 7.4.1.1; log-formats A.2.3), Linux since 5.1..5.3.
 *
 *     qw0  7:0 type   8 PASID present   9 private data present (3.0..3.3)   31:16 requester   51:32 PASID   52 execute   53 privileged
 *     qw1  0 read     1 write           2 last in group                     11:3 PRGI         63:12 address
 *
 * @returns a request, or a stop marker, at the wire; the PASID is absent where the descriptor has none.
 */
export function decodePageRequest(qw0: Word64, qw1: Word64, dialect: string): TraceEvent {
  const hasPasid = (qw0.lo & 0x100) !== 0;
  const perm = (qw1.lo & 3) | ((qw0.hi >>> 18) & 12);
  const isLast = (qw1.lo & 4) !== 0;
  const event = newEvent(isStopMarker(perm, isLast, hasPasid) ? 'stop-marker' : 'page-request', dialect, 'wire');
  event.requester = requesterId(qw0.lo >>> 16);
  if (hasPasid) event.pasid = pasid(qw0.hi & 0xfffff);
  event.prgi = prgi((qw1.lo >>> 3) & 0x1ff);
  event.addressDigits = pageDigits(qw1);
  event.addressShift = 12;
  event.access = accessOf(perm);
  event.isLast = isLast;
  return event;
}

/** Bit 9: the two words that follow are private data, which the answer carries back. */
export function hasPrivateData(qw0: Word64): boolean {
  return (qw0.lo & 0x200) !== 0;
}

/** The type field is that of a page request, 1, and the reserved bits 15:10 are clear: the 256-bit form. */
export function isPageRequest(qw0: Word64): boolean {
  return (qw0.lo & 0xfcff) === 1;
}

/**
 * Page request descriptor, 128 bits, kernels up to 5.0 (struct page_req_dsc, drivers/iommu/intel-svm.c, Linux 4.15).
 *
 *     w0  0 stream response asked   2 PASID present   3 last   23:4 PASID   31:24 bus   54:32 private   63:55 PRGI
 *     w1  0 read   1 write   2 execute   3 privileged   11:4 device and function   63:12 address
 */
export function decodeOldPageRequest(w0: Word64, w1: Word64, dialect: string): TraceEvent {
  const event = newEvent('page-request', dialect, 'wire');
  event.requester = requesterId(((w0.lo >>> 16) & 0xff00) | ((w1.lo >>> 4) & 0xff));
  if ((w0.lo & 4) !== 0) event.pasid = pasid((w0.lo >>> 4) & 0xfffff);
  event.prgi = prgi(w0.hi >>> 23);
  event.addressDigits = pageDigits(w1);
  event.addressShift = 12;
  event.access = accessOf(w1.lo & 15);
  event.isLast = (w0.lo & 8) !== 0;
  return event;
}
