/**
 * Writes `fixtures/expected/<folder>/<scenario>.json` from the captures: `node test/truth/write-expected.ts`.
 * Never reads what the program says. A changed file is reviewed against the truth file and semantics.md.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { EXPECTED, type Scenario, scenarios } from './captures.ts';
import type { ExpectedFinding, ExpectedScenario } from './expected.ts';
import { predict } from './predict.ts';
import { predictDmesg } from './predict-dmesg.ts';
import { predictNotes } from './predict-notes.ts';
import { simulate } from './simulate.ts';
import { readVisible } from './visible.ts';

export function expectationOf(scenario: Scenario): ExpectedScenario {
  const visible = readVisible(readFileSync(`${scenario.base}.txt`, 'utf8'));
  const story = simulate(visible);
  const usual = predict(story, visible, 10e9);
  const short = predict(story, visible, 100e6);
  const dmesg = `${scenario.base}.dmesg.txt`;
  const extra = existsSync(dmesg) ? predictDmesg(readFileSync(dmesg, 'utf8'), story) : undefined;
  return {
    about: aboutOf(scenario),
    runs: {
      default: [...usual],
      'timeout-100ms': isEqual(usual, short) ? 'default' : [...short],
      ...(extra === undefined ? {} : { 'with-dmesg': extra.length === 0 ? 'default' : merge(usual, extra) }),
    },
    notes: [...predictNotes(story, 10e9)],
  };
}

/** What the kernel log says again replaces what the trace alone says of it. */
function merge(usual: readonly ExpectedFinding[], extra: readonly ExpectedFinding[]): ExpectedFinding[] {
  const hasOverflow = extra.some((entry) => entry.id === 'FL304');
  return [...usual.filter((entry) => !(hasOverflow && entry.id === 'FL304')), ...extra];
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function aboutOf(scenario: Scenario): string {
  const lines = readFileSync(`${scenario.base}.truth.txt`, 'utf8').split('\n');
  return (lines.find((line) => line.startsWith('# ')) ?? `# ${scenario.name}`).slice(2);
}

if (import.meta.main) {
  for (const scenario of scenarios()) {
    mkdirSync(`${EXPECTED}/${scenario.folder}`, { recursive: true });
    const text = `${JSON.stringify(expectationOf(scenario), undefined, 2)}\n`;
    writeFileSync(`${EXPECTED}/${scenario.folder}/${scenario.name}.json`, text);
  }
}
