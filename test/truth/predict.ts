/**
 * From the story of a capture to the findings of severity error and warning that semantics.md §5 demands,
 * with a reason each. Writes nothing: `write-expected.ts` does.
 */
import type { ExpectedFinding } from './expected.ts';
import type { Group, Partial, Spurious, Story } from './simulate.ts';
import type { SeenRequest, Visible } from './visible.ts';

const MS = 1e6;
export const SLOW_NS = 100 * MS;
/** More findings of one kind than this are listed as one entry with their number. */
const LIST_AT_MOST = 12;

const CERTAIN: ExpectedFinding['certainty'] = ['certain'];
const ANY: ExpectedFinding['certainty'] = ['certain', 'likely', 'possible'];

export function predict(story: Story, visible: Visible, timeoutNs: number): readonly ExpectedFinding[] {
  const entries: ExpectedFinding[] = [
    ...gaps(visible),
    ...story.overflows.map((event) => overflow(event.line)),
    ...story.spurious.flatMap((found) => spuriousEntry(found, story, timeoutNs)),
    ...refusedAnswers(story),
    ...story.groups.flatMap((group) => groupEntries(group, story, timeoutNs)),
    ...undecidedAnswers(story),
    ...story.partials.flatMap((partial) => withoutDevice(partial.reuses.map(reuseEntry))),
    ...partialEntries(story, timeoutNs),
    ...headAnswers(story, timeoutNs),
  ];
  return fold(entries);
}

function gaps(visible: Visible): ExpectedFinding[] {
  if (visible.overwrittenLine === undefined) return [];
  return [
    {
      id: 'FL901',
      severity: 'warning',
      certainty: ANY,
      count: 1,
      max: 2,
      open: 'one gap for the buffer (header), or one for each statement: the header and `CPU n buffer started`',
      why: 'the header says that fewer entries are in the buffer than were written: the oldest were overwritten',
    },
  ];
}

function overflow(line: number): ExpectedFinding {
  return {
    id: 'FL304',
    severity: 'error',
    certainty: ['certain', 'likely'],
    lines: [line],
    count: 1,
    why: 'queue_discard_partial is called on the overflow path only: the queue overflowed and requests were lost',
  };
}

function spuriousEntry(found: Spurious, story: Story, timeoutNs: number): ExpectedFinding[] {
  const { response, device, rule } = found;
  const base = { device, pasid: response.pasid, prgi: response.prgi, lines: [response.line], count: 1 };
  if (!found.reachedTheDevice) return [{ ...base, ...suppressed(found) }];
  switch (rule) {
    case 'FL101':
    case 'FL104': {
      const isOfOther = rule === 'FL104';
      const what = isOfOther
        ? 'nothing of this key is in flight, the PRGI is under another PASID'
        : 'no request of this key was ever seen';
      const entry = { ...base, id: rule, severity: 'error' } as const;
      if (found.isKnown) {
        return [
          {
            ...entry,
            certainty: CERTAIN,
            why: `${what}, and the capture shows its PASID from its attach on, or an earlier group`,
          },
        ];
      }
      if (response.time - story.start < timeoutNs) return []; // FL902: the request may precede the capture
      return [{ ...entry, certainty: ['likely'], why: `${what} since the capture began, longer ago than the timeout` }];
    }
    case 'FL102':
      return [
        {
          ...base,
          ...sureness(found, story, timeoutNs),
          id: rule,
          severity: 'error',
          why: 'the last group of the key is answered already and nothing of it is in flight: this is one answer too many',
        },
      ];
    case 'FL103':
      return [
        {
          ...base,
          ...sureness(found, story, timeoutNs),
          id: rule,
          severity: 'error',
          why: 'the host has answered this group already',
        },
      ];
    case 'FL105':
      return [{ ...base, id: rule, severity: 'error', certainty: CERTAIN, why: 'the group has no last request yet' }];
  }
}

/** How sure it is that no request from before the capture explains the answer: not at all, it may be none (FL902). */
function sureness(
  { isKnown, isDoubtful, response }: Spurious,
  story: Story,
  timeoutNs: number,
): Pick<ExpectedFinding, 'certainty' | 'count' | 'max'> {
  if (isKnown && !isDoubtful) return { certainty: CERTAIN, count: 1 };
  const isLong = !isKnown && response.time - story.start >= timeoutNs;
  return isLong ? { certainty: ['likely'], count: 1 } : { certainty: ANY, count: 0, max: 1 };
}

