import type { Rule } from './rule.ts';
import { count } from './wording.ts';

export const unreadLine: Rule = {
  id: 'FL903',
  name: 'unread-line',
  severity: 'note',
  needs: 'any input',
  observes: ['unread-lines'],
  docs: {
    finds: 'Lines that name an IOMMU and that no dialect reads, counted, with the first few shown.',
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
        message: `${count(observation.count, 'line')} that name an IOMMU could not be read.`,
        scope: 'capture',
        count: observation.count,
        evidence: observation.samples.map((source) => ({ event: { source }, role: 'unread' })),
      });
    },
  }),
};
