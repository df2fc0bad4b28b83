import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import { plural } from '../../base/text.ts';
import { failedOutcome } from '../../fleet/outcome-of.ts';
import { type FleetTask, parsePlan } from '../../fleet/task.ts';
import type { FleetRunOptions, TaskRange } from '../command-options.ts';
import { readNamedFile } from '../config-file.ts';
import { EXIT } from '../exit-code.ts';
import { FleetFolder } from '../fleet/fleet-folder.ts';
import { runTask } from '../fleet/run-task.ts';
import { complain } from '../messages.ts';
import type { Session } from '../session.ts';

/** Tasks that one process is given at a time: starting it costs as much as a small capture. */
const MOST_TASKS_EACH = 32;

/**
 * `faultlog fleet run`: analyses tasks of a plan. A task that has its result is not run again. The code is 0 when every result
 * was written, whatever it says: a scheduler must not repeat a task because of what it found.
 */
export async function runFleetTasks(session: Session, plan: string, options: FleetRunOptions): Promise<number> {
  const text = readNamedFile(resolve(session.cwd, plan), plan, 'the plan');
  const tasks = parsePlan(text, plan);
  const folder = new FleetFolder(session.cwd, options.output);
  folder.keepPlan(text);
  if (options.all === true) return runAll(session, plan, tasks, folder, options);
  if (options.task === undefined) {
    throw new UsageError('no task is named', 'Give --task N, --task N-M, or --all for all on this machine.');
  }
  for (const task of chosen(tasks, options.task)) {
    if (folder.readOutcome(task) === undefined)
      folder.writeOutcome(task, await runTask(session, task, tablesOf(folder, options)));
  }
  return EXIT.clean;
}

function tablesOf(folder: FleetFolder, { tables }: FleetRunOptions): string | undefined {
  return tables === true ? join(folder.path, 'tables') : undefined;
}

/** An array job's last element may reach beyond the plan. */
function chosen(tasks: readonly FleetTask[], { first, last }: TaskRange): readonly FleetTask[] {
  if (first >= tasks.length) {
    throw new UsageError(`--task ${first}: the plan has ${plural(tasks.length, 'task')}`, 'They are numbered from 0.');
  }
  return tasks.slice(first, last + 1);
}

/** Runs the tasks in processes of their own, so that a capture that kills one costs no other. */
async function runAll(
  session: Session,
  plan: string,
  tasks: readonly FleetTask[],
  folder: FleetFolder,
  options: FleetRunOptions,
): Promise<number> {
  const { jobs = availableParallelism(), quiet } = options;
  const waiting = tasks.filter((task) => folder.readOutcome(task) === undefined);
  const each = Math.min(MOST_TASKS_EACH, Math.max(1, Math.ceil(waiting.length / (jobs * 4))));
  const runs = runsOf(waiting, each);
  await inParallel(jobs, runs, (run) => startRun(session, plan, folder, run, options));
  const left = waiting.filter((task) => folder.readOutcome(task) === undefined);
  // Alone, so that it is known which of them it is.
  await inParallel(jobs, left, async (task) => {
    const ended = await startRun(session, plan, folder, { first: task.task, last: task.task }, options);
    if (folder.readOutcome(task) !== undefined) return;
    folder.writeOutcome(task, failedOutcome(task, `the analysis ended without a result: ${ended}`));
  });
  if (quiet !== true) {
    const known = tasks.length - waiting.length;
    const before = known === 0 ? '' : `, ${known} had a result`;
    await complain(session, `${folder.shown}: ${plural(waiting.length, 'task')} run${before}`, undefined);
  }
  return EXIT.clean;
}

/** Neighbouring tasks, at most `each` of them at a time. */
function runsOf(tasks: readonly FleetTask[], each: number): readonly TaskRange[] {
  const runs: { first: number; last: number }[] = [];
  for (const { task } of tasks) {
    const run = runs.at(-1);
    if (run !== undefined && task === run.last + 1 && task - run.first < each) run.last = task;
    else runs.push({ first: task, last: task });
  }
  return runs;
}

async function inParallel<Item>(
  jobs: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

/** Resolves when the process has ended, with how. */
function startRun(
  session: Session,
  plan: string,
  folder: FleetFolder,
  { first, last }: TaskRange,
  { tables }: FleetRunOptions,
): Promise<string> {
  const [command = 'faultlog', ...before] = session.program;
  const args = [
    ...before,
    'fleet',
    'run',
    '--no-progress',
    ...(tables === true ? ['--tables'] : []),
    '--task',
    `${first}-${last}`,
    resolve(session.cwd, plan),
    '-o',
    folder.path,
  ];
  return new Promise((fulfil) => {
    const child = spawn(command, args, { cwd: session.cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    child.on('error', (error) => fulfil(error.message));
    child.on('close', (code, signal) => {
      const [line = ''] = said.split('\n');
      fulfil(signal === null ? `exit code ${code}${line === '' ? '' : `, ${line}`}` : `killed by ${signal}`);
    });
  });
}
