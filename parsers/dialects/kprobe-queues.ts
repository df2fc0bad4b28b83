/*
 * kprobe events on the functions that take entries from and put commands into the queues of AMD and SMMUv3
 * (log-formats C.1): drivers/iommu/amd/ppr.c, arm/arm-smmu-v3/arm-smmu-v3.c, Linux 4.15 to 7.3. They have no tracepoint.
 *
 *     handle_evt: (arm_smmu_handle_evt+0x4/0x1c0) w0=0x760000001810 w1=0x2088000008a w2=0x2321c000 w3=0x0
 *     issue_cmd: (__arm_smmu_cmdq_issue_cmd+0x0/0x90) opcode=0x44 sid=0x7600 stag=0x8a resp=1
 *
 * The raw words of the entry are fetched as w0, w1, …; a command by its words or by the fields of
 * struct arm_smmu_cmdq_ent. The log cannot tell which SMMU it was.
 */
import { skipBlanks } from '../../src/base/scan.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { decodeAmdPpr } from '../decode/amd-ppr.ts';
import {
  CMD_PRI_RESP,
  CMD_RESUME,
  decodeSmmuCommand,
  decodeSmmuEvent,
  decodeSmmuPageRequest,
  priResponseCode,
  resumeCode,
} from '../decode/smmu-command.ts';
import { newWord64, readInteger, type Word64 } from '../decode/word64.ts';

const NAME = 'kprobe-queues';

export const kprobeQueues: Dialect = {
  name: NAME,
  description: 'kprobe events on the queues of AMD and SMMUv3',
  source: 'drivers/iommu/amd/ppr.c, arm/arm-smmu-v3/arm-smmu-v3.c (Linux 7.3)',
  samples: [
    {
      line: 'handle_evt: (arm_smmu_handle_evt+0x4/0x1c0) w0=0x760000001810 w1=0x2088000008a w2=0x2321c000 w3=0x0',
      gives: 'page-request',
    },
    { line: 'handle_ppr: (ffff800080a1b2c4) w0=0xf000000100007600 w1=0x2321c01f', gives: 'request-refused' },
    {
      line: 'issue_cmd: (__arm_smmu_cmdq_issue_cmd+0x0/0x90) opcode=0x44 sid=0x7600 stag=0x8a resp=1',
      gives: 'page-response',
    },
    { line: 'issue_cmd: (__arm_smmu_cmdq_issue_cmd+0x0/0x90) opcode=0x46', gives: 'silent' },
    {
      line: 'iopf_notifier: (iommu_call_iopf_notifier+0x4/0x2a0) w0=0x1104021f00026100 w1=0x7f2b3c4d5000',
      gives: 'page-request',
    },
  ],
  needles: [' w0=0x', 'opcode='],
  kind: 'trace',
  parse,
};

type Reader = (values: Values) => TraceEvent | undefined;
type Values = ReadonlyMap<string, Word64>;

const READERS: ReadonlyMap<string, Reader> = new Map([
  ['iommu_call_iopf_notifier', amdPpr],
  ['iommu_handle_ppr_entry', amdPpr],
  ['arm_smmu_handle_evt', smmuEvent],
  ['arm_smmu_handle_event', smmuEvent],
  ['arm_smmu_handle_ppr', smmuPageRequest],
  ['arm_smmu_cmdq_issue_cmd', smmuCommand],
  ['__arm_smmu_cmdq_issue_cmd', smmuCommand],
  ['arm_smmu_cmdq_issue_cmd_p', smmuCommand],
]);
/** Short names of events, for logs that print only addresses. */
const EVENT_NAMES: ReadonlyMap<string, string> = new Map([
  ['iopf_notifier', 'iommu_call_iopf_notifier'],
  ['ppr_entry', 'iommu_handle_ppr_entry'],
  ['handle_evt', 'arm_smmu_handle_evt'],
  ['handle_event', 'arm_smmu_handle_event'],
  ['handle_ppr', 'arm_smmu_handle_ppr'],
  ['issue_cmd', '__arm_smmu_cmdq_issue_cmd'],
]);

/** Symbol, of a return probe the one behind `<-`; arguments. */
const LINE = /^\((?:[^)]* <- )?([^\s+.)]+)[^)]*\)(.*)$/;
const ADDRESS = /^(?:0x)?[0-9a-f]{8,16}$/;

function parse(line: string, framed: FramedLine): DialectResult {
  const match = LINE.exec(line.slice(skipBlanks(line, framed.payload), framed.end));
  if (match === null) return undefined;
  const [text, symbol = '', rest = ''] = match;
  const eventName = framed.eventName ?? '';
  const name = ADDRESS.test(symbol) ? (EVENT_NAMES.get(eventName) ?? eventName) : symbol;
  const read = READERS.get(name) ?? READERS.get(eventName);
  if (read === undefined) return undefined;
  if (text.includes(' <- ')) return SILENT;
  const event = read(valuesOf(rest));
  if (event === undefined) return SILENT;
  event.probe = name;
  return event;
}

function valuesOf(text: string): Values {
  const values = new Map<string, Word64>();
  for (const match of text.matchAll(/ (\w+)=(\S+)/g)) {
    const word = newWord64();
    const [, name = '', value = ''] = match;
    if (readInteger(value, 0, word) === value.length) values.set(name, word);
  }
  return values;
}

function amdPpr(values: Values): TraceEvent | undefined {
  const [w0, w1] = [values.get('w0'), values.get('w1')];
  return w0 === undefined || w1 === undefined ? undefined : decodeAmdPpr(w0, w1, NAME);
}

function smmuEvent(values: Values): TraceEvent | undefined {
  const words = ['w0', 'w1', 'w2', 'w3'].map((name) => values.get(name)).filter((word) => word !== undefined);
  return decodeSmmuEvent(words, NAME);
}

function smmuPageRequest(values: Values): TraceEvent | undefined {
  const [w0, w1] = [values.get('w0'), values.get('w1')];
  return w0 === undefined || w1 === undefined ? undefined : decodeSmmuPageRequest(w0, w1, NAME);
}

function smmuCommand(values: Values): TraceEvent | undefined {
  const [w0, w1] = [values.get('w0'), values.get('w1')];
  if (w0 !== undefined && w1 !== undefined) return decodeSmmuCommand(w0, w1, NAME);
  const opcode = values.get('opcode')?.lo;
  const response = values.get('resp')?.lo;
  if (opcode !== CMD_PRI_RESP && opcode !== CMD_RESUME) return undefined;
  const event = newEvent('page-response', NAME, 'wire');
  const stream = values.get('sid');
  const group = values.get(opcode === CMD_RESUME ? 'stag' : 'grpid');
  const substream = values.get('ssid');
  event.isStall = opcode === CMD_RESUME;
  if (stream !== undefined) event.device = `0x${stream.lo.toString(16)}`;
  if (substream !== undefined) event.pasid = pasid(substream.lo);
  if (group !== undefined) event.prgi = prgi(group.lo);
  if (response !== undefined) event.code = event.isStall ? resumeCode(response) : priResponseCode(response);
  return event;
}
