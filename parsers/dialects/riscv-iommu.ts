/*
 * Faults of the RISC-V IOMMU: drivers/iommu/riscv/iommu.c, riscv_iommu_fault and riscv_iommu_fltq_process
 * (Linux 7.3). Since 6.13..6.14.
 *
 *     riscv-iommu 3010000.iommu: Fault 13 devid: 0x8 iotval: 12345040 iotval2: 0
 *
 * The record has a PASID, the log has not. Linux does not use the page request queue.
 */
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, newIommuError, payloadOf } from '../decode/log-prefix.ts';
import { riscvAccess, riscvFaultReason } from '../decode/riscv-fault.ts';

const NAME = 'riscv-iommu';

export const riscvIommu: Dialect = {
  name: NAME,
  description: 'RISC-V IOMMU faults (dmesg)',
  source: 'drivers/iommu/riscv/iommu.c (Linux 7.3), since 6.14',
  samples: [
    { line: 'riscv-iommu 3010000.iommu: Fault 13 devid: 0x8 iotval: 12345040 iotval2: 0', gives: 'fault' },
    { line: 'riscv-iommu 3010000.iommu: Queue #1 error; memory fault:0 overflow:1', gives: 'iommu-error' },
    { line: 'riscv-iommu 3010000.iommu: Queue #3 error; memory fault:0 overflow:1', gives: 'queue-overflow' },
  ],
  needles: [' devid: 0x', 'Queue #'],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(
  `${IOMMU_PREFIX}Fault (?<cause>\\d+) devid: (?<devid>0x[0-9a-f]+) iotval: (?<address>[0-9a-f]+) iotval2: [0-9a-f]+`,
);
const QUEUE = new RegExp(
  `${IOMMU_PREFIX}(?<text>Queue #(?<queue>\\d+) error; memory fault:(?<fault>\\d) overflow:(?<overflow>\\d))`,
);
/** Interrupt cause of the page request queue (RISCV_IOMMU_INTR_PQ). */
const PAGE_REQUEST_QUEUE = '3';

function parse(line: string, framed: FramedLine): DialectResult {
  const isCandidate = line.indexOf(' devid: ', framed.payload) >= 0 || line.indexOf('Queue #', framed.payload) >= 0;
  if (!isCandidate) return undefined;
  const payload = payloadOf(line, framed.payload, framed.end);
  const fault = FAULT.exec(payload)?.groups;
  if (fault !== undefined) return parseFault(fault);
  const queue = QUEUE.exec(payload)?.groups;
  return queue === undefined ? undefined : parseQueue(queue);
}

function parseFault(fields: Record<string, string>): TraceEvent {
  const event = newFault(NAME, 'riscv_iommu_fault', fields.iommu);
  const cause = Number(fields.cause);
  event.device = fields.devid;
  event.addressDigits = fields.address;
  event.access = riscvAccess(cause);
  event.reason = riscvFaultReason(cause);
  event.vendorReason = `cause ${cause}`;
  return event;
}

function parseQueue(fields: Record<string, string>): DialectResult {
  if (fields.overflow !== '1' && fields.fault !== '1') return SILENT;
  if (fields.queue === PAGE_REQUEST_QUEUE && fields.overflow === '1') {
    const event = newEvent('queue-overflow', NAME, 'none');
    event.iommu = fields.iommu;
    event.reason = 'detected';
    event.vendorReason = fields.text;
    return event;
  }
  const reason = fields.overflow === '1' ? 'queue-overflow' : 'queue-memory-fault';
  return newIommuError(NAME, fields.iommu, reason, fields.text ?? '');
}
