import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '../readme-blocks.ts';

const CLUSTER = join(ROOT, 'test/fleet/slurm.sh');
const PROGRAM = join(ROOT, 'dist/faultlog.js');
const CAPTURES = 200;
const HOSTS = 20;
const CPUS_OF_NODE = 2;
const PORT = 17_310;

const hasSlurm =
  process.getuid?.() === 0 &&
  ['slurmctld', 'slurmd', 'sbatch'].every((tool) => spawnSync('which', [tool], { stdio: 'ignore' }).status === 0);

const folder = mkdtempSync(join(tmpdir(), 'faultlog-slurm-'));
const conf = join(folder, 'cluster/slurm.conf');
const results = join(folder, 'results');
/** The program, but what n2 runs says so and waits while the file `hold` is there: it surely works when n2 is killed. */
const submitted = join(folder, 'faultlog.mjs');
const hold = join(folder, 'hold');
const held = join(folder, 'held-');

function command(tool: string, args: readonly string[]): string {
  const env = { ...process.env, SLURM_CONF: conf };
  const { status, stdout, stderr } = spawnSync(tool, args, {
    encoding: 'utf8',
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const faultlog = (...args: string[]): string => command(process.execPath, [PROGRAM, ...args]);

function writeSubmittedProgram(): void {
  writeFileSync(hold, '');
  writeFileSync(
    submitted,
    `import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
if (process.env.SLURMD_NODENAME === 'n2') writeFileSync(${JSON.stringify(held)} + process.pid, '');
while (process.env.SLURMD_NODENAME === 'n2' && existsSync(${JSON.stringify(hold)})) await setTimeout(100);
await import(${JSON.stringify(PROGRAM)});
`,
  );
}

async function until(what: string, isSo: () => boolean, seconds: number): Promise<void> {
  for (let tries = 0; tries < seconds * 5; tries += 1) {
    if (isSo()) return;
    await pause(200);
  }
  throw new Error(
    `not within ${seconds} s: ${what}\n${command('squeue', ['--array'])}${faultlog('fleet', 'status', 'results')}${slurmLog()}`,
  );
}

/** Captures of many hosts out of the fixtures, one of them damaged. */
function writeCaptures(): void {
  const fixtures = readdirSync(join(ROOT, 'fixtures/pri'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\/[a-z]\d\d-[a-z-]+\.txt$/.test(path))
    .sort();
  for (let index = 0; index < CAPTURES; index += 1) {
    const host = join(folder, 'captures', `host${String(index % HOSTS).padStart(2, '0')}`);
    mkdirSync(host, { recursive: true });
    const from = fixtures[index % fixtures.length] ?? '';
    copyFileSync(join(ROOT, 'fixtures/pri', from), join(host, `${index}.txt`));
  }
  writeFileSync(join(folder, 'captures/host07/7.txt'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3, 0, 0, 0, 0]));
}

function heldProcesses(): number[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('held-'))
    .map((name) => Number(name.slice('held-'.length)));
}

/** A process that ended may wait for its parent to ask. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout !== '' && !stdout.startsWith('Z');
}

const slurmLog = (): string => readFileSync(join(folder, 'cluster/slurmctld.log'), 'utf8');

const done = (): number => (existsSync(join(results, 'tasks')) ? readdirSync(join(results, 'tasks')).length : 0);

describe.runIf(hasSlurm)('fleet on Slurm (needs root, slurmctld and slurmd)', () => {
  afterAll(() => {
    spawnSync(CLUSTER, ['stop', join(folder, 'cluster')], { stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true });
  });

  test('200 captures with a node killed half-way give the report of the embedded default', {
    timeout: 240_000,
  }, async () => {
    writeCaptures();
    writeSubmittedProgram();
    faultlog('fleet', 'plan', 'captures', '-o', 'plan.jsonl');
    expect(readFileSync(join(folder, 'plan.jsonl'), 'utf8').trim().split('\n')).toHaveLength(CAPTURES);
    faultlog('fleet', 'run', '--all', 'plan.jsonl', '-o', 'embedded');
    faultlog('fleet', 'report', 'embedded', '--format', 'json=embedded.json');

    const started = spawnSync(CLUSTER, ['start', join(folder, 'cluster'), String(PORT)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    expect(started.status).toBe(0);
    const said = command(process.execPath, [
      submitted,
      ...['fleet', 'submit', '--engine', 'slurm', 'plan.jsonl', '-o', 'results'],
    ]);
    expect(said).toBe(
      'tasks: job 1, 20 elements\nreport: job 51, after them\n'.replace(
        '51',
        /report: job (\d+)/.exec(said)?.[1] ?? '',
      ),
    );
    await until(
      'a quarter of the tasks are done and n2 runs what it can',
      () => done() >= CAPTURES / 4 && heldProcesses().length === CPUS_OF_NODE,
      60,
    );
    spawnSync(CLUSTER, ['kill', join(folder, 'cluster'), 'n2'], { stdio: 'ignore' });
    await until('what n2 ran is dead', () => !heldProcesses().some(isAlive), 10);
    rmSync(hold);
    expect(done()).toBeLessThan(CAPTURES);
    expect(faultlog('fleet', 'status', 'results')).toMatch(
      /^200 tasks: \d+ analysed, \d failed, [1-9]\d* without a result\nslurm job 1 \(tasks\): /,
    );

    await until('the tasks of n2 are queued again', () => slurmLog().includes('due to failure of node n2'), 60);
    // Slurm lets two minutes pass before it starts a job again.
    for (const element of command('squeue', [
      '--noheader',
      '--array',
      '--jobs=1',
      '--states=PENDING',
      '--format=%i',
    ]).split('\n')) {
      if (element !== '') command('scontrol', ['update', `JobId=${element}`, 'StartTime=now']);
    }
    await until('the report is written', () => existsSync(join(results, 'report.json')), 120);
    expect(readFileSync(join(results, 'report.json'), 'utf8')).toBe(
      readFileSync(join(folder, 'embedded.json'), 'utf8'),
    );
    expect(faultlog('fleet', 'status', 'results')).toMatch(/^200 tasks: 199 analysed, 1 failed, 0 without a result\n/);
  });

  test('running any task again changes nothing', () => {
    const path = join(results, 'tasks/000003.json');
    const before = statSync(path);
    faultlog('fleet', 'run', '--task', '3', 'plan.jsonl', '-o', 'results');
    expect(statSync(path)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    expect(readdirSync(join(results, 'tasks')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
