import { hopOf } from '../format/event-row.ts';
import type { InputReport } from '../intake/input.ts';
import { addressOf, formatAddress, type TraceEvent } from '../model/event.ts';
import type { GroupRow } from '../model/group.ts';
import type { Lane } from '../model/lane.ts';
import { formatTime } from '../model/time.ts';
import { latencyOf, type PageRequestGroup } from '../replay/page-request-group.ts';
import { samePasid } from '../replay/requests.ts';

/** One row of `faultlog groups`, in the shape of the output. */
export function toGroupRow(group: PageRequestGroup, reports: readonly InputReport[], lane: Lane): GroupRow {
  const { response } = group;
  const latency = latencyOf(group);
  return {
    ...(group.requester.name === '' ? {} : { device: group.requester.name }),
    ...(group.pasid === undefined ? {} : { pasid: group.pasid }),
    prgi: group.prgi,
    instance: group.ordinal,
    state: group.state,
    ...(response?.code === undefined ? {} : { code: response.code }),
    ...(response?.rawCode === undefined ? {} : { rawCode: response.rawCode }),
    ...(group.privateData === undefined ? {} : { privateData: group.privateData }),
    requests: group.requests.map((request) => requestRow(request, group, reports)),
    ...(response === undefined ? {} : { response: lineRow(response, reports) }),
    ...(group.upperHops.length === 0 ? {} : { journey: journeyOf(group, reports) }),
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
    ...(latency === undefined ? {} : { latencyNs: latency }),
    findings: [...group.findings].sort(),
  };
}

/** The instance from hop to hop, in order of time. */
function journeyOf(group: PageRequestGroup, reports: readonly InputReport[]): NonNullable<GroupRow['journey']> {
  const { requests, upperHops, response } = group;
  const events = [...requests, ...upperHops, ...(response === undefined ? [] : [response])];
  const inOrder = events.sort((a, b) => (a.time ?? 0) - (b.time ?? 0) || a.source.line - b.source.line);
  return inOrder.map((event) => ({
    ...lineRow(event, reports),
    hop: hopOf(event) ?? '',
    ...(event.probe === undefined ? {} : { probe: event.probe }),
  }));
}

function requestRow(
  request: TraceEvent,
  group: PageRequestGroup,
  reports: readonly InputReport[],
): GroupRow['requests'][number] {
  const address = addressOf(request);
  return {
    ...lineRow(request, reports),
    ...(address === undefined ? {} : { address: formatAddress(address) }),
    ...(request.access === undefined ? {} : { access: request.access }),
    last: request.isLast,
    ...(request.pasid === undefined || samePasid(request.pasid, group.pasid) ? {} : { pasid: request.pasid }),
  };
}

function lineRow(event: TraceEvent, reports: readonly InputReport[]): { input: number; line: number; time?: string } {
  const { input, line } = event.source;
  const scale = reports[input]?.scale;
  if (event.time === undefined || scale === undefined) return { input, line };
  return { input, line, time: formatTime(event.time, scale) };
}

function taskName(event: TraceEvent): string {
  return event.pid === undefined ? (event.task ?? '') : `${event.task ?? ''}-${event.pid}`;
}
