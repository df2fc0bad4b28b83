import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { run } from '../../src/cli/run.ts';
import { outcomeSchema } from '../../src/fleet/outcome.ts';
import { fleetReportSchema } from '../../src/fleet/report-schema.ts';
import { fleetTaskSchema } from '../../src/fleet/task.ts';
import { resultSchema } from '../../src/model/result.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { ROOT } from '../readme-blocks.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-fleet-'));
const PRI = join(ROOT, 'fixtures/pri');
const PROGRAM = join(ROOT, 'dist/faultlog.js');
const DAMAGED = 'h2/damaged.txt';

async function faultlog(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const session = sampleSession({ args, cwd: folder });
  const code = await run(session);
  return { code, out: session.printed(), err: session.complained() };
}

const json = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));

beforeAll(async () => {
  const put = (from: string, to: string): void => {
    mkdirSync(join(folder, 'captures', to, '..'), { recursive: true });
    cpSync(join(PRI, from), join(folder, 'captures', to));
  };
  put('pri-intel-handler-7.2.13/h02-answered-twice.txt', 'h1/h02.txt');
  put('pri-intel-handler-7.2.13/h15-malformed-and-strays.txt', 'h1/h15.txt');
  put('pri-intel-handler-7.2.13/h15-malformed-and-strays.dmesg.txt', 'h1/h15.dmesg.txt');
  put('pri-intel-sva-7.2.13/a26-random-clean.txt', 'h2/a26.txt');
  put('pri-intel-sva-7.2.13/a30-late-partial-to-other-owner.txt', 'h2/a30.txt');
  writeFileSync(join(folder, 'captures', DAMAGED), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0]));
  expect(await faultlog('fleet', 'plan', '--quiet', 'captures', '-o', 'plan.jsonl')).toEqual({
    code: 0,
    out: '',
    err: '',
  });
  const { code, err } = await faultlog('fleet', 'run', '--task', '0-99', 'plan.jsonl', '-o', 'results');
  expect([code, err]).toEqual([0, '']);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('plan', () => {
  const tasks = () => {
    const lines = readFileSync(join(folder, 'plan.jsonl'), 'utf8').trim().split('\n');
    return lines.map((line) => fleetTaskSchema.parse(JSON.parse(line)));
  };

  test('a task a capture set, numbered, with its size', () => {
    expect(tasks().map(({ task, host, capture, inputs }) => [task, host, capture, inputs.length])).toEqual([
      [0, 'h1', 'h02.txt', 1],
      [1, 'h1', 'h15.txt', 2],
      [2, 'h2', 'a26.txt', 1],
      [3, 'h2', 'a30.txt', 1],
      [4, 'h2', 'damaged.txt', 1],
    ]);
    for (const { bytes, inputs } of tasks()) {
      expect(bytes).toBe(inputs.reduce((sum, { path }) => sum + statSync(path).size, 0));
    }
  });

  test('limits and offsets of the fleet are in every task', async () => {
    const { out } = await faultlog('fleet', 'plan', '--timeout', '2s', '--offset', 'guest=+1.5', 'captures/h1');
    const [first = ''] = out.split('\n');
    expect(fleetTaskSchema.parse(JSON.parse(first))).toMatchObject({ timeoutNs: 2e9, offsets: { guest: 1.5 } });
  });

  test('a source that is not there, and one without captures', async () => {
    expect(await faultlog('fleet', 'plan', 'nowhere')).toEqual({
      code: 2,
      out: '',
      err: 'faultlog: nowhere: there is no such file or folder\n          Check the path.\n',
    });
    mkdirSync(join(folder, 'empty'), { recursive: true });
    expect((await faultlog('fleet', 'plan', 'empty')).err).toContain('no capture was found');
  });

  test('a plan that is none is refused by its line', async () => {
    const good = readFileSync(join(folder, 'plan.jsonl'), 'utf8').split('\n').slice(0, 2);
    for (const [line, said] of [
      ['{"task":', 'bad.jsonl:3: not JSON'],
      ['{"schemaVersion":1,"task":2}', 'bad.jsonl:3: host'],
      [good[0] ?? '', 'bad.jsonl:3: task 0 on line 3'],
    ]) {
      writeFileSync(join(folder, 'bad.jsonl'), [...good, line].join('\n'));
      const { code, err } = await faultlog('fleet', 'run', '--all', 'bad.jsonl', '-o', 'bad');
      expect(code).toBe(2);
      expect(err).toContain(`faultlog: ${said}`);
    }
  });
});

