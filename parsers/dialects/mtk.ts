/*
 * Faults of MediaTek's M4U: drivers/iommu/mtk_iommu.c and mtk_iommu_v1.c, mtk_iommu_isr (Linux 7.3). Rate limited.
 *
 *     mtk-iommu 1401d000.m4u: fault type=0x280 iova=0x1ff7c0000 pa=0x0 master=0x5000480(larb=5 port=0) layer=0 read
 *
 * The requester is a port of a local arbiter. Version 1 cannot tell read from write.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, payloadOf } from '../decode/log-prefix.ts';

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
    { line: 'mtk-iommu-v1 10205000.iommu: fault type=0x8 iova=0xfe000000 pa=0x0 larb=0 port=2', gives: 'fault' },
  ],
  needles: ['fault type=0x'],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(
  [
    `${IOMMU_PREFIX}fault type=(?<type>0x[0-9a-f]+) iova=0x(?<address>[0-9a-f]+) pa=0x[0-9a-f]+ `,
    '(?:master=0x[0-9a-f]+\\()?(?<port>larb=\\d+ port=\\d+)\\)?(?: layer=\\d+ (?<access>read|write))?',
  ].join(''),
);

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf('fault type=0x', framed.payload) < 0) return undefined;
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const event = newFault(NAME, 'mtk_iommu_isr', fields.iommu);
  event.device = fields.port;
  event.addressDigits = fields.address;
  if (fields.access !== undefined) event.access = fields.access === 'read' ? 'r' : 'w';
  event.reason = 'translation-fault';
  event.vendorReason = `type=${fields.type}`;
  return event;
}
