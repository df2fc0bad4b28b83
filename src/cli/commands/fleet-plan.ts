import { UsageError } from '../../base/errors.ts';
import { plural } from '../../base/text.ts';
import type { FleetTask } from '../../fleet/task.ts';
import type { FleetPlanOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { findCaptureSets } from '../fleet/find-files.ts';
import { complain } from '../messages.ts';
import { writeTarget } from '../output-target.ts';
import type { Session } from '../session.ts';

/** `faultlog fleet plan`: one task for each capture set below the sources, a line each. */
export async function runFleetPlan(
  session: Session,
  sources: readonly string[],
  { output, timeout, slow, offset = [], quiet }: FleetPlanOptions,
): Promise<number> {
  const sets = findCaptureSets(sources, session.cwd);
  if (sets.length === 0) {
    throw new UsageError('no capture was found', 'Name folders like HOST/trace.txt, or files.');
  }
  const offsets = Object.fromEntries(offset.map(({ lane, seconds }) => [lane, seconds]));
  const tasks = sets.map(
    (set, task): FleetTask => ({
      schemaVersion: 1,
      task,
      ...set,
      ...(offset.length > 0 && { offsets }),
      ...(timeout !== undefined && { timeoutNs: timeout }),
      ...(slow !== undefined && { slowNs: slow }),
      bytes: set.inputs.reduce((sum, { bytes }) => sum + bytes, 0),
    }),
  );
  const target = { format: 'jsonl', ...(output !== undefined && { path: output }) };
  await writeTarget(
    target,
    session,
    tasks.map((task) => `${JSON.stringify(task)}\n`),
  );
  if (quiet !== true && output !== undefined) {
    const hosts = new Set(tasks.map(({ host }) => host)).size;
    const megabytes = (tasks.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1);
    await complain(
      session,
      `${output}: ${plural(tasks.length, 'task')} of ${plural(hosts, 'host')}, ${megabytes} MB`,
      undefined,
    );
  }
  return EXIT.clean;
}
