import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/model/result.ts';
import type { ReportStyle } from '../../src/report/reporter.ts';
import { reportText } from '../../src/report/text.ts';
import { sampleFinding, sampleResult } from './sample-result.ts';

const STYLE: ReportStyle = { colour: false, width: 100, isVerbose: false, isQuiet: false };
const textOf = (result: Result, style: Partial<ReportStyle> = {}) =>
  [...reportText(result, { ...STYLE, ...style })].join('');

describe('text report', () => {
  test('a healthy capture: verdict, groups, coverage and what it rests on', () => {
    expect(textOf(sampleResult())).toBe(
      [
        'No error in 2 page-request groups',
        '',
        'groups    2: 2 answered',
        'coverage  complete: nothing lost, nothing unread, nothing open at the end',
        'input     trace.txt: lane host, ftrace, clock local, 15.077469 to 15.264294 s, 4 events in 16 lines (intel-trace 4)',
        'limits    timeout 10 s, slow 100 ms, merge window 1 s, storm 1000/s',
        'version   faultlog 1.2.3',
        '',
      ].join('\n'),
    );
  });

  test('a finding: head, message, actor, evidence, consequence, next step', () => {
    const consequence = sampleFinding({
      id: 'FL303',
      name: 'dropped-refused',
      message: 'its answer was refused',
      evidence: [],
    });
    const finding = sampleFinding({ answeredBy: 'handler', consequences: [consequence] });
    const [verdict, , ...lines] = textOf(sampleResult({ findings: [finding] })).split('\n');
    expect(verdict).toBe('1 error in 2 page-request groups');
    expect(lines.slice(0, 9)).toEqual([
      'error FL102 spurious-duplicate (certain): 0000:01:00.0 PASID 1 PRGI 1 at 15.086522',
      '  the group was answered already, success, 0.5 ms before',
      '  answered by the handler; scope: function',
      '    trace.txt:12  request   irq/24-53 [000] ..... 15.077469: prq_report: x',
      '    trace.txt:16  response  run-164 [000] d..1. 15.086522: qi_submit: y',
      '  ↳ error FL303 dropped-refused (certain): 0000:01:00.0 PASID 1 PRGI 1 at 15.086522',
      '      its answer was refused',
      '      scope: function',
      '',
    ]);
    expect(lines.at(-2)).toBe(
      'next      faultlog explain FL102 says what spurious-duplicate means and what can mislead',
    );
  });

  test('the worst comes first: severity, then certainty', () => {
    const findings = [
      sampleFinding({ id: 'FL902', severity: 'note' }),
      sampleFinding({ id: 'FL201', certainty: 'possible' }),
      sampleFinding({ id: 'FL501', severity: 'warning' }),
      sampleFinding({ id: 'FL101', certainty: 'likely' }),
      sampleFinding({ id: 'FL102' }),
    ];
    const heads = [...textOf(sampleResult({ findings })).matchAll(/^(?:error|warning|note) (FL\d{3})/gm)];
    expect(heads.map((match) => match[1])).toEqual(['FL102', 'FL101', 'FL201', 'FL501', 'FL902']);
  });

  test('several lanes: what was added to their times, as exactly as it is known', () => {
    const clocks: Result['clocks'] = [
      { lane: 'vmm', source: 'common', lowNs: 0, highNs: 0 },
      { lane: 'guest', laneName: 'vm1', source: 'estimated', lowNs: -50_101_000_001, highNs: -49_999e6, ratePpm: 12 },
      { lane: 'guest', laneName: 'vm2', source: 'estimated', lowNs: 1_500 },
    ];
    expect(textOf(sampleResult({ clocks }))).toContain(
      '\nclocks    vmm common, +0 s; guest:vm1 estimated, -50.101000001 s to -49.999 s, drift 12 ppm; ' +
        'guest:vm2 estimated, +0.0000015 s to unbounded\n',
    );
  });

  test('more findings of one rule are counted, and shown with verbose', () => {
    const findings = Array.from({ length: 14 }, (_, index) => sampleFinding({ prgi: index }));
    const result = sampleResult({ findings, omitted: { FL102: 7 } });
    const text = textOf(result);
    expect(text.match(/^error FL102/gm)).toHaveLength(10);
    expect(text).toContain('… and 4 more FL102 spurious-duplicate on 1 device (--verbose shows all)\n');
    expect(text).toContain('… and 7 more FL102 that were counted only: the rule reached its limit\n');
    expect(textOf(result, { isVerbose: true }).match(/^error FL102/gm)).toHaveLength(14);
  });

  test('control characters and escapes of a log never reach the output', () => {
    const evil = '\x1b[31mred\u202e\x07\r\n\x9b';
    const finding = sampleFinding({
      message: evil,
      device: evil,
      owner: evil,
      sentBy: { lane: 'guest', task: evil },
      evidence: [{ input: 0, line: 1, offset: 0, role: 'request', text: evil }],
    });
    const result = sampleResult({ findings: [finding] });
    const inputs = result.inputs.map((input) => ({ ...input, path: evil, error: evil, clock: evil }));
    const text = textOf({ ...result, inputs });
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain('\\x1b[31mred\\u{202e}\\x07');
  });

  test('the verdict does not sound surer than the capture', () => {
    const gaps = [{ input: 0, line: 77, cpu: 2, lost: 1234 }];
    const text = textOf(sampleResult({ coverage: { gaps, unread: 3, headUnknown: 1, openAtEnd: 2 } }));
    expect(text).toMatch(/^No error in 2 page-request groups; the capture lost events, so more may have gone wrong\n/);
    expect(text).toContain(
      'coverage  1 gap (1234 events lost at least), the first at trace.txt:77; 3 lines that name an IOMMU and were not ' +
        'understood; 1 answer at the head whose request may precede the capture; 2 groups open at the end\n',
    );
  });

  test('no event at all is no good verdict', () => {
    const result = sampleResult();
    const inputs = result.inputs.map((input) => ({ ...input, events: 0 }));
    const text = textOf({ ...result, inputs, counts: { ...result.counts, groups: {} } });
    expect(text).toMatch(/^Nothing to judge: no IOMMU event/);
  });

  test('quiet leaves the verdict and the findings', () => {
    const text = textOf(sampleResult({ findings: [sampleFinding()] }), { isQuiet: true });
    expect(text).toMatch(/^1 error/);
    expect(text).not.toMatch(/coverage|limits|next/);
  });

  test('colour is only there when asked for', () => {
    const result = sampleResult({ findings: [sampleFinding()] });
    expect(textOf(result)).not.toContain('\x1b');
    expect(textOf(result, { colour: true })).toContain('\x1b[31merror FL102 spurious-duplicate\x1b[39m');
  });
});
