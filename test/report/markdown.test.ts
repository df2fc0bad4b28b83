import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/model/result.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import type { LadderOf, ReportStyle } from '../../src/report/reporter.ts';
import { sampleFinding, sampleResult } from './sample-result.ts';

const STYLE: ReportStyle = { colour: false, width: 100, isVerbose: false, isQuiet: false };
const markdownOf = (result: Result, style: Partial<ReportStyle> = {}, ladderOf?: LadderOf) =>
  [...reportMarkdown(result, { ...STYLE, ...style }, ladderOf)].join('');

describe('markdown report', () => {
  test('verdict, table, evidence and ladder in code blocks', () => {
    const finding = sampleFinding({ count: 2 });
    const text = markdownOf(sampleResult({ findings: [finding] }), { isQuiet: true }, (drawn) =>
      drawn.id === 'FL102' ? '# Dev Host\n1 PR1 G1 ->\n' : undefined,
    );
    expect(text).toBe(
      [
        '**1 error in 2 page-request groups**',
        '',
        '| # | severity | rule | certainty | about | time | times |',
        '|--:|---|---|---|---|--:|--:|',
        '| 1 | error | FL102 spurious-duplicate | certain | 0000:01:00.0 PASID 1 PRGI 1 | 15.086522 | 2 |',
        '',
        '### 1. error FL102 spurious-duplicate: 0000:01:00.0 PASID 1 PRGI 1',
        '',
        'the group was answered already, success, 0.5 ms before',
        '',
        'scope: function',
        '',
        '```text',
        'trace.txt:12  request   irq/24-53 [000] ..... 15.077469: prq_report: x',
        'trace.txt:16  response  run-164 [000] d..1. 15.086522: qi_submit: y',
        '```',
        '',
        '```text',
        '# Dev Host',
        '1 PR1 G1 ->',
        '```',
        '',
      ].join('\n'),
    );
  });

  test('a healthy capture has no table', () => {
    const text = markdownOf(sampleResult());
    expect(text.split('\n')[0]).toBe('**No error in 2 page-request groups**');
    expect(text).not.toContain('|');
    expect(text).toContain('\n```text\ngroups    2: 2 answered\n');
  });

  test('text from a log neither marks up, nor calls, nor leaves its code block', () => {
    const hostile = '<img src=x> **x** [a](http://b) | @root `c` \u001b[2J ```';
    const [first] = sampleFinding().evidence;
    const evidence = first === undefined ? [] : [{ ...first, text: '```\n# out ````' }];
    const finding = sampleFinding({ device: 'a|b', message: hostile, evidence });
    const text = markdownOf(sampleResult({ findings: [finding] }), { isQuiet: true });
    const [row = ''] = text.split('\n').filter((line) => line.startsWith('| 1'));
    expect(row).toContain('a\\|b PASID 1');
    expect(text).toContain(
      '\\<img src=x\\> \\*\\*x\\*\\* \\[a\\]\\(http:&#8203;//b\\) \\| @&#8203;root \\`c\\` \\\\x1b\\[2J \\`\\`\\`',
    );
    // The fence is longer than the longest run of backticks within.
    expect(text).toMatch(/^`{5}text\n.*```.*````\n`{5}$/m);
    expect(text).not.toContain('\u001b');
  });

  test('many findings: rows and details are cut, and say so', () => {
    const findings = Array.from({ length: 60 }, () => sampleFinding());
    const text = markdownOf(sampleResult({ findings }));
    expect(text.match(/^\| \d+ \|/gm)).toHaveLength(50);
    expect(text.match(/^### \d+\. /gm)).toHaveLength(10);
    expect(text).toContain('… and 10 more findings (`--verbose` shows all)');
    const all = markdownOf(sampleResult({ findings }), { isVerbose: true });
    expect(all.match(/^\| \d+ \|/gm)).toHaveLength(60);
    expect(all.match(/^### \d+\. /gm)).toHaveLength(60);
  });
});
