import type { Rule } from './rule.ts';

export const mixedClocks: Rule = {
  id: 'FL905',
  name: 'mixed-clocks',
  severity: 'warning',
  needs: 'inputs of several lanes',
  observes: ['mixed-clocks'],
  docs: {
    finds:
      'The clocks of two lanes could not be aligned: no offset lets every request arrive after it was sent and every answer after it was given, or no message relates them. The lanes were analysed separately.',
    matters: 'Crossed responses can be proven only across lanes whose order is known.',
    misleads:
      'Captures of different incidents, or a lane with many lost events, look like this. State the offset with --offset LANE=±seconds.',
    example: 'host.txt of Monday, guest.txt of Tuesday',
    references: ['semantics 7'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind !== 'mixed-clocks') return;
      const { lanes, samples } = observation;
      context.report({
        certainty: 'certain',
        message: `The clocks of ${lanes.join(' and ')} could not be aligned: the lanes were analysed separately.`,
        scope: 'capture',
        evidence: samples.map((event) => ({ event, role: 'first-event' })),
      });
    },
  }),
};
