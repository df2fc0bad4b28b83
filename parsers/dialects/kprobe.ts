/*
 * kprobe, kretprobe and fprobe events on the functions of the IOMMU fault interface (log-formats C.1; the text
 * is made by kernel/trace/trace_kprobe.c, Linux 7.3). Any event name; the function stands in the parentheses:
 *
 *     report_fault: (iommu_report_device_fault+0x4/0x5f0) pasid=1 grpid=2 flags=0x7 perm=0x3 addr=0x101000
 *     report_fault_ret: (prq_event_thread+0x1cf/0x410 <- iommu_report_device_fault) ret=0
 *
 * trace-cmd and perf print addresses there, and then the event's name must tell. The log cannot tell more
 * than the arguments that whoever recorded it chose to fetch: usually no device.
 */
import { hexDigit, skipBlanks } from '../../src/base/scan.ts';
import { decodeKernelCode } from '../../src/model/code.ts';
import { type EventKind, newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterIdOfName } from '../../src/model/ids.ts';
import type { ObservationPoint } from '../../src/model/lane.ts';
import {
  type BinaryReading,
  type Dialect,
  type DialectResult,
  type FramedLine,
  type RecordField,
  SILENT,
} from '../../src/model/parser.ts';
import { accessOf, isStopMarker } from '../decode/access.ts';
import {
  clearArguments,
  meaningOfField,
  newProbeArguments,
  readArguments,
  storeArgument,
} from '../decode/probe-arguments.ts';
import { functionAt, functionOfEvent, functionOfName, type ProbedFunction } from '../decode/probe-functions.ts';
import { probeRows } from '../decode/probe-rows.ts';

const NAME = 'kprobe';

export const kprobe: Dialect = {
  name: NAME,
  description: 'kprobe events on the IOMMU fault interface, any event name',
  source: 'kernel/trace/trace_kprobe.c (Linux 7.3); functions of Linux 5.3 to 7.3',
  samples: [
    {
      line: 'report_fault: (iommu_report_device_fault+0x4/0x5f0) pasid=1 grpid=2 flags=0x7 perm=0x3 addr=0x101000',
      gives: 'page-request',
    },
    {
      line: 'report_fault_ret: (prq_event_thread+0x1cf/0x410 <- iommu_report_device_fault) ret=-22',
      gives: 'request-refused',
    },
    { line: 'report_fault_ret: (ffffffff8a8374b4 <- ffffffff8a814cbf) ret=0', gives: 'silent' },
    {
      line: 'group_response: (iopf_group_response+0x4/0xc0) pasid=2 grpid=1 status=0 count=1',
      gives: 'page-response',
    },
    { line: 'page_response: (ffffffff8a815454) pasid=1 grpid=2 code=0', gives: 'page-response' },
    {
      line: 'respond_ret: (prilab_ioctl+0x4d1/0x515 [prilab] <- iommu_page_response) ret=-22',
      gives: 'response-refused',
    },
    { line: 'attach_pasid: (iommu_attach_device_pasid+0x4/0x210) pasid=1', gives: 'pasid-bound' },
    { line: 'detach_pasid: (iommu_detach_device_pasid+0x4/0xe0) pasid=0x1', gives: 'pasid-unbound' },
    { line: 'drain_prq: (intel_iommu_drain_pasid_prq+0x4/0x310) pasid=1', gives: 'drain' },
    {
      line: 'drain_prq_ret: (iommu_detach_device_pasid+0x63/0x90 <- intel_iommu_drain_pasid_prq)',
      gives: 'drain',
    },
    { line: 'queue_remove_device: (ffffffffb732c124)', gives: 'device-detached' },
    { line: 'queue_discard_partial: (iopf_queue_discard_partial+0x4/0x130)', gives: 'partial-discarded' },
    {
      line: 'iommufd_fault_read: (ksys_read+0x6c/0xe0 <- iommufd_fault_fops_read) ret=160',
      gives: 'handler-read',
    },
    {
      line: 'iommufd_fault_write: (vfs_write+0xb3/0x440 <- iommufd_fault_fops_write) ret=8',
      gives: 'handler-write',
    },
    { line: 'iommufd_auto_response: (iommufd_auto_response_faults+0x4/0x230)', gives: 'handler-unregistered' },
  ],
  needles: [
    'pasid',
    'iommu_',
    'iommufd_',
    'iopf_',
    'report_fault',
    'report_device_fault',
    '_response',
    'respond',
    'drain_prq',
    'queue_remove_device',
    'queue_discard_partial',
    'queue_add_device',
  ],
  kind: 'trace',
  rows: probeRows(NAME),
  binaryFor,
  parse,
};

