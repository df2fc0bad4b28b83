import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GroupRow } from '../../src/model/group.ts';
import { scenarios, truthOf, visibilityOf } from './captures.ts';
import { compareGroups } from './compare-groups.ts';
import { type Group, simulate } from './simulate.ts';
import { readVisible, type SeenRequest } from './visible.ts';

/** The comparison itself, with rows made from the simulation instead of the program. */
describe('comparing groups with the device', () => {
  const scenario = scenarios().find(({ folder, name }) => folder.endsWith('handler-7.2.13') && name.startsWith('h11-'));
  if (scenario === undefined) throw new Error('h11 is in every set of captures');
  const truth = truthOf(scenario);
  const rows = rowsOf(readFileSync(`${scenario.base}.txt`, 'utf8'));
  const differences = (changed: readonly GroupRow[]) =>
    compareGroups(truth, changed, visibilityOf(scenario, scenario.base));
  const changeRow = (prgi: number, change: (row: GroupRow) => GroupRow) =>
    rows.map((row) => (row.prgi === prgi && row.pasid === 2 ? change(row) : row));

  it('accepts what the device logged', () => {
    expect(differences(rows)).toEqual([]);
  });
  it('sees a missing group', () => {
    expect(differences(rows.slice(1))).toHaveLength(1);
  });
  it('sees a lost answer', () => {
    const changed = changeRow(1, ({ response: _, code: __, ...row }) => row);
    expect(differences(changed)).toEqual(['0000:01:00.0: 2/1#1 has no answer, the device got success']);
  });
  it('sees an answer that the device never got', () => {
    const changed = changeRow(5, (row) => ({ ...row, code: 'success', response: { input: 0, line: 20 } }));
    expect(differences(changed)).toEqual(['0000:01:00.0: 2/5#1 is answered success, the device got nothing']);
  });
  it('sees another code', () => {
    const changed = changeRow(1, (row) => ({ ...row, code: 'invalid-request' }));
    expect(differences(changed)).toEqual(['0000:01:00.0: 2/1#1 is answered invalid-request, the device got success']);
  });
  it('sees a stranger in the wrong group', () => {
    const mixed = rows.find((row) => row.prgi === 4 && row.requests.length === 2);
    const [stranger] = mixed?.requests ?? [];
    if (stranger === undefined) throw new Error('h11 has a mixed group');
    const split = rows.map((row) => (row === mixed ? { ...row, requests: row.requests.slice(1) } : row));
    const changed = split.map((row) =>
      row.prgi === 4 && row.pasid === 2 ? { ...row, requests: [stranger, ...row.requests] } : row,
    );
    expect(differences(changed)).toHaveLength(2);
  });
});

describe('rows of the simulation agree with the device', () => {
  const comparable = scenarios().filter(({ folder }) => !folder.startsWith('pri-mock'));
  for (const scenario of comparable) {
    it(`${scenario.folder}/${scenario.name}`, () => {
      const path = `${scenario.base}.txt`;
      const rows = rowsOf(readFileSync(path, 'utf8'));
      expect(compareGroups(truthOf(scenario), rows, visibilityOf(scenario, path))).toEqual([]);
    });
  }
});

const CODES = ['success', 'invalid-request', 'response-failure'] as const;

function rowsOf(text: string): readonly GroupRow[] {
  const story = simulate(readVisible(text));
  const instances = new Map<string, number>();
  const instanceOf = (request: SeenRequest): number => {
    const key = `${request.device}/${request.pasid}/${request.prgi}`;
    instances.set(key, (instances.get(key) ?? 0) + 1);
    return instances.get(key) ?? 1;
  };
  const groups = story.groups.map((group) => toRow(group, instanceOf(group.last)));
  const partials = story.partials.map(({ members, overflowed }) =>
    bareRow(members, overflowed === true ? 'hardware-finished' : 'collecting', instanceOf),
  );
  const refused = story.refused.map(({ request, answer }) => ({
    ...bareRow([request], 'refused', instanceOf),
    code: 'invalid-request' as const,
    response: { input: 0, line: answer.line },
  }));
  return [...groups, ...partials, ...refused];
}

function toRow(group: Group, instance: number): GroupRow {
  const { answer } = group;
  return {
    device: group.device,
    pasid: group.pasid,
    prgi: group.prgi,
    instance,
    state: answer === undefined ? 'pending' : 'answered',
    requests: group.members.map((member) => ({ ...requestOf(member), pasid: member.pasid })),
    findings: [],
    ...(answer === undefined
      ? {}
      : { code: CODES[answer.code] ?? 'response-failure', response: { input: 0, line: answer.line } }),
  };
}

function bareRow(
  members: readonly SeenRequest[],
  state: GroupRow['state'],
  instanceOf: (request: SeenRequest) => number,
): GroupRow {
  const [first] = members;
  if (first === undefined) throw new Error('a row without requests');
  return {
    device: first.device,
    pasid: first.pasid,
    prgi: first.prgi,
    instance: instanceOf(first),
    state,
    requests: members.map((member) => ({ ...requestOf(member), pasid: member.pasid })),
    findings: [],
  };
}

function requestOf(member: SeenRequest): GroupRow['requests'][number] {
  return { input: 0, line: member.line, address: member.address, last: member.isLast };
}
