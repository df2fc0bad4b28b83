import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plural, sanitise } from '../../base/text.ts';
import type { CommonOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { FleetFolder } from '../fleet/fleet-folder.ts';
import { elementStates } from '../fleet/slurm.ts';
import { type Session, write } from '../session.ts';

/** `faultlog fleet status`: what has a result, which is certain, and what the engine says of the rest. */
export async function runFleetStatus(session: Session, shown: string, { verbose }: CommonOptions): Promise<number> {
  const folder = new FleetFolder(session.cwd, shown);
  const tasks = folder.readPlan();
  const outcomes = tasks.map((task) => folder.readOutcome(task));
  const count = (status: string | undefined): number => outcomes.filter((outcome) => outcome?.status === status).length;
  await write(
    session.stdout,
    `${plural(tasks.length, 'task')}: ${count('analysed')} analysed, ${count('failed')} failed, ${count(undefined)} without a result\n`,
  );
  await write(session.stdout, [...engineLines(folder.path)].join(''));
  if (verbose !== true) return EXIT.clean;
  for (const [index, task] of tasks.entries()) {
    const outcome = outcomes[index];
    if (outcome?.status === 'analysed') continue;
    const what = outcome === undefined ? 'no result' : `failed: ${outcome.message}`;
    await write(session.stdout, `  task ${task.task} ${sanitise(`${task.host}/${task.capture}: ${what}`)}\n`);
  }
  return EXIT.clean;
}

function* engineLines(folder: string): Generator<string> {
  const path = join(folder, 'slurm/jobs.json');
  if (!existsSync(path)) return;
  // Only `fleet submit` writes it.
  const jobs: Record<string, string> = JSON.parse(readFileSync(path, 'utf8'));
  for (const [what, job] of Object.entries(jobs)) {
    const states = elementStates(job);
    const known =
      states === undefined ? undefined : [...states].map(([state, count]) => `${count} ${state.toLowerCase()}`);
    yield `${sanitise(`slurm job ${job} (${what}): ${known?.join(', ') ?? 'ended, or not known to Slurm any more'}`)}\n`;
  }
}
