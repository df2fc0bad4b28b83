import { spawnSync } from 'node:child_process';

/** One run of a whole process. */
export interface Measurement {
  /** Wall time. */
  readonly seconds: number;
  /** Peak resident set in MB; 0 for a process that was not asked. */
  readonly peakMb: number;
  readonly output: string;
}

/** Exit codes that mean that the work was done: `check` gives 1 for findings, grep for no hit. */
const WORKED = new Set([0, 1]);
const MAX_OUTPUT = 256 * 1024 * 1024;
/** A process knows its own peak best; nothing else tells it on every machine. */
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('\\npeak ' + process.resourceUsage().maxRSS + '\\n'));",
)}`;

export function measure(command: string, args: readonly string[]): Measurement {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const seconds = (performance.now() - start) / 1000;
  if (error !== undefined) throw error;
  if (status === null || !WORKED.has(status))
    throw new Error(`${command} ${args.join(' ')}: exit ${status}\n${stderr}`);
  const peak = /^peak (\d+)$/m.exec(stderr)?.[1];
  return { seconds, peakMb: peak === undefined ? 0 : Number(peak) / 1024, output: stdout };
}

/** Runs a script of ours on this very Node. */
export function measureNode(args: readonly string[]): Measurement {
  return measure(process.execPath, ['--import', TELL_PEAK, ...args]);
}

export function isInstalled(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
}
