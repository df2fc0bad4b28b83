/*
 * Faults of MediaTek's M4U: drivers/iommu/mtk_iommu.c and mtk_iommu_v1.c, mtk_iommu_isr (Linux 7.3). Rate limited.
 *
 *     mtk-iommu 1401d000.m4u: fault type=0x280 iova=0x1ff7c0000 pa=0x0 master=0x5000480(larb=5 port=0) layer=0 read
 *
 * The requester is a port of a local arbiter, which 6.6 does not name where it knows none; kernels of ChromeOS print
 * more. Version 1 cannot tell read from write.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, newIommuError, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'mtk';

export const mtk: Dialect = {
  name: NAME,
  description: 'MediaTek M4U faults (dmesg)',
  source: 'drivers/iommu/mtk_iommu.c, mtk_iommu_v1.c (Linux 7.3), since 4.15 at least',
  samples: [
    {
      line: 'mtk-iommu 1401d000.m4u: fault type=0x280 iova=0x1ff7c0000 pa=0x0 master=0x5000480(larb=5 port=0) layer=0 read',
      gives: 'fault',
    },
    {
      line: 'mtk-iommu 10205000.iommu: fault type=0x5 iova=0xfe000000 pa=0x0 larb=0 port=2 layer=1 write',
      gives: 'fault',
    },
    {
      line: 'mtk-iommu 14014000.iommu: fault type=0x5 iova=0xfcff0000 pa=0x0 larb=0 sub_comm=1 port=3 regval=0x80 layer=1 read',
      gives: 'fault',
    },
    { line: 'mtk-iommu 1401d000.m4u: fault type=0x280 iova=0x1ff000000 pa=0x0 read', gives: 'fault' },
    {
      line: 'mtk-iommu 10205000.iommu: Partial TLB flush timed out, falling back to full flush',
      gives: 'iommu-error',
    },
    { line: 'mtk-iommu-v1 10205000.iommu: fault type=0x8 iova=0xfe000000 pa=0x0 larb=0 port=2', gives: 'fault' },
  ],
  needles: ['fault type=0x', 'TLB flush timed out'],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(
  [
    `${IOMMU_PREFIX}fault type=(?<type>0x[0-9a-f]+) iova=0x(?<address>[0-9a-f]+) pa=0x[0-9a-f]+`,
    '(?: (?:master=0x[0-9a-f]+\\()?(?<larb>larb=\\d+)(?: sub_comm=\\d+)? (?<port>port=\\d+)\\)?)?',
    '(?: regval=0x[0-9a-f]+)?(?: layer=\\d+)?(?: (?<access>read|write)\\b)?',
  ].join(''),
);

const TLB_FLUSH = new RegExp(`${IOMMU_PREFIX}(?<text>(?:Partial )?TLB flush timed out.*)$`);

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf('TLB flush timed out', framed.payload) >= 0) return parseFlush(line, framed);
  if (line.indexOf('fault type=0x', framed.payload) < 0) return undefined;
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const event = newFault(NAME, 'mtk_iommu_isr', fields.iommu);
  if (fields.port !== undefined) event.device = `${fields.larb} ${fields.port}`;
  event.addressDigits = fields.address;
  if (fields.access !== undefined) event.access = fields.access === 'read' ? 'r' : 'w';
  event.reason = 'translation-fault';
  event.vendorReason = `type=${fields.type}`;
  return event;
}

function parseFlush(line: string, framed: FramedLine): TraceEvent | undefined {
  const fields = TLB_FLUSH.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  return fields === undefined ? undefined : newIommuError(NAME, fields.iommu, 'tlb-flush-timeout', fields.text ?? '');
}