/** Linux 6.12 makes no descriptor of a second answer: it did no harm, and the severity drops (§5). */
function suppressed(
  found: Spurious,
): Pick<ExpectedFinding, 'id' | 'severity' | 'certainty' | 'why'> & { open?: string } {
  const why = 'a handler submitted this answer and the kernel made no descriptor of it: its group is answered already';
  if (!found.keyIsPending) return { id: found.rule, severity: 'warning', certainty: CERTAIN, why };
  return {
    id: ['FL102', 'FL103'],
    severity: 'warning',
    certainty: ANY,
    open: 'a later group of the key is pending, so that the answer could be its own; suppressed, it must be a second one of the earlier group: FL102 (answered by its handler), or FL103 (late)',
    why,
  };
}

function refusedAnswers(story: Story): ExpectedFinding[] {
  const count = story.refusals.length;
  if (count === 0) return [];
  const refusals: ExpectedFinding[] = story.refusals.map((event) => ({
    id: 'FL103',
    severity: 'warning',
    certainty: ['possible'],
    lines: [event.line],
    count: 1,
    why: 'the kernel refused an answer and names no key: a double, late, crossed or malformed answer look the same',
  }));
  const isQueue = story.refusals.some((event) => event.task.startsWith('prilab-vmm'));
  if (!isQueue) return refusals;
  return [
    ...refusals,
    {
      id: 'FL201',
      severity: 'error',
      certainty: ['possible'],
      count: 0,
      max: count,
      open: '§6.4a: without the cookies a reused cookie is "FL201 possible at most": none, or one possible for each refused write',
      why: 'a refused write may be the right answer to a group that a doubled answer completed',
    },
  ];
}

function groupEntries(group: Group, story: Story, timeoutNs: number): ExpectedFinding[] {
  const base = { device: group.device, pasid: group.pasid, prgi: group.prgi, count: 1 };
  return withoutDevice([...hazards(group, base), ...outcome(group, base, story, timeoutNs)]);
}

type Base = Pick<ExpectedFinding, 'count' | 'prgi' | 'pasid' | 'device'>;

function hazards(group: Group, base: Base): ExpectedFinding[] {
  const entries: ExpectedFinding[] = [];
  entries.push(...group.reuses.map(reuseEntry));
  if (group.hasStrangers) {
    entries.push({
      ...base,
      id: 'FL205',
      severity: 'error',
      certainty: CERTAIN,
      lines: group.members.map((member) => member.line),
      why: 'the kernel collects by PRGI alone: the group took in requests of another PASID, or of the same PASID from before it was drained',
    });
  }
  const shared = sharingPasids(group);
  if (shared.length > 0) {
    entries.push({
      ...base,
      id: 'FL204',
      severity: 'warning',
      certainty: CERTAIN,
      lines: group.members.map((member) => member.line),
      ...(shared.length === 1
        ? {}
        : { max: shared.length, open: 'one for the new group, or one for each pair of groups' }),
      why: `sealed while the same PRGI is in flight under PASID ${shared.join(', ')}`,
    });
  }
  return entries;
}

function reuseEntry({ device, pasid, prgi, line }: SeenRequest): ExpectedFinding {
  return {
    device,
    pasid,
    prgi,
    count: 1,
    id: 'FL203',
    severity: 'error',
    certainty: CERTAIN,
    lines: [line],
    why: 'the key is used again while a group of it is sealed and unanswered',
  };
}

/** PASIDs of which a group with the same PRGI was in flight. FL205 stands for the FL204 of its members. */
export function sharingPasids(group: Group): number[] {
  const others = group.sharesWith.filter((other) => !takesPart(group, other) && !takesPart(other, group));
  return others.map((other) => other.pasid);
}

/** `other`'s PASID has a request in the mixed group. */
function takesPart(group: Group, other: Group): boolean {
  return group.hasStrangers && group.members.some((member) => member.pasid === other.pasid);
}

