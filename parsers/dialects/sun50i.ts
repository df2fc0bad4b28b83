/*
 * Faults of the Allwinner IOMMU: drivers/iommu/sun50i-iommu.c, sun50i_iommu_report_fault (Linux 7.3). Since 5.8..5.10.
 *
 *     sun50i-iommu 30f0000.iommu: Page fault for 0x00000000ffcac000 (master 0, dir rd)
 *
 * The log names the master by its number only.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'sun50i';

export const sun50i: Dialect = {
  name: NAME,
  description: 'Allwinner IOMMU faults (dmesg)',
  source: 'drivers/iommu/sun50i-iommu.c (Linux 7.3), since 5.10',
  samples: [
    { line: 'sun50i-iommu 30f0000.iommu: Page fault for 0x00000000ffcac000 (master 0, dir rd)', gives: 'fault' },
    { line: 'sun50i-iommu 30f0000.iommu: Page fault for 0x00000000ffcac000 (master 3, dir wr)', gives: 'fault' },
  ],
  needles: ['Page fault for 0x'],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(
  `${IOMMU_PREFIX}Page fault for 0x(?<address>[0-9a-f]+) \\((?<master>master \\d+), dir (?<direction>rd|wr)\\)`,
);

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf('Page fault for 0x', framed.payload) < 0) return undefined;
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const event = newFault(NAME, 'sun50i_iommu_report_fault', fields.iommu);
  event.device = fields.master;
  event.addressDigits = fields.address;
  event.access = fields.direction === 'rd' ? 'r' : 'w';
  event.reason = 'page-fault';
  return event;
}
