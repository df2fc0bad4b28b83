import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import type { Outcome } from '../../src/fleet/outcome.ts';
import { OutcomeCollector } from '../../src/fleet/outcome-of.ts';
import { FleetSums } from '../../src/fleet/report.ts';
import type { FleetTask } from '../../src/fleet/task.ts';
import type { Result } from '../../src/model/result.ts';
import type { Stats } from '../../src/model/stats.ts';
import { fleetText } from '../../src/report/fleet-text.ts';
import { shareOut } from '../../src/report/html/bounds.ts';
import { htmlReport } from '../../src/report/html/page.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { reportText } from '../../src/report/text.ts';
import { rules } from '../../src/rules/registry.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { ROOT } from '../readme-blocks.ts';
import { grammarProblems } from './grammar.ts';
import { sampleFinding, sampleResult } from './sample-result.ts';

const STYLE = { colour: false, width: 200, isVerbose: false, isQuiet: false };
const PRI = join(ROOT, 'fixtures/pri');
const FRAMES = join(ROOT, 'test/ui/frames');
const COMMANDS: readonly (readonly string[])[] = [
  ['check', '--no-ladder'],
  ['check', '--verbose'],
  ['check', '--format', 'markdown'],
  ['check', '--format', 'junit'],
  ['check', '--format', 'github'],
  ['stats', '--verbose'],
  ['groups'],
  ['ladder', '--verbose'],
  ['report'],
  ['formats', '--probe'],
];

const STATISTICS: Stats = {
  schemaVersion: 1,
  tool: { name: 'faultlog', version: '1.2.3' },
  inputs: [],
  groups: 0,
  requests: 0,
  faults: 0,
  states: {},
  histogram: [],
  timeline: [],
  streams: [],
  worst: [],
};

function planned(task: number): FleetTask {
  const inputs = [{ path: `${task}.txt`, lane: 'host' as const, bytes: 1 }];
  return { schemaVersion: 1, task, host: `h${task}`, capture: `${task}.txt`, inputs, bytes: 1 };
}

function analysed(task: number, result: Result): Outcome {
  return new OutcomeCollector().finish(planned(task), result);
}

/** The text of a page, its elements apart. */
function cellsOf(page: string): string {
  return page.replaceAll(/<[^>]*>/g, ' | ');
}

/** Groups that are answered twice, lines that nobody reads, lost events and faults, each so often. */
function captureOf(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const time = (event: number): string => (10 + index + event / 1000).toFixed(6);
    const answer = `qi_submit: page_grp_resp dmar0: 0x101000019 0x${((index + 1) << 3).toString(16)} 0x0 0x0`;
    return [
      `  irq/24-97 [001] ..... ${time(1)}: prq_report: dmar0/0000:01:00.0 seq# ${index + 1}: rid=0x100 addr=0x1000 r---l pasid=0x1 index=0x${(index + 1).toString(16)}`,
      `  app-300 [001] ..... ${time(2)}: ${answer}`,
      `  app-300 [001] ..... ${time(3)}: ${answer}`,
      `  app-300 [001] ..... ${time(4)}: qi_submit: page_grp_resp dmar0: what ${'nobody'.slice(0, 1 + (index % 5))} reads`,
      `CPU:1 [LOST ${count === 1 ? 1 : 2} EVENTS]`,
    ];
  });
  return `# tracer: nop\n${lines.flat().join('\n')}\n`;
}

test('what is wrong is seen', () => {
  for (const wrong of [
    '1 line that name an IOMMU',
    '1 lines',
    '2 line',
    '12 more finding',
    '0 gap',
    '1 more FL102 that were counted only',
    '1 group were in flight',
    '2 groups was in flight',
    'overwritten: 1 are missing',
    '1 answer at the head whose requests may precede the capture',
    '1 entries',
    '3 entry of the baseline',
  ]) {
    expect([wrong, grammarProblems(wrong).length]).toEqual([wrong, 1]);
  }
  expect(
    grammarProblems('1 line, 2 lines, 0 gaps, 21 groups, 1 entry, trace.txt:2 line, 1 line that names an IOMMU'),
  ).toEqual([]);
});

/** A result in which everything that is counted is there so many times. */
function everything(count: number): Result {
  const { inputs } = sampleResult();
  const findings = Array.from({ length: count }, () => ['error', 'warning', 'note'] as const)
    .flat()
    .map((severity, index) => sampleFinding({ severity, fingerprint: String(index) }));
  return sampleResult({
    findings,
    inputs: Array.from({ length: count }, () => inputs)
      .flat()
      .map((input) => ({ ...input, events: count, lines: count, unread: count })),
    coverage: {
      gaps: Array.from({ length: count }, (_, index) => ({ input: 0, line: index + 1, lost: count === 1 ? 1 : 2 })),
      unread: count,
      headUnknown: count,
      openAtEnd: count,
    },
    latency: { count, minNs: 1, p50Ns: 1, p90Ns: 1, p99Ns: 1, maxNs: 1 },
    omitted: { FL102: count },
    ignored: { FL401: count },
    baselined: { FL501: count },
    beyondBounds: { iommus: count, requesters: count, pasids: count, keys: count, gaps: count },
  });
}

describe.each([1, 2, 12])('%i of everything', (count) => {
  const result = everything(count);
  test('text and Markdown', () => {
    const text = [...reportText(result, STYLE)].join('');
    expect(text).toContain(count === 1 ? '1 line that names an IOMMU' : `${count} lines that name an IOMMU`);
    expect(grammarProblems(text)).toEqual([]);
    expect(grammarProblems([...reportMarkdown(result, STYLE)].join(''))).toEqual([]);
  });

  test('page', () => {
    const marks = { gaps: [], errors: [], epochs: new Map() };
    const material = {
      result,
      findings: shareOut(result.findings, () => true),
      stats: STATISTICS,
      marks,
      rules,
      ladderOf: () => undefined,
    };
    const page = [...htmlReport(material)].join('');
    expect(grammarProblems(cellsOf(page))).toEqual([]);
  });

  test('fleet', () => {
    const sums = new FleetSums();
    for (let task = 0; task < count; task += 1) sums.add(planned(task), analysed(task, result));
    for (let task = 0; task < count; task += 1) sums.add(planned(task), undefined);
    expect(grammarProblems([...fleetText(sums.finish(), false)].join(''))).toEqual([]);
  });

  test('what commands print of a capture', async () => {
    const input = captureOf(count);
    for (const command of COMMANDS) {
      const session = sampleSession({ args: [...command, '-'], input });
      await run(session);
      const text = session.printed();
      expect([command, text.length > 0, grammarProblems(cellsOf(text) + session.complained())]).toEqual([
        command,
        true,
        [],
      ]);
    }
  });
});

test('frames of the terminal', () => {
  const frames = readdirSync(FRAMES, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.txt'));
  expect(frames.length).toBeGreaterThan(50);
  for (const path of frames) {
    expect([path, grammarProblems(readFileSync(join(FRAMES, path), 'utf8'))]).toEqual([path, []]);
  }
});

test('captures of the fixtures', async () => {
  for (const path of readdirSync(PRI, { recursive: true, encoding: 'utf8' })) {
    if (!/[a-z]\d\d-.*\.txt$/.test(path)) continue;
    const session = sampleSession({ args: ['check', '--verbose', '--no-ladder', join(PRI, path)] });
    await run(session);
    expect([path, grammarProblems(session.printed())]).toEqual([path, []]);
  }
});
