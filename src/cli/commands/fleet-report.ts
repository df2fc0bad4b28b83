import { assertUnreachable } from '../../base/assert.ts';
import { FleetSums } from '../../fleet/report.ts';
import type { FleetReport } from '../../fleet/report-schema.ts';
import type { FleetReportFormat, FleetReportOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { FleetFolder } from '../fleet/fleet-folder.ts';
import { writeTarget } from '../output-target.ts';
import type { Session } from '../session.ts';

/** `faultlog fleet report`: hosts and rules, the worst groups, latencies over the fleet, what failed and what is missing. */
export async function runFleetReport(session: Session, shown: string, options: FleetReportOptions): Promise<number> {
  const folder = new FleetFolder(session.cwd, shown);
  const sums = new FleetSums();
  for (const task of folder.readPlan()) sums.add(task, folder.readOutcome(task));
  const report = sums.finish();
  for (const target of options.format ?? [{ format: 'text' } as const]) {
    await writeTarget(target, session, await render(target.format, report, options.verbose === true));
  }
  return EXIT.clean;
}

async function render(format: FleetReportFormat, report: FleetReport, isVerbose: boolean): Promise<Iterable<string>> {
  switch (format) {
    case 'text':
      return (await import('../../report/fleet-text.ts')).fleetText(report, isVerbose);
    case 'json':
      return [`${JSON.stringify(report, undefined, 2)}\n`];
    default:
      return assertUnreachable(format);
  }
}
