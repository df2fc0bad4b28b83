import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { stableHash } from '../../src/base/hash.ts';
import type { Finding } from '../../src/model/finding.ts';
import { reportGithub, withoutCommands } from '../../src/report/github.ts';
import { reportGitlab } from '../../src/report/gitlab.ts';
import { reportJunit } from '../../src/report/junit.ts';
import type { PipelineContext, PipelineReporter } from '../../src/report/pipeline.ts';
import { reportSarif } from '../../src/report/sarif.ts';
import { rules } from '../../src/rules/registry.ts';
import { gitlabProblems, junitProblems, sarifProblems } from './format-checks.ts';
import { sampleFinding, sampleResult } from './sample-result.ts';
import { runCommands } from './workflow-commands.ts';

const STYLE = { colour: false, width: 100, isVerbose: false, isQuiet: false };
const CONTEXT: PipelineContext = {
  rules,
  fails: (finding) => finding.severity === 'error',
  suppressed: [],
  hasBaseline: false,
  startedAt: new Date('2026-11-23T12:34:56.789Z'),
  pathOf: (input) => ['logs/trace.txt', 'logs/a b#?%.txt'][input] ?? 'stdin',
};
const reported = (
  reporter: PipelineReporter,
  parts: Parameters<typeof sampleResult>[0] = {},
  context: Partial<PipelineContext> = {},
): string => [...reporter(sampleResult(parts), STYLE, { ...CONTEXT, ...context })].join('');

const consequence = sampleFinding({ id: 'FL303', name: 'dropped-refused', message: 'refused [then]' });
const crossed = sampleFinding({
  id: 'FL201',
  name: 'crossed-response',
  certainty: 'likely',
  consequences: [consequence],
  fingerprint: 'fedcba9876543210',
});
const note = sampleFinding({ id: 'FL902', name: 'capture-edge', severity: 'note', evidence: [], fingerprint: '02' });
const { inputs } = sampleResult();
const unread = inputs.map((input) => ({ ...input, path: 'b.txt', error: 'cut off: 50% missing' }));

function many(count: number, severity: Finding['severity']): Finding[] {
  return Array.from({ length: count }, (_, index) =>
    sampleFinding({ severity, fingerprint: stableHash(`${severity} ${index}`) }),
  );
}

