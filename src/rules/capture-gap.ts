import type { TraceEvent } from '../model/event.ts';
import type { CaptureGap } from '../replay/observation.ts';
import type { Rule } from './rule.ts';
import { count } from './wording.ts';

export const captureGap: Rule = {
  id: 'FL901',
  name: 'capture-gap',
  severity: 'warning',
  needs: 'lost-event markers, buffer headers or seq# numbers',
  observes: ['capture-gap'],
  docs: {
    finds:
      'The capture lost events: markers of the tracer, an overwritten buffer, a gap in seq#. One finding for each input.',
    matters:
      'What was in flight at a gap ends as unknown, and an answer that nothing visible explains is no accusation until the PASID is drained or the timeout has passed.',
    misleads:
      'seq# counts requests even while tracing is off, so a gap in it is exact. Overwritten oldest events leave no gap in it: the header (entries-in-buffer below entries-written) and `CPU n buffer started` tell.',
    example: 'CPU:2 [LOST 1234 EVENTS]',
    references: ['semantics 3.1, 5 "Rules for honesty"', 'log-formats 0.3'],
  },
  create(context) {
    const sums = new Map<number, GapSums>();
    return {
      observe(observation) {
        if (observation.kind !== 'capture-gap') return;
        const { input } = observation.event.source;
        const sum = sums.get(input) ?? new GapSums();
        sums.set(input, sum);
        sum.add(observation);
      },
      finish() {
        for (const sum of sums.values()) {
          context.report({
            certainty: 'certain',
            message: `${sum.text}.`,
            shape: [...sum.causes].sort().join(),
            scope: 'capture',
            ...(sum.count === 1 ? {} : { count: sum.count }),
            evidence: sum.first.map((event) => ({ event, role: 'gap' })),
          });
        }
        sums.clear();
      },
    };
  },
};

/** Gaps that are shown as evidence. */
const SHOWN = 4;

type Cause = CaptureGap['cause'];

/** Gaps of one kind of cause. */
interface CauseSum {
  places: number;
  lost: number;
  iommu: string | undefined;
}

function newSum(): CauseSum {
  return { places: 0, lost: 0, iommu: undefined };
}

/** What is said of an input's gaps, of which there may be any number. */
class GapSums {
  readonly first: TraceEvent[] = [];
  readonly causes = new Set<Cause>();
  count = 0;
  readonly #overwritten = newSum();
  readonly #lost = newSum();
  readonly #sequence = newSum();
  #inFlight = 0;

  add({ event, cause, lost, iommu, inFlight }: CaptureGap): void {
    if (this.first.length < SHOWN) this.first.push(event);
    this.causes.add(cause);
    this.count += 1;
    this.#inFlight += inFlight;
    const sum = this.#sumOf(cause);
    sum.places += 1;
    sum.lost += lost ?? 0;
    if (sum.places === 1) sum.iommu = iommu;
  }

  #sumOf(cause: Cause): CauseSum {
    switch (cause) {
      case 'overwritten':
      case 'cpu-started':
        return this.#overwritten;
      case 'lost':
        return this.#lost;
      case 'sequence':
        return this.#sequence;
    }
  }

  get text(): string {
    const texts: string[] = [];
    if (this.#overwritten.places > 0) texts.push(overwrittenText(this.#overwritten));
    if (this.#lost.places > 0) texts.push(lostText(this.#lost));
    if (this.#sequence.places > 0) texts.push(sequenceText(this.#sequence));
    const groups = this.#inFlight;
    const inFlight = groups === 0 ? '' : `; ${count(groups, 'group')} ${groups === 1 ? 'was' : 'were'} in flight then`;
    return texts.join('. ') + inFlight;
  }
}

function overwrittenText({ lost }: CauseSum): string {
  const missing = lost > 0 ? `: ${count(lost, 'event')} missing` : '';
  return `The oldest events were overwritten${missing}; the capture begins later on some CPUs`;
}

function lostText(sum: CauseSum): string {
  const events = sum.lost > 0 ? count(sum.lost, 'event') : 'an unknown number of events';
  return `The capture lost ${events}${placesText(sum)}`;
}

function sequenceText(sum: CauseSum): string {
  const requests = count(sum.lost, 'page request');
  return `The capture misses ${requests} of ${sum.iommu ?? 'an IOMMU'}${placesText(sum)} (gap in seq#)`;
}

function placesText({ places }: CauseSum): string {
  return places === 1 ? '' : ` in ${count(places, 'place')}`;
}
