import { plural, sanitise } from '../base/text.ts';
import type { FleetReport } from '../fleet/report-schema.ts';
import type { Latency } from '../model/result.ts';
import { formatDuration } from '../model/time.ts';
import { leftOutParts, severityCounts, subjectOf } from './wording.ts';

/** Rows of each table that are shown without --verbose. */
const ROWS = 20;

/** The fleet's report for a person: verdict first, then hosts, the worst, and what is not in it. */
export function* fleetText(report: FleetReport, isVerbose: boolean): Generator<string> {
  const { tasks, hosts } = report;
  const most = isVerbose ? Number.POSITIVE_INFINITY : ROWS;
  const found = severityCounts(report.findings);
  yield `${found === '' ? 'nothing found' : found} in ${plural(total(report.groups), 'page-request group')} of ${plural(hosts.length, 'host')}\n`;
  const empty = tasks.empty === 0 ? '' : ` (${tasks.empty} without an IOMMU event)`;
  yield `${plural(tasks.planned, 'task')}: ${tasks.analysed} analysed${empty}, ${tasks.failed} failed, ${tasks.missing} missing\n`;
  if (report.latency !== undefined) yield `latency ${latencyText(report.latency)}\n`;
  yield* coverage(report);
  yield '\nhosts\n';
  const width = Math.max(4, ...hosts.slice(0, most).map(({ host }) => host.length));
  for (const host of hosts.slice(0, most)) {
    const rules = Object.entries(host.byRule).map(([rule, count]) => `${rule}×${count}`);
    const state = [
      ...(host.failed > 0 ? [`${host.failed} failed`] : []),
      ...(host.missing > 0 ? [`${host.missing} missing`] : []),
    ];
    const p99 = host.latency === undefined ? '' : `, p99 ${formatDuration(host.latency.p99Ns)}`;
    const what = [...state, ...(rules.length > 0 ? [rules.join(' ')] : ['nothing found'])].join(', ');
    yield `  ${sanitise(host.host).padEnd(width)}  ${plural(host.tasks, 'capture')}, ${plural(host.groups, 'group')}${p99}: ${what}\n`;
  }
  yield* more(hosts.length, most);
  if (report.topFindings.length > 0) yield '\nworst findings\n';
  for (const finding of report.topFindings.slice(0, most)) {
    const others = finding.captures === 1 ? '' : ` and ${plural(finding.captures - 1, 'other capture')}`;
    yield `  ${finding.severity} ${finding.rule} (${finding.certainty}) ${subjectOf(finding)}  ${placeOf(finding)}${others}\n`;
    yield `    ${sanitise(finding.message)}\n`;
  }
  yield* more(report.topFindings.length, most);
  if (report.worst.length > 0) yield '\nlongest latency\n';
  for (const group of report.worst) {
    const name = `${group.device === undefined ? '' : `${sanitise(group.device)} `}${group.pasid === undefined ? '' : `PASID ${group.pasid} `}PRGI ${group.prgi} #${group.instance}`;
    yield `  ${formatDuration(group.latencyNs).padEnd(10)} ${name}  ${placeOf(group)}, line ${group.line}\n`;
  }
  if (report.failures.length > 0) yield '\nnot analysed, or not to the end\n';
  for (const { message, ...task } of report.failures.slice(0, most))
    yield `  task ${task.task} ${placeOf(task)}: ${sanitise(message)}\n`;
  yield* more(report.failures.length, most);
  if (report.missing.length > 0) yield '\nwithout a result\n';
  for (const task of report.missing.slice(0, most)) yield `  task ${task.task} ${placeOf(task)}\n`;
  yield* more(report.missing.length, most);
}

function* coverage(report: FleetReport): Generator<string> {
  const { gaps, lost, unread, headUnknown, openAtEnd } = report.coverage;
  const parts = [
    ...(gaps > 0 ? [`${plural(gaps, 'gap')} (${plural(lost, 'event')} known to be lost)`] : []),
    ...(unread > 0 ? [`${plural(unread, 'line')} not understood`] : []),
    ...(headUnknown > 0 ? [`${plural(headUnknown, 'answer')} without a known request`] : []),
    ...(openAtEnd > 0 ? [`${plural(openAtEnd, 'group')} open at an end`] : []),
  ];
  const { notAllJudged = 0 } = report;
  if (notAllJudged > 0) parts.push(`${plural(notAllJudged, 'capture')} not judged as a whole`);
  parts.push(...leftOutParts(report));
  if (parts.length > 0) yield `coverage: ${parts.join(', ')}\n`;
}

function* more(count: number, shown: number): Generator<string> {
  if (count > shown) yield `  and ${count - shown} more (--verbose shows all)\n`;
}

function placeOf({ host, capture }: { readonly host: string; readonly capture: string }): string {
  return host === capture ? sanitise(host) : `${sanitise(host)}/${sanitise(capture)}`;
}

function latencyText({ count, p50Ns, p90Ns, p99Ns, maxNs }: Latency): string {
  return `of ${plural(count, 'answer')}: p50 ${formatDuration(p50Ns)}, p90 ${formatDuration(p90Ns)}, p99 ${formatDuration(p99Ns)}, max ${formatDuration(maxNs)}`;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
