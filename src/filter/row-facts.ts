import type { EventRow } from '../model/event-schema.ts';
import type { EventFacts } from './facts.ts';
import type { FilterWords } from './filter.ts';
import { verdictsOf } from './verdicts.ts';

/** An event as the commands print it, for a filter that asks for nothing of its instance. */
export function factsOfEvent(row: EventRow, inputName: string, words: FilterWords): EventFacts {
  return {
    ...placedFacts(row, inputName),
    kind: row.kind,
    line: row.line,
    cpu: row.cpu,
    task: row.task,
    pid: row.pid,
    lane: row.laneName === undefined ? row.lane : `${row.lane}:${row.laneName}`,
    hop: row.hop,
    dialect: row.dialect,
    probe: row.probe,
    iommu: row.iommu,
    device: row.device,
    pasid: row.pasid,
    prgi: row.prgi,
    address: row.address === undefined ? undefined : BigInt(row.address),
    access: row.access,
    isLast: row.last,
    isStall: row.stall === true,
    code: row.code,
    rawCode: row.rawCode,
    sequence: row.sequence,
    reason: row.reason,
    vendorReason: row.vendorReason,
    lost: row.lost,
    instance: undefined,
    findings: [],
    verdicts: verdictsOf(undefined, [], words),
  };
}

/** Where and when; exact, where a number of seconds would not be. */
function placedFacts({ time }: { readonly time?: string }, inputName: string) {
  if (time === undefined) return { inputName, seconds: undefined, nanos: 0 };
  const [whole = '', fraction = ''] = time.split('.');
  return { inputName, seconds: Number(whole), nanos: Number(fraction.padEnd(9, '0')) };
}
