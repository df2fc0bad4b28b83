import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXPECTED, IS_COMPLETE, incompleteReport, type Scenario, scenarios } from './captures.ts';
import { compareFindings } from './compare-findings.ts';
import { compareNotes } from './compare-notes.ts';
import { type ExpectedScenario, entriesOf, expectedScenarioSchema, RUNS, type RunName } from './expected.ts';
import { check } from './program.ts';
import { expectationOf } from './write-expected.ts';

const suffix = IS_COMPLETE ? '' : ' (small captures only: ../shared/captures is absent)';

describe(`check gives every finding that the truth implies, and no other${suffix}`, () => {
  for (const scenario of scenarios()) {
    const expected = readExpected(scenario);
    for (const run of RUNS) {
      const entries = entriesOf(expected, run);
      if (entries === undefined) continue;
      it(`${scenario.folder}/${scenario.name}, ${run}`, () => {
        const { findings } = check(argumentsOf(scenario, run));
        const notes = run === 'default' ? compareNotes(expected.notes, findings, hasKernelLog(scenario)) : [];
        expect([...compareFindings(entries, findings), ...notes]).toEqual([]);
      });
    }
  }
});

describe('a report that lost a CPU without saying so accuses nobody', () => {
  for (const scenario of scenarios()) {
    const report = incompleteReport(scenario);
    if (report === undefined) continue;
    it(`${scenario.folder}/${scenario.name}`, () => {
      const accusations = check([report]).findings.filter(
        (finding) => finding.severity === 'error' && finding.certainty !== 'possible',
      );
      expect(accusations.map((finding) => finding.message)).toEqual([]);
    });
  }
});

describe('the expectations', () => {
  it('are those of the simulation', () => {
    const stale = scenarios().filter((scenario) => {
      const { about: _, ...now } = expectationOf(scenario);
      const { about: __, ...stored } = readExpected(scenario);
      return JSON.stringify(now) !== JSON.stringify(stored);
    });
    expect(stale.map((scenario) => scenario.name)).toEqual([]);
  });
});

function readExpected(scenario: Scenario): ExpectedScenario {
  const path = `${EXPECTED}/${scenario.folder}/${scenario.name}.json`;
  return expectedScenarioSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

function argumentsOf(scenario: Scenario, run: RunName): readonly string[] {
  const trace = `${scenario.base}.txt`;
  switch (run) {
    case 'default':
      return [trace];
    case 'timeout-100ms':
      return ['--timeout', '100ms', trace];
    case 'with-dmesg':
      return existsSync(`${scenario.base}.dmesg.txt`) ? [trace, `${scenario.base}.dmesg.txt`] : [trace];
  }
}

/** The kernel's own lines on refused requests stand in the trace. */
function hasKernelLog(scenario: Scenario): boolean {
  return readFileSync(`${scenario.base}.txt`, 'utf8').includes(': console: ');
}
