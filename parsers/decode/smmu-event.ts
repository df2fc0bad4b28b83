import type { TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi } from '../../src/model/ids.ts';
import { hexDigits, type Word64 } from './word64.ts';

/**
 * Events of SMMUv3 (Arm SMMUv3 architecture specification IHI 0070, 7.3; names as the kernel has them,
 * arm-smmu-v3.c, Linux 7.3). `input`: word 2 is the input address.
 */
const EVENTS: readonly (readonly [id: number, name: string, reason: string, address: 'input' | 'none'])[] = [
  [0x01, 'F_UUT', 'unsupported-upstream-transaction', 'input'],
  [0x02, 'C_BAD_STREAMID', 'bad-stream-id', 'none'],
  [0x03, 'F_STE_FETCH', 'stream-table-entry-fetch', 'none'],
  [0x04, 'C_BAD_STE', 'bad-stream-table-entry', 'none'],
  [0x05, 'F_BAD_ATS_TREQ', 'bad-translation-request', 'input'],
  [0x06, 'F_STREAM_DISABLED', 'stream-disabled', 'none'],
  [0x07, 'F_TRANSL_FORBIDDEN', 'translated-transaction-forbidden', 'input'],
  [0x08, 'C_BAD_SUBSTREAMID', 'bad-substream-id', 'none'],
  [0x09, 'F_CD_FETCH', 'context-descriptor-fetch', 'none'],
  [0x0a, 'C_BAD_CD', 'bad-context-descriptor', 'none'],
  [0x0b, 'F_WALK_EABT', 'walk-external-abort', 'input'],
  [0x10, 'F_TRANSLATION', 'translation', 'input'],
  [0x11, 'F_ADDR_SIZE', 'address-size', 'input'],
  [0x12, 'F_ACCESS', 'access-flag', 'input'],
  [0x13, 'F_PERMISSION', 'permission', 'input'],
  [0x20, 'F_TLB_CONFLICT', 'tlb-conflict', 'input'],
  [0x21, 'F_CFG_CONFLICT', 'configuration-conflict', 'none'],
  [0x24, 'E_PAGE_REQUEST', 'page-request-hint', 'input'],
  [0x25, 'F_VMS_FETCH', 'virtual-machine-structure-fetch', 'none'],
];

const byId = new Map(EVENTS.map(([id, , reason, address]) => [id, { reason, address }]));
const byName = new Map(EVENTS.map(([, name, reason]) => [name, reason]));

export function smmuEventReason(id: number): string {
  return byId.get(id)?.reason ?? `event-0x${id.toString(16).padStart(2, '0')}`;
}

export function smmuReasonOfName(name: string): string {
  return byName.get(name) ?? name.toLowerCase().replaceAll('_', '-');
}

/** Ids 0x10 to 0x13 have stall, tag and access in word 1. */
function isFaultWithAccess(id: number): boolean {
  return id >= 0x10 && id <= 0x13;
}

/**
 * Adds word `index` of an event record (log-formats B.4.2).
 *
 *     0  7:0 id   11 substream valid   31:12 substream (PASID)   63:32 stream
 *     1  15:0 stall tag   31 stalled   33 privileged   34 instruction   35 read
 *     2  input address
 *
 * `id` is that of word 0. The stream id becomes the device's name, unless the log has a better one.
 */
export function addSmmuEventWord(event: TraceEvent, index: number, word: Word64, id: number): void {
  if (index === 0) {
    event.device ??= `0x${word.hi.toString(16)}`;
    if ((word.lo & 0x800) !== 0) event.pasid = pasid(word.lo >>> 12);
    event.reason = smmuEventReason(id);
  } else if (index === 1 && isFaultWithAccess(id)) {
    const isRead = (word.hi & 8) !== 0;
    const isInstruction = (word.hi & 4) !== 0;
    const isPrivileged = (word.hi & 2) !== 0;
    event.access = smmuAccess(isRead, isInstruction, isPrivileged);
    if ((word.lo & 0x80000000) !== 0) setStall(event, word.lo & 0xffff);
  } else if (index === 2 && (byId.get(id)?.address ?? 'none') === 'input') {
    event.addressDigits = hexDigits(word);
  }
}

/** An instruction fetch is a read. */
export function smmuAccess(isRead: boolean, isInstruction: boolean, isPrivileged: boolean): string {
  return `${isRead ? 'r' : 'w'}${isInstruction ? 'x' : ''}${isPrivileged ? 'p' : ''}`;
}

/** The transaction waits for a resume with this tag. */
export function setStall(event: TraceEvent, tag: number): void {
  event.isStall = true;
  event.prgi = prgi(tag);
  event.isLast = true;
}
