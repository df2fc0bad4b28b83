import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterId } from '../../src/model/ids.ts';
import { pprAccess } from './amd-event.ts';
import { hexDigits, type Word64 } from './word64.ts';

/**
 * Entry of the AMD peripheral page request log (AMD 48882, 2.6; log-formats B.3.2).
 *
 *     w0  15:0 requester   31:16 PASID low   40:32 PRGI   41 last   45:42 PASID high   59:48 flags   63:60 type, 1
 *     w1  address
 *
 * Undefined for other types.
 */
export function decodeAmdPpr(w0: Word64, w1: Word64, dialect: string): TraceEvent | undefined {
  if (w0.hi >>> 28 !== 1) return undefined;
  const flags = (w0.hi >>> 16) & 0xfff;
  const event = newEvent('page-request', dialect, 'wire');
  event.requester = requesterId(w0.lo & 0xffff);
  if ((flags & GUEST) !== 0) event.pasid = pasid((w0.lo >>> 16) | (((w0.hi >>> 10) & 0xf) << 16));
  event.prgi = prgi(w0.hi & 0x1ff);
  event.isLast = (w0.hi & 0x200) !== 0;
  event.access = pprAccess(flags);
  event.addressDigits = hexDigits(w1);
  return event;
}

/** GN: the PASID is valid. */
const GUEST = 0x100;
