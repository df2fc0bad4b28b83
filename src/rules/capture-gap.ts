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
    const gaps = new Map<string, CaptureGap[]>();
    return {
      observe(observation) {
        if (observation.kind !== 'capture-gap') return;
        const key = `${observation.event.source.input}`;
        const open = gaps.get(key);
        if (open === undefined) gaps.set(key, [observation]);
        else open.push(observation);
      },
      finish() {
        for (const found of gaps.values()) {
          const [first] = found;
          if (first === undefined) continue;
          context.report({
            certainty: 'certain',
            message: `${text(found)}${inFlight(found)}.`,
            shape: [...new Set(found.map(({ cause }) => cause))].sort().join(),
            scope: 'capture',
            ...(found.length === 1 ? {} : { count: found.length }),
            evidence: found.slice(0, 4).map(({ event }) => ({ event, role: 'gap' })),
          });
        }
        gaps.clear();
      },
    };
  },
};

function text(found: readonly CaptureGap[]): string {
  const causes: readonly (readonly CaptureGap['cause'][])[] = [['overwritten', 'cpu-started'], ['lost'], ['sequence']];
  const texts = causes.map((of) => causeText(found.filter((gap) => of.includes(gap.cause))));
  return texts.filter((each) => each !== '').join('. ');
}

function causeText(found: readonly CaptureGap[]): string {
  const lost = found.reduce((sum, gap) => sum + (gap.lost ?? 0), 0);
  const places = found.length === 1 ? '' : ` in ${count(found.length, 'place')}`;
  const [first] = found;
  switch (first?.cause) {
    case undefined:
      return '';
    case 'sequence':
      return `The capture misses ${count(lost, 'page request')} of ${first.iommu ?? 'an IOMMU'}${places} (gap in seq#)`;
    case 'overwritten':
    case 'cpu-started':
      return `The oldest events were overwritten${lost > 0 ? `: ${count(lost, 'event')} missing` : ''}; the capture begins later on some CPUs`;
    case 'lost':
      return lost > 0
        ? `The capture lost ${count(lost, 'event')}${places}`
        : `The capture lost an unknown number of events${places}`;
  }
}

function inFlight(found: readonly CaptureGap[]): string {
  const groups = found.reduce((sum, gap) => sum + gap.inFlight, 0);
  return groups === 0 ? '' : `; ${count(groups, 'group')} ${groups === 1 ? 'was' : 'were'} in flight then`;
}
