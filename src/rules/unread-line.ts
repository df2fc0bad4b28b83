import type { Rule } from './rule.ts';
import { count } from './wording.ts';

export const unreadLine: Rule = {
  id: 'FL903',
  name: 'unread-line',
  severity: 'note',
  needs: 'any input',
  observes: ['unread-lines'],
  docs: {
    finds:
      'Lines that name an IOMMU and that no dialect reads, counted by their shape (the text without its numbers), with the first line of the commonest shapes.',
    matters: 'A new kernel may have changed a text: then the analysis misses what these lines say.',
    misleads: 'Many such lines are harmless (probing, configuration).',
    example: 'DMAR: dmar0: a text that no kernel printed before',
    references: ['semantics 5'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'unread-lines') return;
      context.report({
        certainty: 'certain',
        message: messageOf(observation.count, observation.samples),
        scope: 'capture',
        count: observation.count,
        evidence: observation.samples.map(({ source }) => ({ event: { source }, role: 'unread' })),
      });
    },
  }),
};

function messageOf(lines: number, samples: readonly { readonly count: number }[]): string {
  const named = `${count(lines, 'line')} that name${lines === 1 ? 's' : ''} an IOMMU could not be read`;
  const shown = samples.reduce((sum, sample) => sum + sample.count, 0);
  if (shown === lines && samples.length === 1) return lines === 1 ? `${named}.` : `${named}, all like the one shown.`;
  const others = shown < lines ? `, ${lines - shown} like no other that is shown` : '';
  return `${named}: ${samples.map((sample) => sample.count).join(' + ')} like those shown${others}.`;
}
