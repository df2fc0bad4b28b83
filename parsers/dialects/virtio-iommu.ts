/*
 * Faults of virtio-iommu: drivers/iommu/virtio-iommu.c, viommu_fault_handler (Linux 7.3). Since 5.3, rate limited. The
 * patches for page requests add the PASID and further reasons.
 *
 *     virtio_iommu virtio0: page fault from EP 32 at 0x12345040 [R]
 *
 * The endpoint is bus, device and function for PCI; the log cannot tell the segment, nor whether it is PCI at all.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import { pasid, requesterId } from '../../src/model/ids.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'virtio-iommu';

export const virtioIommu: Dialect = {
  name: NAME,
  description: 'virtio-iommu faults (dmesg)',
  source: 'drivers/iommu/virtio-iommu.c (Linux 7.3), since 5.3',
  samples: [
    { line: 'virtio_iommu virtio0: page fault from EP 32 at 0x12345040 [R]', gives: 'fault' },
    { line: 'virtio_iommu virtio0: domain fault from EP 8 at 0x1000 [RW]', gives: 'fault' },
    { line: 'virtio_iommu virtio0: unknown fault from EP 8', gives: 'fault' },
    { line: 'virtio_iommu virtio0: page fault from EP 8 PASID 5 at 0x1000 [R]', gives: 'fault' },
  ],
  needles: ['virtio_iommu'],
  kind: 'log',
  parse,
};

/** Prefix, reason, endpoint, address, letters. */
const FAULT = new RegExp(
  `${IOMMU_PREFIX}(?<reason>domain|page|unknown|(?:in|out)put address|\\w+) fault from EP (?<endpoint>\\d+)(?: PASID (?<pasid>\\d+))?(?: at 0x(?<address>[0-9a-f]+) \\[(?<letters>[RWX]*)\\])?`,
);

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf(' fault from EP ', framed.payload) < 0) return undefined;
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const event = newFault(NAME, 'viommu_fault_handler', fields.iommu);
  const endpoint = Number(fields.endpoint);
  if (endpoint <= 0xffff) event.requester = requesterId(endpoint);
  else event.device = `EP ${endpoint}`;
  event.reason = `${fields.reason?.toLowerCase().replace(' ', '-')}-fault`;
  if (fields.pasid !== undefined) event.pasid = pasid(Number(fields.pasid));
  event.addressDigits = fields.address;
  if (fields.letters !== undefined && fields.letters !== '') event.access = fields.letters.toLowerCase();
  return event;
}
