import { dirname, resolve } from 'node:path';
import { assertUnreachable } from '../../base/assert.ts';
import { UsageError } from '../../base/errors.ts';
import { plural } from '../../base/text.ts';
import { type ArrayJob, arrayJob } from '../../fleet/engines/array-job.ts';
import { kubernetesJob } from '../../fleet/engines/kubernetes.ts';
import { parallelLines } from '../../fleet/engines/parallel.ts';
import { afterTasks, slurmScripts } from '../../fleet/engines/slurm.ts';
import { type FleetTask, parsePlan } from '../../fleet/task.ts';
import type { FleetSubmitOptions } from '../command-options.ts';
import { readNamedFile } from '../config-file.ts';
import { EXIT } from '../exit-code.ts';
import { FleetFolder } from '../fleet/fleet-folder.ts';
import { mostElements, submit } from '../fleet/slurm.ts';
import { complain } from '../messages.ts';
import { type Session, write } from '../session.ts';

const PARALLELISM = 16;
/** An array job is not longer than a fresh Slurm allows where nobody is asked. */
const MOST_ELEMENTS = 1000;

/** `faultlog fleet submit`: hands a plan to an engine: its tasks, and the report after them. */
export async function runFleetSubmit(session: Session, plan: string, options: FleetSubmitOptions): Promise<number> {
  const path = resolve(session.cwd, plan);
  const text = readNamedFile(path, plan, 'the plan');
  const tasks = parsePlan(text, plan);
  const folder = new FleetFolder(session.cwd, options.output);
  const isDry = options.dryRun === true;
  const most = options.engine === 'slurm' && !isDry ? mostElements() : MOST_ELEMENTS;
  const job = arrayJob(tasks.length, most, {
    program: session.program,
    plan: path,
    folder: folder.path,
    options: options.tables === true ? ['--tables'] : [],
  });
  if (isDry) {
    await write(session.stdout, dryRun(job, tasks, options));
    return EXIT.clean;
  }
  if (options.engine !== 'slurm') {
    throw new UsageError(
      `--engine ${options.engine} submits nothing itself`,
      'Print what to give to it with --dry-run.',
    );
  }
  folder.keepPlan(text);
  const scripts = slurmScripts(job);
  folder.write('slurm/tasks.sh', scripts.tasks);
  folder.write('slurm/report.sh', scripts.report);
  const taskJob = submit(`${folder.path}/slurm/tasks.sh`, []);
  const reportJob = submit(`${folder.path}/slurm/report.sh`, afterTasks(taskJob));
  folder.write('slurm/jobs.json', `${JSON.stringify({ tasks: taskJob, report: reportJob })}\n`);
  await write(
    session.stdout,
    `tasks: job ${taskJob}, ${plural(job.elements, 'element')}\nreport: job ${reportJob}, after them\n`,
  );
  if (options.quiet !== true) {
    await complain(session, `faultlog fleet status ${options.output} says how far it is`, undefined);
  }
  return EXIT.clean;
}

function dryRun(
  job: ArrayJob,
  tasks: readonly FleetTask[],
  { engine, jobs = PARALLELISM }: FleetSubmitOptions,
): string {
  switch (engine) {
    case 'slurm': {
      const { tasks: script, report } = slurmScripts(job);
      return `# ${job.folder}/slurm/tasks.sh: sbatch --parsable tasks.sh\n${script}\n# ${job.folder}/slurm/report.sh: sbatch ${afterTasks('JOB').join(' ')} report.sh\n${report}`;
    }
    case 'k8s':
      return kubernetesJob(job, jobs, commonFolder([job.plan, job.folder, ...pathsOf(tasks)]));
    case 'parallel':
      return parallelLines(job);
    default:
      return assertUnreachable(engine);
  }
}

function pathsOf(tasks: readonly FleetTask[]): readonly string[] {
  return tasks.flatMap(({ inputs }) => inputs.map(({ path }) => path));
}

/** The folder that all of them are below. */
function commonFolder([first = '/', ...others]: readonly string[]): string {
  let folder = dirname(first);
  while (folder !== '/' && !others.every((path) => path.startsWith(`${folder}/`))) folder = dirname(folder);
  return folder;
}