describe('run', () => {
  test('every task has one result of the schema; a damaged capture is a failed row', () => {
    const names = readdirSync(join(folder, 'results/tasks'));
    expect(names).toEqual(['000000.json', '000001.json', '000002.json', '000003.json', '000004.json']);
    const outcomes = names.map((name) => outcomeSchema.parse(json(`results/tasks/${name}`)));
    expect(outcomes.map(({ status }) => status)).toEqual(['analysed', 'analysed', 'analysed', 'analysed', 'failed']);
    expect(outcomes[4]).toMatchObject({ message: expect.stringContaining('damaged.txt') });
  });

  test('running a task again changes nothing', async () => {
    const path = join(folder, 'results/tasks/000002.json');
    const before = statSync(path);
    await faultlog('fleet', 'run', '--task', '2', 'plan.jsonl', '-o', 'results');
    expect(statSync(path)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  test('processes of their own give the same bytes', async () => {
    const args = ['fleet', 'run', '--all', '--jobs', '2', 'plan.jsonl', '-o', 'parallel'];
    // The built program for the results to compare with too: its version is part of their keys.
    const built = (...words: readonly string[]) =>
      spawnSync(process.execPath, [PROGRAM, ...words], { cwd: folder, encoding: 'utf8' });
    built('fleet', 'run', '--task', '0-4', 'plan.jsonl', '-o', 'single');
    const { status, stderr } = built(...args);
    expect([status, stderr]).toEqual([0, 'faultlog: parallel: 5 tasks run\n']);
    for (const name of readdirSync(join(folder, 'results/tasks'))) {
      expect(json(`parallel/tasks/${name}`)).toEqual(json(`single/tasks/${name}`));
    }
  });

  test('a folder of another plan is refused', async () => {
    await faultlog('fleet', 'plan', '--quiet', 'captures/h1', '-o', 'other.jsonl');
    const { code, err } = await faultlog('fleet', 'run', '--all', 'other.jsonl', '-o', 'results');
    expect(code).toBe(2);
    expect(err).toContain('results holds the results of another plan');
  });

  test('a task beyond the plan, and none named', async () => {
    expect((await faultlog('fleet', 'run', '--task', '5', 'plan.jsonl', '-o', 'results')).err).toContain(
      'the plan has 5 tasks',
    );
    expect((await faultlog('fleet', 'run', 'plan.jsonl', '-o', 'results')).err).toContain('no task is named');
    expect((await faultlog('fleet', 'run', '--task', '3-1', 'plan.jsonl', '-o', 'results')).code).toBe(2);
  });
});

describe('report', () => {
  test('the sums are those of the single analyses', async () => {
    await faultlog('fleet', 'report', 'results', '--format', 'json=report.json');
    const report = fleetReportSchema.parse(json('report.json'));
    const singles: z.infer<typeof resultSchema>[] = [];
    for (const files of [['h1/h02.txt'], ['h1/h15.dmesg.txt', 'h1/h15.txt'], ['h2/a26.txt'], ['h2/a30.txt']]) {
      const { out } = await faultlog(
        'check',
        '--exit-zero',
        '--format',
        'json',
        ...files.map((file) => `captures/${file}`),
      );
      singles.push(resultSchema.parse(JSON.parse(out)));
    }
    const sum = (pick: (result: z.infer<typeof resultSchema>) => Record<string, number>): Record<string, number> => {
      const sums: Record<string, number> = {};
      for (const single of singles) {
        for (const [name, count] of Object.entries(pick(single))) sums[name] = (sums[name] ?? 0) + count;
      }
      return sums;
    };
    expect(report.tasks).toEqual({ planned: 5, analysed: 4, empty: 0, failed: 1, missing: 0 });
    expect(report.events).toEqual(sum(({ counts }) => counts.events));
    expect(report.groups).toEqual(sum(({ counts }) => counts.groups));
    expect(report.byRule).toEqual(sum(({ counts }) => counts.byRule));
    expect(report.findings).toEqual(sum(({ counts }) => counts.findings));
    expect(report.latency?.count).toBe(sum(({ latency }) => ({ count: latency?.count ?? 0 })).count);
    expect(report.latency?.maxNs).toBe(Math.max(...singles.map(({ latency }) => latency?.maxNs ?? 0)));
    expect(report.hosts.map(({ host, tasks, failed }) => [host, tasks, failed]).sort()).toEqual([
      ['h1', 2, 0],
      ['h2', 3, 1],
    ]);
    expect(report.failures).toHaveLength(1);
    expect(report.worst[0]?.latencyNs).toBe(report.latency?.maxNs);
  });

  test('a person reads what failed and what is missing', async () => {
    rmSync(join(folder, 'results/tasks/000001.json'));
    const { out } = await faultlog('fleet', 'report', 'results');
    expect(out).toContain('5 tasks: 3 analysed, 1 failed, 1 missing\n');
    expect(out).toContain('without a result\n  task 1 h1/h15.txt\n');
    expect(out).toMatch(/not analysed, or not to the end\n {2}task 4 h2\/damaged\.txt: /);
    const status = await faultlog('fleet', 'status', '--verbose', 'results');
    expect(status.out).toMatch(
      /^5 tasks: 3 analysed, 1 failed, 1 without a result\n {2}task 1 h1\/h15\.txt: no result\n/,
    );
  });

  test('a folder that holds no fleet', async () => {
    expect((await faultlog('fleet', 'report', 'captures')).err).toContain('captures: no results of a fleet');
  });
});

describe('submit --dry-run', () => {
  const dryRun = async (engine: string): Promise<string> => {
    return (await faultlog('fleet', 'submit', '--engine', engine, '--dry-run', 'plan.jsonl', '-o', 'results')).out;
  };

  test('slurm: an array job that is requeued, the report after any end', async () => {
    const out = await dryRun('slurm');
    expect(out).toContain('#SBATCH --array=0-4\n#SBATCH --requeue\n');
    expect(out).toContain(
      `fleet run --no-progress --task "$SLURM_ARRAY_TASK_ID" ${folder}/plan.jsonl -o ${folder}/results\n`,
    );
    expect(out).toContain('--dependency=afterany:JOB');
  });

  test('k8s: an indexed job', async () => {
    const manifest = z
      .object({
        kind: z.literal('Job'),
        spec: z.object({
          completionMode: z.literal('Indexed'),
          completions: z.literal(5),
          template: z.object({ spec: z.object({ containers: z.array(z.object({ command: z.array(z.string()) })) }) }),
        }),
      })
      .parse(JSON.parse(await dryRun('k8s')));
    expect(manifest.spec.template.spec.containers[0]?.command[2]).toContain('--task "$JOB_COMPLETION_INDEX"');
  });

  test('parallel: a line for the tasks, one for the report', async () => {
    const [tasks, report] = (await dryRun('parallel')).split('\n');
    expect(tasks).toMatch(/^seq 0 4 \| parallel --retries 3 .* fleet run --no-progress --task \{\} /);
    expect(report).toContain(`fleet report ${folder}/results --format json=${folder}/results/report.json`);
  });

  test('an engine that only prints says so', async () => {
    const { code, err } = await faultlog('fleet', 'submit', '--engine', 'k8s', 'plan.jsonl', '-o', 'results');
    expect([code, err.includes('--dry-run')]).toEqual([2, true]);
  });
});
