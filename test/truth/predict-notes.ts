/** The notes FL107 and FL902 that the story of a capture demands in a default run. */
import type { ExpectedNote } from './expected.ts';
import type { Story } from './simulate.ts';

/** More keys of one PASID than this are listed as one entry. */
const LIST_AT_MOST = 12;

interface Key {
  readonly device: string;
  readonly pasid: number;
  readonly prgi: number;
}

export function predictNotes(story: Story, timeoutNs: number): readonly ExpectedNote[] {
  return fold([...refusals(story), ...edges(story, timeoutNs)]);
}

/** All refusals of a key up to and with its last request are one (§3.1). */
function refusals(story: Story): ExpectedNote[] {
  const refused = story.refused.filter(({ request }, index) => {
    if (request.isLast) return true;
    const later = story.refused.slice(index + 1).map((other) => other.request);
    return !later.some((other) => isSame(other, request));
  });
  return [
    ...refused.map(({ request }) =>
      note('FL107', request, 'no handler for its PASID: the kernel answered Invalid by itself'),
    ),
    ...story.refusedUnseen.map((answer) =>
      note('FL107', answer, 'the reporting task answered Invalid and reported no such request: it was malformed'),
    ),
  ];
}

function edges(story: Story, timeoutNs: number): ExpectedNote[] {
  const open = story.groups.filter(
    (group) => group.answer === undefined && group.drained === undefined && story.end - group.last.time < timeoutNs,
  );
  const early = story.spurious.filter(
    ({ rule, isKnown, reachedTheDevice, response }) =>
      /^FL10[14]$/.test(rule) && !isKnown && reachedTheDevice && response.time - story.start < timeoutNs,
  );
  return [
    ...open.map((group) => note('FL902', group, 'open at the end and younger than the timeout')),
    ...early.map((found) =>
      note('FL902', { ...found.response, device: found.device }, 'its request may precede the capture'),
    ),
    ...story.headResponses.map((answer) =>
      note('FL902', answer, 'its request may precede the capture, or its requester sends nothing in it'),
    ),
  ];
}

function note(id: ExpectedNote['id'], key: Key, why: string): ExpectedNote {
  return {
    id,
    ...(key.device === '' ? {} : { device: key.device }),
    ...(key.pasid === 0 ? {} : { pasid: key.pasid }),
    prgi: key.prgi,
    count: 1,
    why,
  };
}

function isSame(a: Key, b: Key): boolean {
  return a.device === b.device && a.pasid === b.pasid && a.prgi === b.prgi;
}

function fold(notes: readonly ExpectedNote[]): readonly ExpectedNote[] {
  const kinds = new Map<string, ExpectedNote[]>();
  for (const one of notes) {
    const kind = JSON.stringify([one.id, one.device, one.pasid, one.why]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  return [...kinds.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined || alike.length <= LIST_AT_MOST) return alike;
    const { prgi: _prgi, ...rest } = first;
    return [{ ...rest, count: alike.length }];
  });
}
