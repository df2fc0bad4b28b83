import { describe, expect, test } from 'vitest';
import { type ExitPolicy, exitCodeOf } from '../../src/cli/exit-code.ts';
import type { Result } from '../../src/model/result.ts';
import { sampleFinding, sampleResult } from '../report/sample-result.ts';

const POLICY: ExitPolicy = {
  failOn: 'error',
  failOnPossible: false,
  exitZero: false,
  strictCoverage: false,
  maxUnread: 0,
  errorOnEmpty: false,
  isTolerated: () => false,
};

const error = sampleResult({ findings: [sampleFinding()] });
const warning = sampleResult({ findings: [sampleFinding({ severity: 'warning' })] });
const note = sampleResult({ findings: [sampleFinding({ severity: 'note' })] });
const possible = sampleResult({ findings: [sampleFinding({ certainty: 'possible' })] });
const likely = sampleResult({ findings: [sampleFinding({ certainty: 'likely' })] });
const consequence = sampleResult({
  findings: [sampleFinding({ severity: 'note', consequences: [sampleFinding({ severity: 'error' })] })],
});
const gap = sampleResult({ coverage: { gaps: [{ input: 0, line: 3 }], unread: 0, headUnknown: 0, openAtEnd: 0 } });
const unread = sampleResult({ coverage: { gaps: [], unread: 5, headUnknown: 0, openAtEnd: 0 } });

function withInput(parts: Partial<Result['inputs'][number]>, result = sampleResult()): Result {
  return { ...result, inputs: [...result.inputs, ...result.inputs.map((input) => ({ ...input, ...parts }))] };
}

describe('exit code of check', () => {
  test.each<[string, Result, Partial<ExitPolicy>, number]>([
    ['no finding', sampleResult(), {}, 0],
    ['an error', error, {}, 1],
    ['a likely error', likely, {}, 1],
    ['a warning', warning, {}, 0],
    ['a warning with --fail-on warning', warning, { failOn: 'warning' }, 1],
    ['a note with --fail-on warning', note, { failOn: 'warning' }, 0],
    ['a note with --fail-on note', note, { failOn: 'note' }, 1],
    ['an error with --fail-on never', error, { failOn: 'never' }, 0],
    ['a possible error', possible, {}, 0],
    ['a possible error with --fail-on-possible', possible, { failOnPossible: true }, 1],
    ['an error among the consequences only', consequence, {}, 0],
    ['a tolerated error', error, { isTolerated: () => true }, 0],
    ['an error with --exit-zero', error, { exitZero: true }, 0],
    ['a gap', gap, {}, 0],
    ['a gap with --strict-coverage', gap, { strictCoverage: true }, 3],
    ['a gap with --strict-coverage and --exit-zero', gap, { strictCoverage: true, exitZero: true }, 0],
    ['an error and a gap with --strict-coverage', { ...error, coverage: gap.coverage }, { strictCoverage: true }, 1],
    ['unread lines with --strict-coverage', unread, { strictCoverage: true }, 3],
    ['unread lines within --max-unread', unread, { strictCoverage: true, maxUnread: 5 }, 0],
    ['lost events of an input', withInput({ lostEvents: 7 }), { strictCoverage: true }, 3],
    ['a cut line', withInput({ overlong: 1 }), { strictCoverage: true }, 3],
    ['an unreadable input', withInput({ error: 'gone' }), {}, 2],
    ['an unreadable input beside an error', withInput({ error: 'gone' }, error), {}, 2],
    ['an unreadable input with --exit-zero', withInput({ error: 'gone' }), { exitZero: true }, 2],
    ['an input without events', withInput({ events: 0 }), {}, 0],
    ['an input without events with --error-on-empty', withInput({ events: 0 }), { errorOnEmpty: true }, 2],
    ['the same with --exit-zero', withInput({ events: 0 }), { errorOnEmpty: true, exitZero: true }, 2],
  ])('%s', (_, result, policy, expected) => {
    expect(exitCodeOf(result, { ...POLICY, ...policy })).toBe(expected);
  });
});
