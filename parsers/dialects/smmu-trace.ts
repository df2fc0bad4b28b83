/*
 * Trace events of SMMUv3 and SVA that mainline does not have (log-formats A.3): the SVA debug branch of
 * Jean-Philippe Brucker (include/trace/events/{iommu,smmu}.h), openEuler's include/trace/events/smmu.h
 * (openeuler-mirror/kernel 685ace6c) and the arm_smmu_v3 header of 2026.
 *
 *     smmu_evt: 0x0000760000001810 0x000002088000008a 0x000000002321c000 0x0000000000000000
 *     smmu_resume: sid=0x7600 stag=0x8a resp=0x1
 *
 * A stalled event is a request, a resume its answer. Only smmu_evtq_event names the SMMU.
 */
import { skipBlanks } from '../../src/base/scan.ts';
import { type EventKind, newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { setDevice } from '../decode/log-prefix.ts';
import { decodeSmmuEvent, resumeCode } from '../decode/smmu-command.ts';
import { newWord64, readHex } from '../decode/word64.ts';

const NAME = 'smmu-trace';

/** Events that bind or unbind a PASID of a device; the others that these headers have say nothing. */
const BINDINGS: ReadonlyMap<string, EventKind> = new Map([
  ['io_mm_attach_alloc', 'pasid-bound'],
  ['io_mm_detach', 'pasid-unbound'],
  ['smmu_bind_alloc', 'pasid-bound'],
  ['smmu_unbind_free', 'pasid-unbound'],
]);

const OTHERS: readonly string[] = [
  ...['io_mm_alloc', 'io_mm_reuse', 'io_mm_free', 'io_mm_attach_get', 'io_mm_exit', 'io_mm_unbind_put'],
  ...['io_mm_unbind_free', 'io_mm_invalidate', 'iopf', 'iopf_flush', 'smmu_cdsync', 'smmu_bind_get', 'smmu_unbind_put'],
  ...['smmu_mm_release', 'smmu_mm_invalidate', 'smmu_mn_alloc', 'smmu_mn_free', 'smmu_mn_get', 'smmu_mn_put'],
];

export const smmuTrace: Dialect = {
  name: NAME,
  description: 'SMMUv3 stalls and resumes of debug and openEuler kernels (trace events smmu_*, io_mm_*)',
  source: 'include/trace/events/smmu.h (openEuler 685ace6c), SVA debug branch',
  samples: [
    {
      line: 'smmu_evt: 0x0000760000001810 0x000002088000008a 0x000000002321c000 0x0000000000000000',
      gives: 'page-request',
    },
    {
      line: 'smmu_evtq_event: arm-smmu-v3.0.auto evt: 0x0000760000000010 0x0000020800000000 0x000000002321c000 0x0000000000000000',
      gives: 'fault',
    },
    { line: 'smmu_resume: sid=0x7600 stag=0x8a resp=0x1', gives: 'page-response' },
    { line: 'io_mm_attach_alloc: pasid=1 dev=0000:76:00.0', gives: 'pasid-bound' },
    { line: 'smmu_unbind_free: dev=0000:76:00.0 pasid=1', gives: 'pasid-unbound' },
    { line: 'smmu_mm_release: pasid=1', gives: 'silent' },
  ],
  needles: ['smmu_evt', 'smmu_resume', 'io_mm_', 'smmu_bind_', 'smmu_unbind_', 'smmu_mm_', 'smmu_mn_', 'smmu_cdsync'],
  eventNames: ['smmu_evt', 'smmu_evtq_event', 'smmu_resume', ...BINDINGS.keys(), ...OTHERS],
  kind: 'trace',
  parse,
};

function parse(line: string, framed: FramedLine): DialectResult {
  const { eventName = '' } = framed;
  const payload = line.slice(skipBlanks(line, framed.payload), framed.end).trimEnd();
  const binding = BINDINGS.get(eventName);
  if (binding !== undefined) return parseBinding(payload, binding, eventName);
  if (eventName === 'smmu_resume') return parseResume(payload);
  if (eventName === 'smmu_evt' || eventName === 'smmu_evtq_event') return parseWords(payload, eventName);
  return SILENT;
}

/** SMMU where it is printed, four words. */
const WORDS = /^(?:(\S+) evt: )?0x([0-9a-f]{16}) 0x([0-9a-f]{16}) 0x([0-9a-f]{16}) 0x([0-9a-f]{16})$/;

function parseWords(payload: string, eventName: string): TraceEvent | undefined {
  const match = WORDS.exec(payload);
  if (match === null) return undefined;
  const words = match.slice(2).map((digits) => {
    const word = newWord64();
    readHex(digits, 0, word);
    return word;
  });
  const event = decodeSmmuEvent(words, NAME);
  if (event === undefined) return undefined;
  event.probe = eventName;
  event.iommu = match[1];
  return event;
}

/** Stream, tag, response. */
const RESUME = /^sid=0x([0-9a-f]+) stag=0x([0-9a-f]+) resp=0x([0-9a-f]+)/;

function parseResume(payload: string): TraceEvent | undefined {
  const match = RESUME.exec(payload);
  if (match === null) return undefined;
  const event = newEvent('page-response', NAME, 'wire');
  event.probe = 'smmu_resume';
  event.device = `0x${match[1]}`;
  event.isStall = true;
  event.prgi = prgi(Number.parseInt(match[2] ?? '', 16));
  event.code = resumeCode(Number.parseInt(match[3] ?? '', 16));
  return event;
}

function parseBinding(payload: string, kind: EventKind, eventName: string): TraceEvent | undefined {
  const pasidText = /(?:^| )pasid=(\d+)/.exec(payload)?.[1];
  const device = /(?:^| )dev=(\S+)/.exec(payload)?.[1];
  if (pasidText === undefined || device === undefined) return undefined;
  const event = newEvent(kind, NAME, 'none');
  event.probe = eventName;
  setDevice(event, device);
  event.pasid = pasid(Number(pasidText));
  return event;
}
