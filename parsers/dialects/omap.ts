/*
 * Faults of the OMAP IOMMU: drivers/iommu/omap-iommu.c, iommu_fault_handler (Linux 7.3).
 *
 *     omap-iommu 40d01000.mmu: 40d01000.mmu: errs:0x00000002 da:0x80000000 pgd:0x12345678 *pgd:0x00000000
 *
 * The log names no requester and no access.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'omap';

export const omap: Dialect = {
  name: NAME,
  description: 'OMAP IOMMU faults (dmesg)',
  source: 'drivers/iommu/omap-iommu.c (Linux 7.3), since 4.15 at least',
  samples: [
    {
      line: 'omap-iommu 40d01000.mmu: 40d01000.mmu: errs:0x00000002 da:0x80000000 pgd:0x(ptrval) *pgd:0x00000000 pte:0x(ptrval) *pte:0x00000000',
      gives: 'fault',
    },
    {
      line: 'omap-iommu 40d01000.mmu: 40d01000.mmu: errs:0x00000010 da:0x80000000 pgd:0xfe123000 *pgd:px00000000',
      gives: 'fault',
    },
  ],
  needles: [' errs:0x'],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(`${IOMMU_PREFIX}\\S+: errs:0x(?<errors>[0-9a-f]+) da:0x(?<address>[0-9a-f]+) pgd:`);

/** Bits of the interrupt status (drivers/iommu/omap-iommu.h, MMU_IRQ_*). */
const ERRORS: readonly string[] = [
  'tlb-miss',
  'translation-fault',
  'emulation-miss',
  'table-walk-fault',
  'multi-hit-fault',
];

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf(' errs:0x', framed.payload) < 0) return undefined;
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const event = newFault(NAME, 'iommu_fault_handler', fields.iommu);
  event.addressDigits = fields.address;
  const bits = Number.parseInt(fields.errors ?? '', 16);
  event.reason = ERRORS.find((_, bit) => (bits & (1 << bit)) !== 0) ?? 'unknown';
  event.vendorReason = `errs:0x${fields.errors}`;
  return event;
}