describe('SARIF', () => {
  test('rules, and results with linked lines, code flow, precision and fingerprint', () => {
    const text = reported(reportSarif, { findings: [note, crossed] });
    expect(sarifProblems(text)).toEqual([]);
    const [run] = JSON.parse(text).runs;
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(rules.map(({ id }) => id));
    expect(run.invocations).toEqual([{ executionSuccessful: true }]);
    const precisions = run.tool.driver.rules.map(
      ({ id, properties }: { id: string; properties: { precision?: string } }) => [id, properties.precision],
    );
    expect(precisions.filter(([, precision]: [string, string?]) => precision !== undefined)).toEqual([
      ['FL201', 'high'],
      ['FL902', 'very-high'],
    ]);
    const [first, second] = run.results;
    const line = (startLine: number, text: string) => ({
      artifactLocation: { uri: 'logs/trace.txt', index: 0 },
      region: { startLine, startColumn: 1, snippet: { text } },
    });
    const request = line(12, '  irq/24-53 [000] ..... 15.077469: prq_report: x');
    const response = line(16, '  run-164 [000] d..1. 15.086522: qi_submit: y');
    const step = (message: string, physicalLocation: object) => ({ physicalLocation, message: { text: message } });
    expect(first).toEqual({
      ruleId: 'FL201',
      ruleIndex: rules.findIndex(({ id }) => id === 'FL201'),
      level: 'error',
      message: {
        text: '0000:01:00.0 PASID 1 PRGI 1: the group was answered already, success, 0.5 ms before Consequence FL303 dropped-refused: refused \\[then\\] Certainty: likely. Lines: [request](1), [response](2).',
      },
      locations: [{ physicalLocation: response }],
      partialFingerprints: { primaryLocationLineHash: 'fedcba9876543210:1' },
      relatedLocations: [
        { id: 1, ...step('request at 15.077469', request) },
        { id: 2, ...step('response at 15.086522', response) },
      ],
      codeFlows: [
        {
          threadFlows: [
            {
              locations: [
                { executionOrder: 1, location: step('request at 15.077469', request) },
                { executionOrder: 2, location: step('response at 15.086522', response) },
              ],
            },
          ],
        },
      ],
      properties: {
        precision: 'high',
        certainty: 'likely',
        device: '0000:01:00.0',
        pasid: 1,
        prgi: 1,
        scope: 'function',
        time: '15.086522',
      },
    });
    expect(second).toMatchObject({ ruleId: 'FL902', level: 'note' });
    expect(second.relatedLocations ?? second.codeFlows).toBeUndefined();
  });

  test('an anchor is the primary location, the capture stays a related one', () => {
    const anchor = { path: 'test/my script.sh', line: 7 };
    const text = reported(reportSarif, { findings: [crossed] }, { anchor });
    expect(sarifProblems(text)).toEqual([]);
    const [result] = JSON.parse(text).runs[0].results;
    expect(result.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'test/my%20script.sh' },
          region: { startLine: 7, startColumn: 1 },
        },
      },
    ]);
    expect(result.relatedLocations).toHaveLength(2);
  });

  test('ignored findings and those of the baseline are suppressed, with the reason', () => {
    const suppressed = [
      { finding: sampleFinding({ fingerprint: '0a' }), by: 'ignore' as const, reason: 'provoked by the test' },
      { finding: sampleFinding({ fingerprint: '0b' }), by: 'baseline' as const },
    ];
    const text = reported(reportSarif, { findings: [crossed] }, { suppressed, hasBaseline: true });
    expect(sarifProblems(text)).toEqual([]);
    const results = JSON.parse(text).runs[0].results;
    expect(
      results.map(({ suppressions, baselineState }: Record<string, unknown>) => [suppressions, baselineState]),
    ).toEqual([
      [undefined, 'new'],
      [[{ kind: 'external', status: 'accepted', justification: 'provoked by the test' }], 'new'],
      [[{ kind: 'external', status: 'accepted' }], 'unchanged'],
    ]);
  });

  test('5,000 results, the worst; what was cut, left out or not read is told', () => {
    const findings = [...many(5_000, 'warning'), ...many(3, 'error')];
    const text = reported(reportSarif, {
      findings,
      omitted: { FL102: 7 },
      beyondBounds: { pasids: 4, gaps: 1 },
      inputs: [...inputs, ...unread],
    });
    expect(sarifProblems(text)).toEqual([]);
    const [run] = JSON.parse(text).runs;
    expect(run.results).toHaveLength(5_000);
    expect(run.results.slice(0, 4).map(({ level }: { level: string }) => level)).toEqual([
      'error',
      'error',
      'error',
      'warning',
    ]);
    expect(run.invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { level: 'error', message: { text: 'b.txt: cut off: 50% missing' } },
          { level: 'warning', message: { text: '3 findings left out: the worst 5000 are here' } },
          { level: 'warning', message: { text: '7 more findings of FL102: the rule reached its limit' } },
          {
            level: 'warning',
            message: { text: '4 events not judged: more PASIDs are named than faultlog follows' },
          },
          { level: 'warning', message: { text: '1 more gap not listed' } },
        ],
      },
    ]);
    expect(run.artifacts[1].location.uri).toBe('logs/a%20b%23%3F%25.txt');
  });
});

describe('JUnit', () => {
  test('a suite an input, a case a rule; a finding that does not fail the run fails no case', () => {
    const findings = [crossed, sampleFinding({ evidence: [] }), sampleFinding(), note];
    const text = reported(reportJunit, { findings, inputs: [...inputs, ...inputs] });
    expect(junitProblems(text)).toEqual([]);
    const heads = text.match(/<testsuite [^>]*>/g) ?? [];
    expect(heads).toEqual([
      `<testsuite id="0" name="logs/trace.txt" package="faultlog" tests="${rules.length}" failures="2" errors="0" time="0" timestamp="2026-11-23T12:34:56" hostname="localhost">`,
      `<testsuite id="1" name="logs/a b#?%.txt" package="faultlog" tests="${rules.length}" failures="0" errors="0" time="0" timestamp="2026-11-23T12:34:56" hostname="localhost">`,
    ]);
    const failing = [...text.matchAll(/<testcase name="(.*?)"[^/]*?>\s*<failure message="(.*?)" type="(.*?)">/g)];
    expect(failing.map(([, ...parts]) => parts)).toEqual([
      [
        'FL102 spurious-duplicate',
        '0000:01:00.0 PASID 1 PRGI 1: the group was answered already, success, 0.5 ms before (and 1 more)',
        'error',
      ],
      [
        'FL201 crossed-response',
        '0000:01:00.0 PASID 1 PRGI 1: the group was answered already, success, 0.5 ms before',
        'error',
      ],
    ]);
    expect(text).toContain('  consequence FL303 dropped-refused: refused [then]\n');
    expect(/<system-out>\n(note FL902 capture-edge .*)\n<\/system-out>/.exec(text)?.[1]).toContain('PASID 1 PRGI 1: ');
  });

  test('of each rule so many findings are told, also of those that fail nothing', () => {
    const text = reported(reportJunit, { findings: [...many(25, 'note'), ...many(22, 'error')] });
    expect(junitProblems(text)).toEqual([]);
    expect(text.match(/^note FL102 /gm)).toHaveLength(20);
    expect(text.match(/^error FL102 /gm)).toHaveLength(20);
    expect(text).toContain('\n… and 5 more findings of FL102\n</system-out>');
    expect(text).toContain('\n… and 2 more findings of FL102\n</failure>');
  });

  test('an input that was not read is an error of its suite', () => {
    const text = reported(reportJunit, { inputs: unread });
    expect(junitProblems(text)).toEqual([]);
    expect(text).toContain(`tests="${rules.length + 1}" failures="0" errors="1"`);
    expect(text).toContain('<error message="cut off: 50% missing" type="input">');
    expect(text).toContain('<system-err>\ncut off: 50% missing\n</system-err>');
  });
});

