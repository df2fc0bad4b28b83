/*
 * Faults of the Renesas IPMMU: drivers/iommu/ipmmu-vmsa.c, ipmmu_domain_irq (Linux 7.3). Rate limited.
 *
 *     ipmmu-vmsa eed40000.iommu: Unhandled fault: status 0x00001502 iova 0xfe000000
 *
 * The log names no requester and no access.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'ipmmu-vmsa';

export const ipmmuVmsa: Dialect = {
  name: NAME,
  description: 'Renesas IPMMU faults (dmesg)',
  source: 'drivers/iommu/ipmmu-vmsa.c (Linux 7.3), since 4.15 at least',
  samples: [
    {
      line: 'ipmmu-vmsa eed40000.iommu: Unhandled fault: status 0x00001502 iova 0xfe000000',
      gives: 'fault',
    },
    { line: 'ipmmu-vmsa eed40000.iommu: Multiple TLB hits @0xfe000000', gives: 'fault' },
    { line: 'ipmmu-vmsa eed40000.iommu: Page Table Walk Abort @0xfe000000', gives: 'fault' },
  ],
  needles: ['ipmmu'],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(
  [
    `${IOMMU_PREFIX}(?:Unhandled fault: status (?<status>0x[0-9a-f]+) iova |`,
    '(?<abort>Multiple TLB hits|Page Table Walk Abort) @)0x(?<address>[0-9a-f]+)',
  ].join(''),
);

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf('ipmmu', framed.payload) < 0) return undefined;
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const event = newFault(NAME, 'ipmmu_domain_irq', fields.iommu);
  event.addressDigits = fields.address;
  const { abort } = fields;
  event.reason = abort === undefined ? 'unhandled-fault' : abort.toLowerCase().replaceAll(' ', '-');
  event.vendorReason = abort ?? `status ${fields.status}`;
  return event;
}
