import { spawnSync } from 'node:child_process';
import { UsageError } from '../../base/errors.ts';

/** What Slurm takes where it does not say: MaxArraySize of a fresh installation is 1001. */
const MOST_ELEMENTS = 1000;

/** Elements that an array job may have here (MaxArraySize). */
export function mostElements(): number {
  const [, size] = /^MaxArraySize\s*=\s*(\d+)$/m.exec(runTool('scontrol', ['show', 'config'])) ?? [];
  return size === undefined ? MOST_ELEMENTS : Math.max(1, Number(size) - 1);
}

/** Submits a script and returns the job's number. */
export function submit(script: string, options: readonly string[]): string {
  const [number = ''] = runTool('sbatch', ['--parsable', ...options, script])
    .trim()
    .split(';');
  return number;
}

/**
 * Elements of a job that Slurm still knows, counted by state (`RUNNING`, `PENDING`); undefined when it knows the job no
 * more: it forgets what has ended.
 */
export function elementStates(job: string): ReadonlyMap<string, number> | undefined {
  const { status, stdout, error } = spawnSync('squeue', ['--noheader', '--array', '--jobs', job, '--format=%T'], {
    encoding: 'utf8',
  });
  if (error !== undefined || status !== 0) return undefined;
  const states = new Map<string, number>();
  for (const state of stdout.split('\n').filter((line) => line !== '')) states.set(state, (states.get(state) ?? 0) + 1);
  return states.size === 0 ? undefined : states;
}

function runTool(tool: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { encoding: 'utf8' });
  if (error !== undefined) {
    throw new UsageError(
      `${tool} cannot be run: ${error.message}`,
      'Run this where Slurm is installed, or print what would be submitted with --dry-run.',
      { cause: error },
    );
  }
  if (status !== 0) throw new UsageError(`${tool}: ${stderr.trim()}`, 'Slurm did not take it: see its message.');
  return stdout;
}
