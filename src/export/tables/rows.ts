import type { BoundedTable } from '../../model/bounded-table.ts';
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

export function coverageTableRows(result: Result, time: TimeOf): readonly TableRow<'coverage'>[] {
  const { inputs, coverage } = result;
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
    ...(index === 0 ? ofAll(result) : OF_NONE),
  }));
}

type OfAll = Pick<TableRow<'coverage'>, 'head_unknown' | 'open_at_end' | 'findings_omitted' | `beyond_${BoundedTable}`>;

/** What is true of the analysis and not of one input. */
function ofAll({ coverage, omitted, beyondBounds = {} }: Result): OfAll {
  return {
    head_unknown: coverage.headUnknown,
    open_at_end: coverage.openAtEnd,
    findings_omitted: omitted && Object.values(omitted).reduce((sum, count) => sum + count, 0),
    beyond_iommus: beyondBounds.iommus,
    beyond_requesters: beyondBounds.requesters,
    beyond_pasids: beyondBounds.pasids,
    beyond_keys: beyondBounds.keys,
    beyond_gaps: beyondBounds.gaps,
  };
}

const OF_NONE: OfAll = {
  head_unknown: undefined,
  open_at_end: undefined,
  findings_omitted: undefined,
  beyond_iommus: undefined,
  beyond_requesters: undefined,
  beyond_pasids: undefined,
  beyond_keys: undefined,
  beyond_gaps: undefined,
};
