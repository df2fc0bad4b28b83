import type { Finding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import type { ClockUnit } from '../../model/time.ts';
import { clockNanoseconds } from '../trace-clock.ts';
import type { TableRow } from './schema.ts';

/** What a time of an input is in nanoseconds. */
export type TimeOf = (at: { readonly input: number; readonly time?: string }) => bigint | undefined;

export function timeOf(units: readonly ClockUnit[]): TimeOf {
  return ({ input, time }) => (time === undefined ? undefined : clockNanoseconds(time, units[input] ?? 'seconds'));
}

/** A finding and its consequences, numbered on from `first`. */
export function findingTableRows(findings: readonly Finding[], time: TimeOf): readonly TableRow<'findings'>[] {
  const rows: TableRow<'findings'>[] = [];
  const add = (finding: Finding, parent: number | undefined): void => {
    const [evidence] = finding.evidence;
    const number = rows.length + 1;
    rows.push({
      finding: number,
      consequence_of: parent,
      rule: finding.id,
      name: finding.name,
      severity: finding.severity,
      certainty: finding.certainty,
      device: finding.device,
      pasid: finding.pasid,
      prgi: finding.prgi,
      owner: finding.owner,
      scope: finding.scope,
      message: finding.message,
      time_ns: time({ input: evidence?.input ?? 0, ...(finding.time !== undefined && { time: finding.time }) }),
      fingerprint: finding.fingerprint,
      input: evidence?.input,
      line: evidence?.line,
    });
    for (const consequence of finding.consequences ?? []) add(consequence, number);
  };
  for (const finding of findings) add(finding, undefined);
  return rows;
}

export function coverageTableRows({ inputs, coverage }: Result, time: TimeOf): readonly TableRow<'coverage'>[] {
  return inputs.map((input, index) => ({
    input: index,
    path: input.path,
    lane: input.lane,
    lane_name: input.laneName,
    framing: input.framing,
    clock: input.clock,
    bytes: input.bytes,
    lines: input.lines,
    events: input.events,
    unread: input.unread,
    lost_events: input.lostEvents,
    gaps: coverage.gaps.filter((gap) => gap.input === index).length,
    first_ns: time({ input: index, ...(input.firstTime !== undefined && { time: input.firstTime }) }),
    last_ns: time({ input: index, ...(input.lastTime !== undefined && { time: input.lastTime }) }),
    error: input.error,
    head_unknown: index === 0 ? coverage.headUnknown : undefined,
    open_at_end: index === 0 ? coverage.openAtEnd : undefined,
  }));
}
