import { formatDuration } from '../model/time.ts';
import type { Rule } from './rule.ts';
import { count } from './wording.ts';

export const clockStep: Rule = {
  id: 'FL904',
  name: 'clock-step',
  severity: 'note',
  needs: 'lines with times',
  observes: ['clock-step'],
  docs: {
    finds:
      'Time ran backwards by more than --merge-window (default 1 s), or by so many lines that they could not be sorted.',
    matters: 'What happened around it is replayed in the order of the file.',
    misleads: 'Several boots or several captures in one file look like this.',
    example: '[  100.0] …, then [   2.0] …',
    references: ['semantics 5, 7'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'clock-step') return;
      context.report({
        certainty: 'certain',
        message: `Time ran backwards by ${formatDuration(observation.backwardsNs)}: ${count(observation.count, 'event')} came too late to be sorted.`,
        scope: 'capture',
        ...(observation.count === 1 ? {} : { count: observation.count }),
        evidence: [{ event: { source: observation.source }, role: 'clock-step' }],
      });
    },
  }),
};
