import type { UnjoinedStream, UnjoinedStreams } from '../replay/observation.ts';
import type { FindingDraft, Rule } from './rule.ts';
import { nameOf, pasidText } from './wording.ts';

export const mixedClocks: Rule = {
  id: 'FL905',
  name: 'mixed-clocks',
  severity: 'warning',
  needs: 'inputs of several lanes',
  observes: ['mixed-clocks', 'unjoined-lanes', 'unjoined-streams'],
  docs: {
    finds:
      'The clocks of two lanes could not be aligned: no offset lets every request arrive after it was sent and every answer after it was given, or no message relates them. The lanes were analysed separately; so are lanes with more groups than can be joined (1,000,000 together). As a note: several devices have a PASID of one number, and neither the pages that both lanes saw nor the owners file nor the devices’ names tell whose messages are whose.',
    matters: 'Crossed responses can be proven only across lanes whose order is known.',
    misleads:
      'Captures of different incidents, or a lane with many lost events, look like this. State the offset with --offset LANE=±seconds, and whose PASIDs are whose with --owners FILE.',
    example: 'host.txt of Monday, guest.txt of Tuesday',
    references: ['semantics 1, 7'],
  },
  create: (context) => ({
    observe(observation) {
      if (observation.kind === 'unjoined-streams') {
        context.report(unjoined(observation));
        return;
      }
      if (observation.kind !== 'mixed-clocks' && observation.kind !== 'unjoined-lanes') return;
      const { lanes, samples } = observation;
      const names = lanes.join(' and ');
      context.report({
        certainty: 'certain',
        message:
          observation.kind === 'mixed-clocks'
            ? `The clocks of ${names} could not be aligned: the lanes were analysed separately.`
            : `${names} have more than ${observation.mostGroups} groups together, too many to join: the lanes were analysed separately. Give parts of the same time.`,
        scope: 'capture',
        evidence: samples.map((event) => ({ event, role: 'first-event' })),
      });
    },
  }),
};

function unjoined({ lanes: [base, upper], below, above }: UnjoinedStreams): FindingDraft {
  const [one] = below;
  const samples = [one, above[0]].flatMap((stream) => (stream?.first === undefined ? [] : [stream.first]));
  return {
    severity: 'note',
    certainty: 'certain',
    message: `${pasidText(one?.pasid || undefined)} of ${namesOf(below)} on the ${base} may be that of ${namesOf(above)} in ${upper}: nothing tells which, and their messages were not joined. An owners file (--owners) does.`,
    scope: 'capture',
    evidence: samples.map((event) => ({ event, role: 'first-event' })),
  };
}

function namesOf(streams: readonly UnjoinedStream[]): string {
  const names = streams.map(({ requester }) => nameOf(requester));
  const shown = names.slice(0, MOST_NAMES);
  return names.length > shown.length
    ? `${shown.join(', ')} or ${names.length - shown.length} more`
    : shown.join(' or ');
}

/** Devices that one sentence can hold. */
const MOST_NAMES = 4;