const probeArguments = newProbeArguments();
const PARENTHESIS = 40;

function parse(line: string, framed: FramedLine): DialectResult {
  const open = skipBlanks(line, framed.payload);
  if (line.charCodeAt(open) !== PARENTHESIS) return undefined;
  const close = line.indexOf(')', open);
  if (close < 0 || close >= framed.end) return undefined;
  const arrow = line.indexOf(' <- ', open);
  const isReturn = arrow >= 0 && arrow < close;
  const probed = probedFunction(line, isReturn ? arrow + 4 : open + 1, close, framed.eventName);
  if (probed === undefined) return undefined;
  if (probed.role === 'silent') return SILENT;
  readArguments(line, close + 1, framed.end, probeArguments);
  const event = eventOf(probed, isReturn);
  if (event === undefined) return SILENT;
  if (probeArguments.device !== undefined) {
    event.device = probeArguments.device;
    event.requester = requesterIdOfName(probeArguments.device);
  }
  return event;
}

function eventOf(probed: ProbedFunction, isReturn: boolean): TraceEvent | undefined {
  const event = isReturn ? onReturn(probed) : onEntry(probed);
  if (event !== undefined) event.probe = probed.name;
  return event;
}

/** In a recording there are addresses, so that the event's name tells the function. */
function binaryFor(name: string, fields: readonly RecordField[]): BinaryReading | undefined {
  const probed = ofEventName(name);
  const isReturn = fields.some((field) => field.name === '__probe_func');
  if (probed === undefined || (!isReturn && !fields.some((field) => field.name === '__probe_ip'))) return undefined;
  if (probed.role === 'silent') return { fields: [], parse: () => SILENT };
  const named = fields.filter((field) => !field.name.startsWith('__probe_'));
  const meanings = named.map(meaningOfField);
  if (meanings.includes(undefined)) return undefined;
  return {
    fields: named.map((field) => field.name),
    parse(record) {
      clearArguments(probeArguments);
      for (const [index, meaning = 0] of meanings.entries()) {
        if (meaning !== 0) storeArgument(meaning, record.low(index), record.high(index), probeArguments);
      }
      return eventOf(probed, isReturn) ?? SILENT;
    },
  };
}

/** The function in [from, close), or, where that is an address or a symbol that means nothing here, the event's name. */
function probedFunction(
  line: string,
  from: number,
  close: number,
  eventName: string | undefined,
): ProbedFunction | undefined {
  const end = endOfSymbol(line, from, close);
  const probed = functionAt(line, from, end);
  if (probed !== undefined || eventName === undefined) return probed;
  return isAddress(line, from, end) ? ofEventName(eventName) : functionOfName(eventName);
}

/** A symbol ends at its offset, at a compiler's suffix (`.isra.0`), or at the module's name. */
function endOfSymbol(line: string, from: number, close: number): number {
  for (let at = from; at < close; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 43 || code === 46 || code === 32) return at;
  }
  return close;
}

function isAddress(line: string, from: number, end: number): boolean {
  const start = line.startsWith('0x', from) ? from + 2 : from;
  for (let at = start; at < end; at += 1) if (hexDigit(line.charCodeAt(at)) < 0) return false;
  return end > start;
}

const knownEvents = new Map<string, ProbedFunction | undefined>();
const MAX_KNOWN_EVENTS = 1024;

function ofEventName(eventName: string): ProbedFunction | undefined {
  if (knownEvents.has(eventName)) return knownEvents.get(eventName);
  if (knownEvents.size >= MAX_KNOWN_EVENTS) knownEvents.clear();
  const probed = functionOfEvent(eventName);
  knownEvents.set(eventName, probed);
  return probed;
}

function onEntry(probed: ProbedFunction): TraceEvent | undefined {
  switch (probed.role) {
    case 'report-fault':
      return request();
    case 'core-response':
      return response('core');
    case 'driver-response':
      return response('driver-op');
    case 'attach-pasid':
      return withPasid('pasid-bound');
    case 'detach-pasid':
      return withPasid('pasid-unbound');
    case 'drain':
      return drain('start');
    case 'queue-add':
      return epoch('device-attached');
    case 'queue-remove':
      return epoch('device-detached');
    case 'discard-partial':
      return epoch('partial-discarded');
    case 'auto-response':
      return epoch('handler-unregistered');
    case 'handler-register':
      return epoch('handler-registered');
    case 'handler-unregister':
      return epoch('handler-unregistered');
    default:
      return undefined;
  }
}

