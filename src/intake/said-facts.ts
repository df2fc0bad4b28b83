import type { TraceEvent } from '../model/event.ts';
import { type DialectResult, SILENT } from '../model/parser.ts';

/** What a message may say. */
const FACTS = [
  'iommu',
  'device',
  'requester',
  'pasid',
  'prgi',
  'addressDigits',
  'access',
  'code',
  'returnValue',
  'reason',
  'vendorReason',
  'lost',
] as const satisfies readonly (keyof TraceEvent)[];

/**
 * True if `longer` says what `shorter` does; the last word may have been cut, and the reason follows from all words. A
 * number that was cut is another one, where `mayCutNumbers`.
 */
export function keeps(shorter: DialectResult, longer: DialectResult, mayCutNumbers: boolean): boolean {
  if (shorter === undefined || shorter === SILENT || shorter.kind === 'continuation') return true;
  if (longer === undefined || longer === SILENT || longer.kind === 'continuation') return false;
  return FACTS.every((fact) => {
    const value = shorter[fact];
    if (fact === 'reason' || value === undefined) return true;
    if (mayCutNumbers && typeof value === 'number') return longer[fact] !== undefined;
    return String(longer[fact]).startsWith(String(value));
  });
}

export function eventOf(result: DialectResult): TraceEvent | undefined {
  return result === undefined || result === SILENT || result.kind === 'continuation' ? undefined : result;
}

export function reasonOf(result: DialectResult): string | undefined {
  return eventOf(result)?.reason;
}

/** How much a result says: 0 for nothing. */
export function factsOf(result: DialectResult): number {
  if (result === undefined || result === SILENT) return 0;
  if (result.kind === 'continuation') return 1 + factsOf(result.alone);
  return 1 + FACTS.filter((fact) => result[fact] !== undefined).length;
}
