import { decodeWireCode } from '../../src/model/code.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterId } from '../../src/model/ids.ts';
import { hexDigits, type Word64 } from './word64.ts';

/** Descriptor types of the invalidation queue (VT-d 5.10, 6.5.2 and 7.6; kernel QI_*_TYPE). Bits 3:0 of qw0. */
export const QI_IOTLB = 2;
export const QI_DEVICE_TLB = 3;
export const QI_WAIT = 5;
export const QI_PASID_IOTLB = 6;
export const QI_PASID_DEVICE_TLB = 8;
export const QI_PAGE_GROUP_RESPONSE = 9;
export const QI_PAGE_STREAM_RESPONSE = 10;

/**
 * Page group response (VT-d 5.10, 7.6.1; kernel QI_PGRP_*).
 *
 *     qw0  3:0 type 9   4 PASID present   5 private data present   15:12 code   31:16 requester   51:32 PASID
 *     qw1  2 last (never a key)   11:3 PRGI
 *     qw2, qw3  private data
 *
 * The 128-bit form of kernels up to 5.0 has code and PRGI in bits 3:0 and 63:55 of its second word, where
 * the form above has none: any of bits 63:12 tells them apart. Bits that a caller let spill
 * out of their field are decoded as they stand: that is what the hardware got.
 */
export function decodePageGroupResponse(
  qw0: Word64,
  qw1: Word64,
  qw2: Word64,
  qw3: Word64,
  dialect: string,
): TraceEvent {
  const event = newEvent('page-response', dialect, 'wire');
  event.requester = requesterId(qw0.lo >>> 16);
  if ((qw0.lo & 0x10) !== 0) event.pasid = pasid(qw0.hi & 0xfffff);
  const isOld = qw1.hi !== 0 || qw1.lo >>> 12 !== 0;
  if (isOld) {
    event.prgi = prgi(qw1.hi >>> 23);
    setCode(event, qw1.lo & 15);
    return event;
  }
  event.prgi = prgi((qw1.lo >>> 3) & 0x1ff);
  setCode(event, (qw0.lo >>> 12) & 15);
  if ((qw0.lo & 0x20) !== 0) event.privateData = `0x${hexDigits(qw2)}/0x${hexDigits(qw3)}`;
  return event;
}

/**
 * Page stream response, kernels up to 5.0 (type 10, printed without a symbol).
 *
 *     qw0  23:4 PASID   31:24 bus   54:32 private   63:55 PRGI
 *     qw1  3:0 code     11:4 device and function    63:12 address
 */
export function decodePageStreamResponse(qw0: Word64, qw1: Word64, dialect: string): TraceEvent {
  const event = newEvent('page-response', dialect, 'wire');
  event.requester = requesterId(((qw0.lo >>> 16) & 0xff00) | ((qw1.lo >>> 4) & 0xff));
  event.pasid = pasid((qw0.lo >>> 4) & 0xfffff);
  event.prgi = prgi(qw0.hi >>> 23);
  setCode(event, qw1.lo & 15);
  return event;
}

/** A wait descriptor with the fence flag (bit 6): the first of the three records of a drain. */
export function isFence(qw0: Word64): boolean {
  return (qw0.lo & 0x40) !== 0;
}

/** Bits 5:4 of an IOTLB invalidation: 2 is the whole domain (iotlb_inv) or the whole PASID (p_iotlb_inv). */
export function isWholeIotlb(qw0: Word64): boolean {
  return ((qw0.lo >>> 4) & 3) === 2;
}

/**
 * A device TLB invalidation of all addresses: the size bit (`sizeBit`: 0 without PASID, 11 with) and all
 * of bits 62:12 set; kernels up to 6.8 wrote 0 in a drain.
 */
export function isWholeDeviceTlb(qw1: Word64, sizeBit: 0 | 11): boolean {
  if (qw1.hi === 0 && qw1.lo === 0) return true;
  return (qw1.hi & 0x7fffffff) === 0x7fffffff && qw1.lo >>> 12 === 0xfffff && (qw1.lo & (1 << sizeBit)) !== 0;
}

function setCode(event: TraceEvent, value: number): void {
  const decoded = decodeWireCode(value);
  event.code = decoded.code;
  event.rawCode = decoded.rawCode;
}
