import { spawnSync } from 'node:child_process';

/** Why a program of the system cannot be used, for the name of a test; empty if it can. */
export function skipWithout(program: string): string {
  const isThere = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  return isThere ? '' : ` (skipped: ${program} is not installed)`;
}