function outcome(group: Group, base: Base, story: Story, timeoutNs: number): ExpectedFinding[] {
  const lines = group.members.map((member) => member.line);
  if (group.answer === undefined) {
    if (group.drained !== undefined) return [droppedAtUnregister(group, base, lines, story)];
    if (story.end - group.last.time < timeoutNs) return []; // FL902: younger than the timeout
    if (group.device === '') return [mockRemoved(base, lines)];
    return [
      {
        ...base,
        id: 'FL301',
        severity: 'error',
        certainty: CERTAIN,
        lines,
        why: `no answer within the timeout, ${ms(story.end - group.last.time)} until the capture ends`,
      },
    ];
  }
  if (group.answeredEarly) return [];
  const latency = group.answer.time - group.last.time;
  if (latency <= SLOW_NS) return [];
  const why = `answered ${ms(latency)} after its last request (line ${group.last.line} to ${group.answer.line})`;
  if (latency <= timeoutNs)
    return [{ ...base, id: 'FL501', severity: 'warning', certainty: ANY, lines: [...lines, group.answer.line], why }];
  return [
    {
      ...base,
      id: ['FL301', 'FL501'],
      severity: ['error', 'warning'],
      certainty: ANY,
      lines: [...lines, group.answer.line],
      max: 2,
      open: LATE,
      why,
    },
  ];
}

const LATE =
  'answered, but later than the timeout: FL301 by its letter ("got none within the timeout"), FL501 since the answer is there, or both';

function droppedAtUnregister(group: Group, base: Base, lines: readonly number[], story: Story): ExpectedFinding {
  const drain = group.drained;
  const isSpill = story.headResponses.some(
    (response) => response.pasid === group.pasid && response.prgi === group.prgi,
  );
  const entry: ExpectedFinding = {
    ...base,
    id: 'FL305',
    severity: 'error',
    certainty: ['certain', 'likely'],
    lines: [...lines, ...(drain === undefined ? [] : [drain.line])],
    why: `pending when its PASID was drained (line ${drain?.line}), and never answered in the capture`,
  };
  if (!isSpill) return entry;
  return {
    ...entry,
    id: ['FL305', 'FL302'],
    open: 'the answer was submitted with code 16, which spills into the requester id: drained and never answered (FL305), or seen above the wire and lost on it (FL302)',
  };
}

/** The mock device goes away without a detach. */
function mockRemoved(base: Base, lines: readonly number[]): ExpectedFinding {
  return {
    ...base,
    id: ['FL301', 'FL305'],
    severity: 'error',
    certainty: ['certain', 'likely'],
    lines: [...lines],
    open: 'never answered (FL301); the device was removed from its IOMMU group, which may count as an unregister (FL305)',
    why: 'never answered until the capture ends, longer than the timeout',
  };
}

/** Two groups of one key in flight across a drain: which answer is whose is open (`h07`). */
function undecidedAnswers(story: Story): ExpectedFinding[] {
  const entries: ExpectedFinding[] = [];
  for (const group of story.groups) {
    const reusedAt = group.reuses.find((request) => request.pasid === group.pasid);
    if (reusedAt === undefined || group.answer === undefined) continue;
    const older = story.groups.filter(
      (other) =>
        isSameKey(other, group) &&
        other.last.time < reusedAt.time &&
        (other.answer === undefined || other.answer.time > reusedAt.time),
    );
    const parked = older.find((other) => other.drained !== undefined && other.drained.time < reusedAt.time);
    if (parked === undefined) continue;
    entries.push({
      id: 'FL201',
      severity: 'error',
      certainty: ['possible'],
      device: group.device,
      pasid: group.pasid,
      prgi: group.prgi,
      lines: [parked.answer?.line ?? group.answer.line, group.answer.line],
      count: 1,
      why: 'the PASID was detached and attached again over a parked group, and the PRGI was used again: one of the answers is stale, the wire does not tell which',
    });
  }
  for (const found of story.spurious) entries.push(...maybeCrossed(found, story));
  return entries;
}

function maybeCrossed(found: Spurious, story: Story): ExpectedFinding[] {
  const { response, device } = found;
  const before = story.groups.filter(
    (group) =>
      group.device === device &&
      group.pasid === response.pasid &&
      group.prgi === response.prgi &&
      group.last.time < response.time,
  );
  if (before.length < 2 || found.rule !== 'FL102') return [];
  return [
    {
      id: 'FL201',
      severity: 'error',
      certainty: ['possible'],
      device,
      pasid: response.pasid,
      prgi: response.prgi,
      count: 0,
      max: before.length - 1,
      open: 'an extra answer of a reused key: §6.1 says that the earlier answers "cannot be told from good ones" (nothing); the assignments of §4 also hold one in which a doubled answer of an earlier group was taken for a later one (FL201 possible)',
      why: 'one of the answers before it may be the doubled one',
    },
  ];
}

function isSameKey(a: Group, b: Group): boolean {
  return a !== b && a.device === b.device && a.pasid === b.pasid && a.prgi === b.prgi;
}

