import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Analysed, analyseFiles } from './analyse-text.ts';
import { EXPECTED, IS_COMPLETE, incompleteReport, type Scenario, scenarios } from './captures.ts';
import { compareFindings } from './compare-findings.ts';
import { compareNotes } from './compare-notes.ts';
import { type ExpectedScenario, entriesOf, expectedScenarioSchema, RUNS, type RunName } from './expected.ts';
import { expectationOf } from './write-expected.ts';

const suffix = IS_COMPLETE ? '' : ' (small captures only: ../shared/captures is absent)';

describe(`check gives every finding that the truth implies, and no other${suffix}`, () => {
  for (const scenario of scenarios()) {
    const expected = readExpected(scenario);
    for (const run of RUNS) {
      const entries = entriesOf(expected, run);
      if (entries === undefined) continue;
      it(`${scenario.folder}/${scenario.name}, ${run}`, async () => {
        const { findings } = await analyseRun(scenario, run);
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
    it(`${scenario.folder}/${scenario.name}`, async () => {
      const { findings } = await analyseFiles([report]);
      const accusations = findings.filter(
        (finding) => finding.severity === 'error' && finding.certainty !== 'possible',
      );
      expect(accusations.map((finding) => finding.message)).toEqual([]);
    });
  }
});

describe('the expectations', () => {
  it('are those of the simulation', () => {
    const stale = scenarios().filter((scenario) => {
      const now = expectedScenarioSchema.parse(expectationOf(scenario));
      return JSON.stringify(now) !== JSON.stringify(readExpected(scenario));
    });
    expect(stale.map((scenario) => scenario.name)).toEqual([]);
  });
});

function readExpected(scenario: Scenario): ExpectedScenario {
  const path = `${EXPECTED}/${scenario.folder}/${scenario.name}.json`;
  return expectedScenarioSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

function analyseRun(scenario: Scenario, run: RunName): Promise<Analysed> {
  const trace = `${scenario.base}.txt`;
  switch (run) {
    case 'default':
      return analyseFiles([trace]);
    case 'timeout-100ms':
      return analyseFiles([trace], { timeoutNs: 100_000_000 });
    case 'with-dmesg':
      return analyseFiles([trace, `${scenario.base}.dmesg.txt`]);
  }
}

/** The kernel's own lines on refused requests stand in the trace. */
function hasKernelLog(scenario: Scenario): boolean {
  return readFileSync(`${scenario.base}.txt`, 'utf8').includes(': console: ');
}
