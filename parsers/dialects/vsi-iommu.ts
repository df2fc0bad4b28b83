/*
 * Faults of the Verisilicon IOMMU: drivers/iommu/vsi-iommu.c, vsi_iommu_irq (Linux 7.3). Since 7.1..7.2.
 *
 *     vsi_iommu 27700400.iommu: unexpected int_status=00000008
 *
 * The log has neither requester nor address.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'vsi-iommu';

export const vsiIommu: Dialect = {
  name: NAME,
  description: 'Verisilicon IOMMU faults (dmesg)',
  source: 'drivers/iommu/vsi-iommu.c (Linux 7.3), since 7.2',
  samples: [{ line: 'vsi_iommu 27700400.iommu: unexpected int_status=00000008', gives: 'fault' }],
  needles: ['unexpected int_status='],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(`${IOMMU_PREFIX}(?<text>unexpected int_status=[0-9a-f]+)`);

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf('unexpected int_status=', framed.payload) < 0) return undefined;
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const event = newFault(NAME, 'vsi_iommu_irq', fields.iommu);
  event.reason = 'unexpected-interrupt-status';
  event.vendorReason = fields.text;
  return event;
}
