import type { GroupFacts } from '../../format/group-row.ts';
import type { AnsweredGroup } from '../../model/answered-group.ts';
import type { TraceEvent } from '../../model/event.ts';
import { clockCell, type ScaleOf } from './clock-cell.ts';
import type { RowReader } from './parquet-writer.ts';

/** Who a PASID belongs to, where somebody said so. */
export type OwnerOf = (device: string, pasid: number | undefined) => string | undefined;

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

export function groupCells(scaleOf: ScaleOf, ownerOf: OwnerOf): RowReader<'groups', TabledGroup> {
  const timed = (event: TraceEvent | undefined) => event && clockCell(event.time, scaleOf(event.source.input));
  return {
    device: ({ device }) => (device === '' ? undefined : device),
    pasid: ({ pasid }) => pasid,
    prgi: ({ prgi }) => prgi,
    instance: ({ ordinal }) => ordinal,
    state: ({ state }) => state,
    code: ({ response }) => response?.code,
    raw_code: ({ response }) => response?.rawCode,
    answered_by: ({ answeredBy }) => answeredBy,
    sent_by: ({ response }) => response?.task,
    lane: ({ lane }) => lane,
    lane_name: (group) => startOf(group)?.laneName,
    owner: ({ device, pasid }) => ownerOf(device, pasid),
    private_data: ({ privateData }) => privateData,
    requests: ({ requests }) => requests.length,
    first_request_ns: ({ requests }) => timed(requests[0]),
    last_request_ns: ({ requests }) => timed(requests.at(-1)),
    response_ns: ({ response }) => timed(response),
    latency_ns: ({ latencyNs }) => latencyNs,
    input: (group) => startOf(group)?.source.input,
    line: (group) => startOf(group)?.source.line,
    response_line: ({ response }) => response?.source.line,
  };
}

function startOf({ requests: [first], response }: TabledGroup): TraceEvent | undefined {
  return first ?? response;
}

/** The same of an instance without an object: it was answered with success, by whoever. */
export function answeredCells(scaleOf: ScaleOf, ownerOf: OwnerOf): RowReader<'groups', AnsweredGroup> {
  return {
    device: ({ device }) => (device === '' ? undefined : device),
    pasid: ({ pasid }) => pasid,
    prgi: ({ prgi }) => prgi,
    instance: ({ ordinal }) => ordinal,
    state: 'answered',
    code: 'success',
    raw_code: undefined,
    answered_by: ({ answeredBy }) => answeredBy,
    sent_by: ({ sender }) => sender,
    lane: ({ origin }) => origin.lane,
    lane_name: ({ origin }) => origin.laneName,
    owner: ({ device, pasid }) => ownerOf(device, pasid),
    private_data: undefined,
    requests: ({ requests }) => requests,
    first_request_ns: ({ firstAt, origin }) => clockCell(firstAt, scaleOf(origin.input)),
    last_request_ns: ({ sealedAt, origin }) => clockCell(sealedAt, scaleOf(origin.input)),
    response_ns: ({ answeredAt, origin }) => clockCell(answeredAt, scaleOf(origin.input)),
    latency_ns: ({ latencyNs }) => latencyNs,
    input: ({ origin }) => origin.input,
    line: ({ firstLine }) => firstLine,
    response_line: ({ answerLine }) => answerLine,
  };
}
