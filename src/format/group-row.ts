import { addressOf, formatAddress, type TraceEvent } from '../model/event.ts';
import type { AnsweredBy } from '../model/finding.ts';
import type { GroupRow, GroupState } from '../model/group.ts';
import type { Lane } from '../model/lane.ts';
import { type ClockScale, formatTime } from '../model/time.ts';
import { hopOf } from './event-row.ts';

/** An event of another lane, and when it was on the clock of the instance's own. */
export interface Sighting {
  readonly event: TraceEvent;
  readonly at: number;
}

/** What is known of an instance, wherever it is kept. */
export interface GroupFacts {
  /** '' where the log names no device. */
  readonly device: string;
  readonly pasid: number | undefined;
  readonly prgi: number;
  readonly ordinal: number;
  readonly privateData: string | undefined;
  readonly state: GroupState;
  readonly lane: Lane;
  /** In arrival order. */
  readonly requests: readonly TraceEvent[];
  readonly response: TraceEvent | undefined;
  /** What was seen of them on the hops above the wire. */
  readonly upperHops: readonly TraceEvent[];
  /** What the lanes above saw of its delivery. */
  readonly above: readonly Sighting[];
  readonly answeredBy: AnsweredBy | undefined;
  readonly sinceEpoch: number | undefined;
  readonly latencyNs: number | undefined;
  readonly findings: readonly string[];
}

/** The scale of the times of an input. */
type ScaleOf = (input: number) => ClockScale | undefined;

/** One row of `faultlog groups`, in the shape of the output. */
export function toGroupRow(group: GroupFacts, scaleOf: ScaleOf): GroupRow {
  const { response, lane, latencyNs } = group;
  return {
    ...(group.device === '' ? {} : { device: group.device }),
    ...(group.pasid === undefined ? {} : { pasid: group.pasid }),
    prgi: group.prgi,
    instance: group.ordinal,
    state: group.state,
    ...(response?.code === undefined ? {} : { code: response.code }),
    ...(response?.rawCode === undefined ? {} : { rawCode: response.rawCode }),
    ...(group.privateData === undefined ? {} : { privateData: group.privateData }),
    requests: group.requests.map((request) => requestRow(request, group, scaleOf)),
    ...(response === undefined ? {} : { response: lineRow(response, scaleOf) }),
    ...(group.upperHops.length === 0 && group.above.length === 0 ? {} : { journey: journeyOf(group, scaleOf) }),
    ...(group.answeredBy === undefined ? {} : { answeredBy: group.answeredBy }),
    ...(response === undefined
      ? {}
      : {
          sentBy: {
            lane,
            ...(response.task === undefined ? {} : { task: taskName(response) }),
            ...(group.sinceEpoch === undefined ? {} : { sinceEpochNs: group.sinceEpoch }),
          },
        }),
    ...(latencyNs === undefined ? {} : { latencyNs }),
    findings: [...group.findings].sort(),
  };
}

/** The instance from hop to hop, in order of time. */
function journeyOf(group: GroupFacts, scaleOf: ScaleOf): NonNullable<GroupRow['journey']> {
  const { requests, upperHops, response, above } = group;
  const own = [...requests, ...upperHops, ...(response === undefined ? [] : [response])];
  const seen = [...own.map((event) => ({ event, at: event.time ?? 0 })), ...above];
  const inOrder = seen.sort((a, b) => a.at - b.at || a.event.source.line - b.event.source.line);
  return inOrder.map(({ event }) => ({
    ...lineRow(event, scaleOf),
    hop: hopOf(event) ?? '',
    ...(event.probe === undefined ? {} : { probe: event.probe }),
  }));
}

function requestRow(request: TraceEvent, group: GroupFacts, scaleOf: ScaleOf): GroupRow['requests'][number] {
  const address = addressOf(request);
  return {
    ...lineRow(request, scaleOf),
    ...(address === undefined ? {} : { address: formatAddress(address) }),
    ...(request.access === undefined ? {} : { access: request.access }),
    last: request.isLast,
    ...(request.pasid === undefined || request.pasid === (group.pasid ?? 0) ? {} : { pasid: request.pasid }),
  };
}

function lineRow(event: TraceEvent, scaleOf: ScaleOf): { input: number; line: number; time?: string } {
  const { input, line } = event.source;
  const scale = scaleOf(input);
  if (event.time === undefined || scale === undefined) return { input, line };
  return { input, line, time: formatTime(event.time, scale) };
}

function taskName(event: TraceEvent): string {
  return event.pid === undefined ? (event.task ?? '') : `${event.task ?? ''}-${event.pid}`;
}
