import type { EventKind } from '../model/event.ts';

/** What happened in some neighbouring rows. */
export interface Tally {
  events: number;
  requests: number;
  responses: number;
  faults: number;
  /** Errors of the IOMMU itself: its queues, its tables. */
  iommuErrors: number;
  gaps: number;
  /** Groups in flight (sealed and unanswered), the fewest and the most at once, before or after any of these rows. */
  minDepth: number;
  maxDepth: number;
}

export function emptyTally(depth: number): Tally {
  return {
    events: 0,
    requests: 0,
    responses: 0,
    faults: 0,
    iommuErrors: 0,
    gaps: 0,
    minDepth: depth,
    maxDepth: depth,
  };
}

/** What is counted of a row besides that it is there. */
type Counted = 'requests' | 'responses' | 'faults' | 'iommuErrors' | 'gaps' | 'others';

const COUNTED: readonly Counted[] = ['others', 'requests', 'responses', 'faults', 'iommuErrors', 'gaps'];

function countedAs(kind: EventKind | undefined): Counted {
  switch (kind) {
    case 'page-request':
      return 'requests';
    case 'page-response':
      return 'responses';
    case 'fault':
      return 'faults';
    case 'iommu-error':
    case 'queue-overflow':
      return 'iommuErrors';
    case 'capture-gap':
      return 'gaps';
    default:
      return 'others';
  }
}

/** The number by which `count` knows the kind: fewer bits than its name. */
export function countedKind(kind: EventKind | undefined): number {
  return COUNTED.indexOf(countedAs(kind));
}

/** @param kind see `countedKind` */
export function count(sum: Tally, kind: number): void {
  sum.events += 1;
  const counted = COUNTED[kind] ?? 'others';
  if (counted !== 'others') sum[counted] += 1;
}