describe('GitHub workflow commands', () => {
  test('an annotation a finding, and the lines behind them with commands off', () => {
    const text = reported(reportGithub, { findings: [note, crossed] });
    const { commands, isStoppedAtEnd } = runCommands(text);
    expect(isStoppedAtEnd).toBe(false);
    expect(commands).toEqual([
      {
        name: 'error',
        properties: { file: 'logs/trace.txt', line: '16', col: '1', title: 'FL201 crossed-response (likely)' },
        data: '0000:01:00.0 PASID 1 PRGI 1: the group was answered already, success, 0.5 ms before\nConsequence: FL303 dropped-refused',
      },
      {
        name: 'notice',
        properties: { title: 'FL902 capture-edge (certain)' },
        data: '0000:01:00.0 PASID 1 PRGI 1: the group was answered already, success, 0.5 ms before',
      },
      { name: 'group', properties: {}, data: '2 findings with the lines behind them' },
      { name: 'endgroup', properties: {}, data: '' },
    ]);
    expect(text).toContain('trace.txt:16  response  run-164 [000] d..1. 15.086522: qi_submit: y\n');
  });

  test('ten of each type, the worst; inputs that were not read come first; the rest is counted', () => {
    const findings = [...many(25, 'note'), ...many(12, 'warning'), ...many(11, 'error')];
    const text = reported(reportGithub, { findings, inputs: [...inputs, ...unread] });
    const names = runCommands(text).commands.map(({ name }) => name);
    const count = (wanted: string) => names.filter((name) => name === wanted).length;
    expect([count('error'), count('warning'), count('notice')]).toEqual([10, 10, 10]);
    expect(text).toContain('\nfaultlog: 2 errors, 2 warnings, 15 notes more (GitHub shows 10 of a kind)\n');
    expect(runCommands(text).commands[0]).toEqual({
      name: 'error',
      properties: { file: 'logs/a b#?%.txt', title: 'faultlog: input not read' },
      data: 'cut off: 50% missing',
    });
  });

  test('a healthy capture says nothing', () => {
    expect(reported(reportGithub)).toBe('');
  });

  test('no text can switch commands on again', () => {
    const once = withoutCommands('::error::x\n##[warning]y\n');
    const [, token = ''] = /^::stop-commands::(\w+)\n/.exec(once) ?? [];
    const hostile = withoutCommands(`::error::x\n##[warning]y\n::${token}::\n::error::z`);
    expect(runCommands(hostile)).toEqual({ commands: [], isStoppedAtEnd: false });
    expect(runCommands(`${hostile}::notice::after`).commands).toEqual([
      { name: 'notice', properties: {}, data: 'after' },
    ]);
  });
});

describe('GitLab code quality', () => {
  test('one issue a finding, worst first', () => {
    const possible = sampleFinding({ certainty: 'possible', fingerprint: '0c' });
    const text = reported(reportGitlab, { findings: [note, crossed, possible, ...many(1, 'warning')] });
    expect(gitlabProblems(text)).toEqual([]);
    const issues = z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(text));
    expect(issues.map(({ check_name, severity }) => `${check_name} ${severity}`)).toEqual([
      'FL201 critical',
      'FL102 minor',
      'FL102 major',
      'FL902 info',
    ]);
    expect(issues[0]).toEqual({
      description:
        'FL201 crossed-response (likely): 0000:01:00.0 PASID 1 PRGI 1: the group was answered already, success, 0.5 ms before',
      check_name: 'FL201',
      fingerprint: 'fedcba9876543210',
      severity: 'critical',
      location: { path: 'logs/trace.txt', lines: { begin: 16 } },
    });
    expect(issues[3]?.location).toEqual({ path: 'logs/trace.txt', lines: { begin: 1 } });
  });

  test('nothing found is an empty array; an input that was not read is a blocker', () => {
    expect(reported(reportGitlab)).toBe('[]\n');
    const text = reported(reportGitlab, { inputs: unread });
    expect(gitlabProblems(text)).toEqual([]);
    expect(JSON.parse(text)).toMatchObject([
      { check_name: 'input', severity: 'blocker', description: 'The input could not be read: cut off: 50% missing' },
    ]);
  });
});
