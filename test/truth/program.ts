/** Runs the built program the way a user does: one process, arguments, what it prints. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type GroupRow, groupRowSchema } from '../../src/model/group.ts';
import { type Result, resultSchema } from '../../src/model/result.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/faultlog.js', import.meta.url));

export const IS_BUILT = existsSync(PROGRAM);

interface Output {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runProgram(args: readonly string[]): Output {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

/** The result of `faultlog check`; throws with what the program printed if it could not analyse. */
export function check(args: readonly string[]): Result {
  const output = runProgram(['check', '--no-config', '--format', 'json', ...args]);
  if (output.status !== 0 && output.status !== 1)
    throw new Error(`check ${args.join(' ')}: exit ${output.status}\n${output.stderr}`);
  return resultSchema.parse(JSON.parse(output.stdout));
}

/** The rows of `faultlog groups`. */
export function groups(args: readonly string[]): readonly GroupRow[] {
  const output = runProgram(['groups', '--no-config', '--format', 'jsonl', ...args]);
  if (output.status !== 0) throw new Error(`groups ${args.join(' ')}: exit ${output.status}\n${output.stderr}`);
  const lines = output.stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => groupRowSchema.parse(JSON.parse(line)));
}
