/*
 * Faults of the Rockchip IOMMU: drivers/iommu/rockchip-iommu.c, rk_iommu_irq and log_iova (Linux 7.3).
 *
 *     rk_iommu fe043e00.iommu: Page fault at 0x00000000ff801000 of type read
 *
 * Two lines with the walk through the tables follow. The log cannot tell the master: each has its own IOMMU.
 */
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, newIommuError, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'rockchip';

export const rockchip: Dialect = {
  name: NAME,
  description: 'Rockchip IOMMU faults (dmesg)',
  source: 'drivers/iommu/rockchip-iommu.c (Linux 7.3), since 4.15 at least',
  samples: [
    { line: 'rk_iommu fe043e00.iommu: Page fault at 0x00000000ff801000 of type read', gives: 'fault' },
    {
      line: 'rk_iommu ff940300.iommu: iova = 0x7f4bda00: dte_index: 0x1fd pte_index: 0xbd page_offset: 0xa00',
      gives: 'silent',
    },
    {
      line: 'rk_iommu ff940300.iommu: mmu_dte_addr: 0x014e0000 dte@0x014e07f4: 0x000000 valid: 0 pte@0x00000000: 0x000000 valid: 0 page@0x00000000 flags: 0x0',
      gives: 'silent',
    },
    { line: 'rk_iommu ff940300.iommu: BUS_ERROR occurred at 0x7f4bda00', gives: 'iommu-error' },
  ],
  needles: ['rk_iommu'],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(`${IOMMU_PREFIX}Page fault at 0x(?<address>[0-9a-f]+) of type (?<access>read|write)`);
const BUS_ERROR = new RegExp(`${IOMMU_PREFIX}(?<text>BUS_ERROR occurred at 0x(?<address>[0-9a-f]+))`);
const WALK = /: (?:iova = 0x[0-9a-f]+: dte_index: |mmu_dte_addr: 0x)/;

function parse(line: string, framed: FramedLine): DialectResult {
  if (line.indexOf('rk_iommu ', framed.payload) < 0) return undefined;
  const payload = payloadOf(line, framed.payload, framed.end);
  const fault = FAULT.exec(payload)?.groups;
  if (fault !== undefined) {
    const event = newFault(NAME, 'rk_iommu_irq', fault.iommu);
    event.addressDigits = fault.address;
    event.access = fault.access === 'read' ? 'r' : 'w';
    event.reason = 'page-fault';
    return event;
  }
  const busError = BUS_ERROR.exec(payload)?.groups;
  if (busError !== undefined) {
    const event = newIommuError(NAME, busError.iommu, 'bus-error', busError.text ?? '');
    event.addressDigits = busError.address;
    return event;
  }
  return WALK.test(payload) ? SILENT : undefined;
}