/** A return that succeeded says nothing new, but for iommufd, where the value is the number of bytes. */
function onReturn(probed: ProbedFunction): TraceEvent | undefined {
  const { ret } = probeArguments;
  if (probed.role === 'drain') return drain('end');
  if (ret > 0 && probed.role === 'fault-read') return transfer('handler-read', ret);
  if (ret > 0 && probed.role === 'fault-write') return transfer('handler-write', ret);
  if (!probed.returnsStatus || !isError(ret)) return undefined;
  switch (probed.role) {
    case 'report-fault':
      return failed('request-refused', 'core', ret);
    case 'core-response':
    case 'driver-response':
      return failed('response-refused', probed.role === 'core-response' ? 'core' : 'driver-op', ret);
    case 'fault-write':
      return failed('response-refused', 'user', ret);
    case 'attach-pasid':
      return failed('pasid-bound', 'none', ret);
    case 'detach-pasid':
      return failed('pasid-unbound', 'none', ret);
    case 'queue-add':
      return failed('device-attached', 'none', ret);
    case 'queue-remove':
      return failed('device-detached', 'none', ret);
    case 'handler-register':
      return failed('handler-registered', 'none', ret);
    case 'handler-unregister':
      return failed('handler-unregistered', 'none', ret);
    default:
      return undefined;
  }
}

/** -MAX_ERRNO to -1 (include/linux/err.h). */
function isError(ret: number): boolean {
  return ret < 0 && ret >= -4095;
}

/** Bits of iommu_fault_page_request.flags (include/linux/iommu.h). */
const PASID_VALID = 1;
const LAST_PAGE = 2;

function request(): TraceEvent | undefined {
  const { flags, perm, addressDigits } = probeArguments;
  if (Number.isNaN(probeArguments.pasid) && Number.isNaN(probeArguments.prgi)) return undefined;
  const hasPasid = hasPasidArgument() && (Number.isNaN(flags) || (flags & PASID_VALID) !== 0);
  const isLast = (flags & LAST_PAGE) !== 0;
  const isMarker = !Number.isNaN(perm) && isStopMarker(perm, isLast, hasPasid);
  const event = newEvent(isMarker ? 'stop-marker' : 'page-request', NAME, 'core');
  if (hasPasid) event.pasid = pasid(probeArguments.pasid);
  setPrgi(event);
  event.addressDigits = addressDigits;
  event.access = accessOf(perm);
  event.isLast = isLast;
  return event;
}

function response(point: ObservationPoint): TraceEvent | undefined {
  const { code, count } = probeArguments;
  if (Number.isNaN(probeArguments.pasid) && Number.isNaN(probeArguments.prgi)) return undefined;
  const event = newEvent('page-response', NAME, point);
  if (hasPasidArgument()) event.pasid = pasid(probeArguments.pasid);
  setPrgi(event);
  if (!Number.isNaN(code)) {
    const decoded = decodeKernelCode(code);
    event.code = decoded.code;
    event.rawCode = decoded.rawCode;
  }
  if (!Number.isNaN(count)) event.count = count;
  return event;
}

/** IOMMU_PASID_INVALID is the absence of a PASID. */
function hasPasidArgument(): boolean {
  return probeArguments.pasid < 0xffffffff;
}

function setPrgi(event: TraceEvent): void {
  if (!Number.isNaN(probeArguments.prgi)) event.prgi = prgi(probeArguments.prgi);
}

function withPasid(kind: EventKind): TraceEvent | undefined {
  if (!hasPasidArgument()) return undefined;
  const event = newEvent(kind, NAME, 'none');
  event.pasid = pasid(probeArguments.pasid);
  return event;
}

function drain(step: 'start' | 'end'): TraceEvent {
  const event = newEvent('drain', NAME, 'none');
  event.drainStep = step;
  if (hasPasidArgument()) event.pasid = pasid(probeArguments.pasid);
  return event;
}

function epoch(kind: EventKind): TraceEvent {
  return newEvent(kind, NAME, 'none');
}

function transfer(kind: EventKind, bytes: number): TraceEvent {
  const event = newEvent(kind, NAME, 'user');
  event.count = bytes;
  return event;
}

function failed(kind: EventKind, point: ObservationPoint, ret: number): TraceEvent {
  const event = newEvent(kind, NAME, point);
  event.returnValue = ret;
  return event;
}
