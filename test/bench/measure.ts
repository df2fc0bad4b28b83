import { spawnSync } from 'node:child_process';

/** Runs of a whole process: the median counts. */
export interface Measurement {
  /** Wall time. */
  readonly seconds: number;
  /** Peak resident set in MB over all runs; 0 for a process that was not asked. */
  readonly peakMb: number;
}

/** Exit codes that mean that the work was done: `check` gives 1 for findings, grep for no hit. */
const WORKED = new Set([0, 1]);
/** A process knows its own peak best; nothing else tells it on every machine. */
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('\\npeak ' + process.resourceUsage().maxRSS + '\\n'));",
)}`;

/** What a run is asked for. */
export interface Run {
  readonly command: string;
  readonly args: readonly string[];
}

/** A script of ours on this very Node, which tells its peak. */
export function nodeRun(args: readonly string[]): Run {
  return { command: process.execPath, args: ['--import', TELL_PEAK, ...args] };
}

/** The runs take turns, so that a busy moment of the machine hits all of them; the median of each. */
export function measureInTurn(runs: readonly Run[], times: number): readonly Measurement[] {
  const taken: { seconds: number; peakMb: number }[][] = runs.map(() => []);
  for (let turn = 0; turn < times; turn += 1) {
    for (const [index, run] of runs.entries()) taken[index]?.push(measureOnce(run));
  }
  return taken.map((own) => {
    const sorted = own.map(({ seconds }) => seconds).sort((a, b) => a - b);
    const seconds = sorted[sorted.length >> 1] ?? Number.NaN;
    return { seconds, peakMb: Math.max(...own.map(({ peakMb }) => peakMb)) };
  });
}

function measureOnce({ command, args }: Run): Measurement {
  const start = performance.now();
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  const seconds = (performance.now() - start) / 1000;
  if (error !== undefined) throw error;
  if (status === null || !WORKED.has(status)) {
    throw new Error(`${command} ${args.join(' ')}: exit ${status}\n${stderr}`);
  }
  const peak = /^peak (\d+)$/m.exec(stderr)?.[1];
  return { seconds, peakMb: peak === undefined ? 0 : Number(peak) / 1024 };
}

export function outputOf({ command, args }: Run): string {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28, env });
  if (error !== undefined) throw error;
  return stdout;
}

/** Whether a yardstick can be run: scripts of ours need their package. */
export function isInstalled({ command, args }: Run): boolean {
  if (command === 'sh') return true;
  if (command !== process.execPath) {
    return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
  }
  const isNeeded = args.some((arg) => arg.endsWith('pair.sql.ts'));
  if (!isNeeded) return true;
  const probe = ['--input-type=module', '-e', "await import('@duckdb/node-api')"];
  return spawnSync(process.execPath, probe, { stdio: 'ignore' }).status === 0;
}
