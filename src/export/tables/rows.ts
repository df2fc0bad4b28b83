import { hopOf } from '../../format/event-row.ts';
import type { GroupFacts } from '../../format/group-row.ts';
import { addressOf, formatAddress, type TraceEvent } from '../../model/event.ts';
import type { Finding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import type { ClockScale, ClockUnit } from '../../model/time.ts';
import { clockNanoseconds } from '../trace-clock.ts';
import type { TableRow } from './schema.ts';

/** What a time of an input is in nanoseconds. */
export type TimeOf = (at: { readonly input: number; readonly time?: string }) => bigint | undefined;

type ScaleOf = (input: number) => ClockScale | undefined;

export function timeOf(units: readonly ClockUnit[]): TimeOf {
  return ({ input, time }) => (time === undefined ? undefined : clockNanoseconds(time, units[input] ?? 'seconds'));
}

/** What the table has of an instance. */
export type TabledGroup = Pick<
  GroupFacts,
  | 'device'
  | 'pasid'
  | 'prgi'
  | 'ordinal'
  | 'state'
  | 'requests'
  | 'response'
  | 'answeredBy'
  | 'lane'
  | 'privateData'
  | 'latencyNs'
>;

/** `scaleOf`: of an input's times. */
export function groupTableRow(group: TabledGroup, scaleOf: ScaleOf, owner: string | undefined): TableRow {
  const { requests, response } = group;
  const [first] = requests;
  const at = first ?? response;
  const timed = (event: TraceEvent | undefined) => event && eventTime(event, scaleOf);
  return {
    device: group.device === '' ? undefined : group.device,
    pasid: group.pasid,
    prgi: group.prgi,
    instance: group.ordinal,
    state: group.state,
    code: response?.code,
    raw_code: response?.rawCode,
    answered_by: group.answeredBy,
    sent_by: response?.task,
    lane: group.lane,
    lane_name: at?.laneName,
    owner,
    private_data: group.privateData,
    requests: requests.length,
    first_request_ns: timed(first),
    last_request_ns: timed(requests.at(-1)),
    response_ns: timed(response),
    latency_ns: group.latencyNs,
    input: at?.source.input,
    line: at?.source.line,
    response_line: response?.source.line,
  };
}

/** A finding and its consequences, numbered on from `first`. */
export function findingTableRows(findings: readonly Finding[], time: TimeOf): readonly TableRow[] {
  const rows: TableRow[] = [];
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

export function coverageTableRows({ inputs, coverage }: Result, time: TimeOf): readonly TableRow[] {
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

export function eventTableRow(event: TraceEvent, scaleOf: ScaleOf): TableRow {
  const address = addressOf(event);
  return {
    kind: event.kind,
    time_ns: eventTime(event, scaleOf),
    input: event.source.input,
    line: event.source.line,
    byte_offset: event.source.offset,
    cpu: event.cpu,
    task: event.task,
    pid: event.pid,
    lane: event.lane,
    lane_name: event.laneName,
    hop: hopOf(event),
    dialect: event.dialect,
    probe: event.probe,
    iommu: event.iommu,
    device: event.device,
    pasid: event.pasid,
    prgi: event.prgi,
    address: address === undefined ? undefined : formatAddress(address),
    access: event.access,
    is_last: event.kind === 'page-request' ? event.isLast : undefined,
    is_stall: event.kind === 'page-request' ? event.isStall : undefined,
    code: event.code,
    raw_code: event.rawCode,
    reason: event.reason,
    vendor_reason: event.vendorReason,
    lost: event.lost,
  };
}

function eventTime({ time, source }: TraceEvent, scaleOf: ScaleOf): bigint | undefined {
  const scale = scaleOf(source.input);
  if (time === undefined || scale === undefined || scale.unit === 'none') return undefined;
  switch (scale.unit) {
    case 'ticks':
      return BigInt(scale.epoch) + BigInt(time);
    default:
      return BigInt(scale.epoch) * 1_000_000_000n + BigInt(time);
  }
}
