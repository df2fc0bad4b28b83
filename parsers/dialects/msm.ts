/*
 * Faults of the old MSM IOMMU: drivers/iommu/msm_iommu.c, msm_iommu_fault_handler and print_ctx_regs (Linux 6.5).
 *
 *     msm_iommu: Unexpected IOMMU page fault!
 *     msm_iommu: Fault occurred in context 0.
 *     msm_iommu: FAR    = 12345000    PAR    = 00000000
 *
 * The log names neither the requester nor, in the first lines, the access.
 */
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { newFault, payloadOf } from '../decode/log-prefix.ts';
import { nextLine } from '../decode/next-line.ts';

const NAME = 'msm';

export const msm: Dialect = {
  name: NAME,
  description: 'MSM IOMMU faults (dmesg)',
  source: 'drivers/iommu/msm_iommu.c (Linux 6.5), since 4.15 at least',
  samples: [
    { line: 'msm_iommu: Unexpected IOMMU page fault!', gives: 'fault' },
    { line: 'msm_iommu: Fault occurred in context 0.', gives: 'continuation' },
    { line: 'msm_iommu: FAR    = 12345000    PAR    = 00000000', gives: 'continuation' },
    { line: 'msm_iommu_v1: context = mdp_0 (0)', gives: 'continuation' },
    { line: 'msm_iommu_v1: fsr=0x402, iova=0x20001000, fsynr=0x13, cb=0', gives: 'continuation' },
    { line: 'msm_iommu: FSR    = 00000002 [TF ]', gives: 'silent' },
  ],
  needles: ['msm_iommu'],
  kind: 'log',
  parse,
};

/** Unit, text. */
const PREFIX = /msm_iommu\w*(?: \S+)?: \s*(\S.*)$/;

function parse(line: string, framed: FramedLine): DialectResult {
  if (line.indexOf('msm_iommu', framed.payload) < 0) return undefined;
  const text = PREFIX.exec(payloadOf(line, framed.payload, framed.end))?.[1];
  if (text === undefined) return undefined;
  if (text.startsWith('Unexpected IOMMU page fault')) {
    const event = newFault(NAME, 'msm_iommu_fault_handler', undefined);
    event.reason = 'page-fault';
    event.isFragment = true;
    return event;
  }
  const named = /^context\s*= (\S+) \(\d+\)/.exec(text)?.[1];
  if (named !== undefined) return nextLine(NAME, 'open', (event) => (event.device = named));
  const iova = /^fsr=0x[0-9a-f]+, iova=0x([0-9a-f]+), fsynr=/.exec(text)?.[1];
  if (iova !== undefined) return nextLine(NAME, 'complete', (event) => (event.addressDigits = iova));
  const context = /^Fault occurred in context (\d+)\./.exec(text)?.[1];
  if (context !== undefined) return nextLine(NAME, 'open', (event) => (event.device = `context ${context}`));
  const address = /^FAR\s+= ([0-9a-f]{8})/.exec(text)?.[1];
  if (address !== undefined) return nextLine(NAME, 'complete', (event) => (event.addressDigits = address));
  return /^(?:Interesting registers|name\s*=|base\s*=|Power is OFF|FSR|FSYNR0|TTBR0|SCTLR)/.test(text)
    ? SILENT
    : undefined;
}
