import { type ArrayJob, elementCommand, reportCommand, shellWords } from './array-job.ts';

/** The scripts of an array job: its tasks, and the report that runs after them whatever came of them. */
export interface SlurmScripts {
  readonly tasks: string;
  readonly report: string;
}

export function slurmScripts(job: ArrayJob): SlurmScripts {
  const log = (name: string): string => shellWords([`${job.folder}/slurm/${name}`]);
  return {
    // A task of a node that died is queued again; what it had written stays as it is.
    tasks: script(
      [
        '--job-name=faultlog',
        `--array=0-${job.elements - 1}`,
        '--requeue',
        '--open-mode=append',
        `--output=${log('tasks-%A_%a.log')}`,
      ],
      elementCommand(job, 'SLURM_ARRAY_TASK_ID'),
    ),
    report: script(
      ['--job-name=faultlog-report', '--requeue', '--open-mode=append', `--output=${log('report-%j.log')}`],
      reportCommand(job),
    ),
  };
}

/** Arguments of sbatch for the report job. */
export function afterTasks(jobNumber: string): readonly string[] {
  return [`--dependency=afterany:${jobNumber}`];
}

function script(options: readonly string[], command: string): string {
  return `#!/bin/sh\n${options.map((option) => `#SBATCH ${option}\n`).join('')}exec ${command}\n`;
}
