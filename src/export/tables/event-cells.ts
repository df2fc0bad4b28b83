import { hopOf } from '../../format/event-row.ts';
import { addressOf, formatAddress, type TraceEvent } from '../../model/event.ts';
import { clockCell, type ScaleOf } from './clock-cell.ts';
import type { RowReader } from './parquet-writer.ts';

export function eventCells(scaleOf: ScaleOf): RowReader<'events', TraceEvent> {
  return {
    kind: ({ kind }) => kind,
    time_ns: ({ time, source }) => clockCell(time, scaleOf(source.input)),
    input: ({ source }) => source.input,
    line: ({ source }) => source.line,
    byte_offset: ({ source }) => source.offset,
    cpu: ({ cpu }) => cpu,
    task: ({ task }) => task,
    pid: ({ pid }) => pid,
    lane: ({ lane }) => lane,
    lane_name: ({ laneName }) => laneName,
    hop: hopOf,
    dialect: ({ dialect }) => dialect,
    probe: ({ probe }) => probe,
    iommu: ({ iommu }) => iommu,
    device: ({ device }) => device,
    pasid: ({ pasid }) => pasid,
    prgi: ({ prgi }) => prgi,
    address: addressText,
    access: ({ access }) => access,
    is_last: ({ kind, isLast }) => (kind === 'page-request' ? isLast : undefined),
    is_stall: ({ kind, isStall }) => (kind === 'page-request' ? isStall : undefined),
    code: ({ code }) => code,
    raw_code: ({ rawCode }) => rawCode,
    reason: ({ reason }) => reason,
    vendor_reason: ({ vendorReason }) => vendorReason,
    lost: ({ lost }) => lost,
  };
}

function addressText(event: TraceEvent): string | undefined {
  const address = addressOf(event);
  return address === undefined ? undefined : formatAddress(address);
}
