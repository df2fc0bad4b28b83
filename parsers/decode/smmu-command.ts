import { newEvent, type ResponseCode, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi } from '../../src/model/ids.ts';
import { accessOf } from './access.ts';
import { addSmmuEventWord } from './smmu-event.ts';
import { pageDigits, type Word64 } from './word64.ts';

export const CMD_PRI_RESP = 0x41;
export const CMD_RESUME = 0x44;

/** CMD_RESUME: 0 terminate, 1 retry, 2 abort (Arm IHI 0070, 4.7.1). Linux aborts for Invalid and Failure alike. */
export function resumeCode(response: number): ResponseCode {
  return response === 1 ? 'success' : 'abort';
}

/** CMD_PRI_RESP: 0 deny, 1 fail (Invalid Request), 2 success (Arm IHI 0070, 4.5.2). */
export function priResponseCode(response: number): ResponseCode {
  const codes: readonly ResponseCode[] = ['response-failure', 'invalid-request', 'success'];
  return codes[response] ?? 'reserved';
}

/**
 * A response command (log-formats B.4.3); undefined for any other.
 *
 *     CMD_PRI_RESP  w0  7:0 0x41   11 substream valid   31:12 substream   63:32 stream    w1  8:0 PRGI   13:12 response
 *     CMD_RESUME    w0  7:0 0x44   13:12 response       63:32 stream                      w1  15:0 tag
 */
export function decodeSmmuCommand(w0: Word64, w1: Word64, dialect: string): TraceEvent | undefined {
  const opcode = w0.lo & 0xff;
  if (opcode !== CMD_PRI_RESP && opcode !== CMD_RESUME) return undefined;
  const event = newEvent('page-response', dialect, 'wire');
  event.device = `0x${w0.hi.toString(16)}`;
  if (opcode === CMD_RESUME) {
    event.isStall = true;
    event.prgi = prgi(w1.lo & 0xffff);
    event.code = resumeCode((w0.lo >>> 12) & 3);
    return event;
  }
  if ((w0.lo & 0x800) !== 0) event.pasid = pasid(w0.lo >>> 12);
  event.prgi = prgi(w1.lo & 0x1ff);
  event.code = priResponseCode((w1.lo >>> 12) & 3);
  return event;
}

/** A whole event record: a stalled transaction is a request, anything else a fault. */
export function decodeSmmuEvent(words: readonly Word64[], dialect: string): TraceEvent | undefined {
  const [w0, w1] = words;
  if (w0 === undefined || w1 === undefined) return undefined;
  const isStall = (w1.lo & 0x80000000) !== 0;
  const event = newEvent(isStall ? 'page-request' : 'fault', dialect, 'wire');
  for (const [index, word] of words.entries()) addSmmuEventWord(event, index, word, w0.lo & 0xff);
  return event;
}

/**
 * An entry of the PRI queue. Linux refuses all of them.
 *
 *     w0  31:0 stream   51:32 substream   58 privileged   59 execute   60 read   61 write   62 last   63 substream valid
 *     w1  8:0 PRGI      63:12 address
 */
export function decodeSmmuPageRequest(w0: Word64, w1: Word64, dialect: string): TraceEvent {
  const event = newEvent('request-refused', dialect, 'wire');
  event.device = `0x${w0.lo.toString(16)}`;
  if (w0.hi >>> 31 === 1) event.pasid = pasid(w0.hi & 0xfffff);
  const bit = (position: number, mask: number) => ((w0.hi >>> (position - 32)) & 1) * mask;
  event.access = accessOf(bit(60, 1) | bit(61, 2) | bit(59, 4) | bit(58, 8));
  event.isLast = bit(62, 1) === 1;
  event.prgi = prgi(w1.lo & 0x1ff);
  event.addressDigits = pageDigits(w1);
  event.addressShift = 12;
  event.reason = 'pri-not-supported';
  return event;
}
