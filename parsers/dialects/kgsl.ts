/*
 * Qualcomm's Android GPU driver on an SMMU fault: drivers/gpu/msm/kgsl_iommu.c, kgsl_iommu_fault_handler
 * (msm-4.9 to msm-5.15, not in mainline).
 *
 *     kgsl kgsl-3d0: |kgsl_iommu_fault_handler| GPU PAGE FAULT: addr = 500000000 pid= 1234 name=com.example
 *     kgsl kgsl-3d0: |kgsl_iommu_fault_handler| context=gfx3d_user TTBR0=0x... CIDR=0x... (read translation fault)
 *
 * Newer ones do not name the function. The second line has the access and the kind of fault.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { newFault, payloadOf } from '../decode/log-prefix.ts';
import { nextLine } from '../decode/next-line.ts';

const NAME = 'kgsl';

export const kgsl: Dialect = {
  name: NAME,
  description: 'SMMU faults reported by Qualcomm’s Android GPU driver (dmesg, logcat)',
  source: 'drivers/gpu/msm/kgsl_iommu.c (msm-4.14)',
  samples: [
    {
      line: 'kgsl kgsl-3d0: |kgsl_iommu_fault_handler| GPU PAGE FAULT: addr = 500000000 pid= 1234 name=com.example',
      gives: 'fault',
    },
    {
      line: 'kgsl kgsl-3d0: |kgsl_iommu_fault_handler| context=gfx3d_user TTBR0=0x1e000a1b2c000 CIDR=0x4d2 (read translation fault)',
      gives: 'continuation',
    },
    { line: 'kgsl kgsl-3d0: context=gfx3d_user TTBR0=0xfebeb000 (write permission fault)', gives: 'continuation' },
    { line: 'kgsl kgsl-3d0: GPU PAGE FAULT addr=FCCC7000 pid=0 (write permission fault)', gives: 'fault' },
    { line: 'kgsl kgsl-3d0: |kgsl_iommu_fault_handler| ---- nearby memory ----', gives: 'silent' },
  ],
  needles: ['GPU PAGE FAULT', 'kgsl_iommu_fault', 'kgsl-3d0: context'],
  kind: 'log',
  parse,
};

/** Device, address. */
const FAULT = /(?:\bkgsl (\S+): (?:\|?\w+\| )?)?GPU PAGE FAULT:? addr ?= ?(?:0x)?([0-9a-f]+)/i;
/** What is mapped around the address. */
const NEIGHBOURS = /\|\s*(?:----|\*EMPTY\*|\[|<- fault|premature free)/;
/** Access, kind. */
const KIND = /\((read|write)(?: (\w[\w ]*?))? fault\)/;

function parse(line: string, framed: FramedLine): DialectResult {
  const isFault = line.indexOf('GPU PAGE FAULT', framed.payload) >= 0;
  const isCandidate =
    isFault ||
    line.indexOf('kgsl_iommu_fault', framed.payload) >= 0 ||
    line.indexOf('kgsl-3d0: context', framed.payload) >= 0;
  if (!isCandidate) return undefined;
  const payload = payloadOf(line, framed.payload, framed.end);
  if (isFault) return parseFault(payload);
  const kind = KIND.exec(payload);
  if (kind === null) return NEIGHBOURS.test(payload) ? SILENT : undefined;
  return nextLine(NAME, 'complete', (event) => {
    setKind(event, kind);
  });
}

function setKind(event: TraceEvent, [, access, reason]: RegExpExecArray): void {
  event.access = access === 'read' ? 'r' : 'w';
  if (reason !== undefined) event.reason = reason.replaceAll(' ', '-');
}

function parseFault(payload: string): TraceEvent | undefined {
  const match = FAULT.exec(payload);
  if (match === null) return undefined;
  const event = newFault(NAME, 'kgsl_iommu_fault_handler', undefined);
  event.device = match[1];
  event.addressDigits = match[2]?.toLowerCase();
  event.reason = 'page-fault';
  const kind = KIND.exec(payload);
  if (kind === null) event.isFragment = true;
  else setKind(event, kind);
  return event;
}
