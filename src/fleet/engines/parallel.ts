import { type ArrayJob, reportCommand, shellWords } from './array-job.ts';

/** Lines for a shell: GNU parallel runs a task each, then the report. */
export function parallelLines(job: ArrayJob): string {
  const run = shellWords([...job.program, 'fleet', 'run', '--no-progress', ...job.options, '--task']);
  const rest = shellWords([job.plan, '-o', job.folder]);
  return `seq 0 ${job.tasks - 1} | parallel --retries 3 ${run} {} ${rest}\n${reportCommand(job)}\n`;
}