/** FL306 once per (requester, PRGI) and run. */
function partialEntries(story: Story, timeoutNs: number): ExpectedFinding[] {
  const byScope = new Map<string, Partial[]>();
  for (const partial of story.partials) {
    if (partial.overflowed) continue; // FL304 tells of it
    const scope = `${partial.device}/${partial.prgi}`;
    byScope.set(scope, [...(byScope.get(scope) ?? []), partial]);
  }
  return [...byScope.values()].flatMap((partials) => partialEntry(partials, story, timeoutNs));
}

function partialEntry(partials: readonly Partial[], story: Story, timeoutNs: number): ExpectedFinding[] {
  const first = partials[0];
  if (first === undefined) return [];
  const lines = partials.flatMap((partial) => partial.members.map((member) => member.line));
  const base = {
    id: 'FL306',
    severity: 'warning',
    certainty: ANY,
    device: first.device,
    prgi: first.prgi,
    lines,
    count: 1,
  } as const;
  const forgotten = partials.find((partial) => partial.removedAt !== undefined)?.removedAt;
  if (forgotten !== undefined) {
    return [
      {
        ...base,
        certainty: [...ANY],
        why: `no last request came, and the function left the fault queue (line ${forgotten.line}), which forgets partial groups`,
      },
    ];
  }
  const age = story.end - Math.min(...partials.flatMap((partial) => partial.members.map((member) => member.time)));
  const youngest = story.end - Math.max(...partials.flatMap((partial) => partial.members.map((member) => member.time)));
  if (youngest >= timeoutNs)
    return [
      {
        ...base,
        certainty: [...ANY],
        why: `no last request came within the timeout (${ms(youngest)} until the capture ends)`,
      },
    ];
  if (age < timeoutNs && partials.every((partial) => partial.drained === undefined)) return []; // FL902
  return [
    {
      ...base,
      certainty: [...ANY],
      count: 0,
      max: 1,
      open: 'its PASID was drained, so nobody will complete it (FL306); or open at the end and younger than the timeout (FL902), as the kernel keeps partial groups',
      why: 'no last request came before the capture ends',
    },
  ];
}

/** Answers after an overwritten head that nothing visible explains: FL902, until the timeout has passed since the head. */
function headAnswers(story: Story, timeoutNs: number): ExpectedFinding[] {
  const late = story.headResponses.filter((response) => response.time - story.start >= timeoutNs);
  if (late.length === 0) return [];
  return [
    {
      id: 'FL101',
      severity: 'error',
      certainty: ['likely', 'possible'],
      count: 0,
      max: late.length,
      open: '"FL902 until the timeout has passed" read from the start of the capture (likely), or from the gap of that CPU, or of each answer: the overwritten requests explain these answers',
      why: 'their requests were overwritten',
    },
  ];
}

function withoutDevice(entries: readonly ExpectedFinding[]): ExpectedFinding[] {
  return entries.map((entry) => {
    if (entry.device !== '') return entry;
    const { device: _device, ...rest } = entry;
    if (entry.id !== 'FL204') return rest;
    return {
      ...rest,
      count: 0,
      max: 1,
      open: 'the lines name no requester, so that the two PASIDs may be of two functions (no finding) or of one (FL204)',
    };
  });
}

/** Floods become one entry a rule, requester and PASID. */
function fold(entries: readonly ExpectedFinding[]): readonly ExpectedFinding[] {
  const kinds = new Map<string, ExpectedFinding[]>();
  for (const entry of entries) {
    const kind = JSON.stringify([
      entry.id,
      entry.severity,
      entry.certainty,
      entry.device,
      entry.pasid,
      entry.open,
      entry.count > 0,
    ]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), entry]);
  }
  return [...kinds.values()].flatMap((alike) => (alike.length <= LIST_AT_MOST ? alike : [sumOf(alike)]));
}

function sumOf(alike: readonly ExpectedFinding[]): ExpectedFinding {
  const [first] = alike;
  if (first === undefined) throw new Error('nothing to fold');
  const { prgi: _prgi, lines: _lines, max: _max, ...rest } = first;
  const count = alike.reduce((sum, entry) => sum + entry.count, 0);
  const max = alike.reduce((sum, entry) => sum + (entry.max ?? entry.count), 0);
  return { ...rest, count, ...(max > count ? { max } : {}), why: `${alike.length} such, the first: ${first.why}` };
}

function ms(ns: number): string {
  return `${Number((ns / MS).toFixed(1))} ms`;
}
