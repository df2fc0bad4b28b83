import type { TraceEvent } from '../model/event.ts';
import type { IommuUnit } from './context.ts';

/** Lines that are written after the request was handed on: an answer may stand before them (semantics §3.1, log-formats A.3). */
export function isTracedLate(request: TraceEvent): boolean {
  return request.probe === 'prq_report' || request.probe === 'dev_fault';
}

/** True if the task is the one that hands on this unit's page requests. */
export function isReporter(unit: IommuUnit, response: TraceEvent): boolean {
  if (response.point === 'core' || response.pid === undefined) return false;
  if (unit.reporters.has(response.pid)) return true;
  return (
    response.task !== undefined &&
    unit.name !== '' &&
    response.task.startsWith('irq/') &&
    namesUnit(response.task, unit.name)
  );
}

/** `irq/24-dmar0-pr`: kernel task names are cut to 15 characters, so the unit's name may be cut too. */
function namesUnit(task: string, unit: string): boolean {
  const dash = task.indexOf('-');
  if (dash < 0) return false;
  const rest = task.slice(dash + 1);
  return rest.startsWith(`${unit}-`) || (task.length >= 15 && unit.startsWith(rest));
}
