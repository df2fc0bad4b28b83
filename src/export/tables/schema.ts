import type { Cell } from './cells.ts';

/** Version of the tables; it is in every file (`faultlog.tables`). A column more, less or changed is a new version. */
export const TABLES_VERSION = 2;

export type ColumnType = 'STRING' | 'INT32' | 'INT64' | 'BOOLEAN';

/** A column; all may be null: what the capture does not say is absent. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly help: string;
  /** Files have its least and largest value of each row group, so that readers skip what a question leaves out. */
  readonly isSought?: boolean;
}

const TIME = "nanoseconds on the capture's clock";
const DEVICE = [
  { name: 'device', type: 'STRING', help: 'PCI device or stream, as the log names it', isSought: true },
  { name: 'pasid', type: 'INT32', help: 'absent is not 0', isSought: true },
  { name: 'prgi', type: 'INT32', help: 'page-request-group index; the tag of an SMMU stall' },
] as const satisfies readonly Column[];
const LANE = [
  { name: 'lane', type: 'STRING', help: 'host, driver, vmm or guest' },
  { name: 'lane_name', type: 'STRING', help: 'of a guest that has one' },
] as const satisfies readonly Column[];

/** One row for each page-request-group instance (semantics §2, §3). */
const GROUPS = [
  ...DEVICE,
  { name: 'instance', type: 'INT32', help: 'the n-th use of the key, from 1' },
  { name: 'state', type: 'STRING', help: 'semantics §3: answered, dropped, …' },
  { name: 'code', type: 'STRING', help: 'of the answer' },
  { name: 'raw_code', type: 'INT32', help: "where it differs from the specification's" },
  { name: 'answered_by', type: 'STRING', help: 'handler, host or hardware' },
  { name: 'sent_by', type: 'STRING', help: 'task that sent the answer' },
  ...LANE,
  { name: 'owner', type: 'STRING', help: 'owner of the PASID' },
  { name: 'private_data', type: 'STRING', help: 'private data words of the requests' },
  { name: 'requests', type: 'INT32', help: 'number of requests' },
  { name: 'first_request_ns', type: 'INT64', help: TIME, isSought: true },
  { name: 'last_request_ns', type: 'INT64', help: TIME, isSought: true },
  { name: 'response_ns', type: 'INT64', help: TIME, isSought: true },
  { name: 'latency_ns', type: 'INT64', help: 'from the last request to the answer' },
  { name: 'input', type: 'INT32', help: 'index into coverage of the same capture' },
  { name: 'line', type: 'INT64', help: 'of the first request, or of the answer without one; from 1' },
  { name: 'response_line', type: 'INT64', help: 'of the answer, from 1' },
] as const satisfies readonly Column[];

/** One row for each finding, and for each consequence under it. */
const FINDINGS = [
  { name: 'finding', type: 'INT32', help: 'number in the capture, from 1, worst first' },
  { name: 'consequence_of', type: 'INT32', help: 'the finding that it hangs under' },
  { name: 'rule', type: 'STRING', help: 'FL101 …' },
  { name: 'name', type: 'STRING', help: 'of the rule' },
  { name: 'severity', type: 'STRING', help: 'error, warning or note' },
  { name: 'certainty', type: 'STRING', help: 'certain, likely or possible' },
  ...DEVICE,
  { name: 'owner', type: 'STRING', help: 'owner of the PASID' },
  { name: 'scope', type: 'STRING', help: 'owner, function, iommu or capture' },
  { name: 'message', type: 'STRING', help: 'the sentence' },
  { name: 'time_ns', type: 'INT64', help: TIME, isSought: true },
  { name: 'fingerprint', type: 'STRING', help: 'the same in a new recording of the same bug' },
  { name: 'input', type: 'INT32', help: 'of the first line of evidence' },
  { name: 'line', type: 'INT64', help: 'of the first line of evidence, from 1' },
] as const satisfies readonly Column[];

const OF_ALL = 'of the whole capture, in the row of input 0';
const NOT_JUDGED = `events not judged, since more of them are named than faultlog follows; ${OF_ALL}`;

/** One row for each input: what was read and what is missing. */
const COVERAGE = [
  { name: 'input', type: 'INT32', help: 'index, from 0' },
  { name: 'path', type: 'STRING', help: 'as given' },
  ...LANE,
  { name: 'framing', type: 'STRING', help: 'what wraps the lines' },
  { name: 'clock', type: 'STRING', help: 'as declared' },
  { name: 'bytes', type: 'INT64', help: 'unpacked' },
  { name: 'lines', type: 'INT64', help: '' },
  { name: 'events', type: 'INT64', help: 'normalised events' },
  { name: 'unread', type: 'INT64', help: 'lines that name an IOMMU and that nobody reads' },
  { name: 'lost_events', type: 'INT64', help: 'known to be lost' },
  { name: 'gaps', type: 'INT32', help: '' },
  { name: 'first_ns', type: 'INT64', help: TIME, isSought: true },
  { name: 'last_ns', type: 'INT64', help: TIME, isSought: true },
  { name: 'error', type: 'STRING', help: 'why it could not be read to its end' },
  { name: 'head_unknown', type: 'INT64', help: OF_ALL },
  { name: 'open_at_end', type: 'INT64', help: OF_ALL },
  { name: 'findings_omitted', type: 'INT64', help: `counted only, since a rule reached its limit; ${OF_ALL}` },
  { name: 'beyond_iommus', type: 'INT64', help: NOT_JUDGED },
  { name: 'beyond_requesters', type: 'INT64', help: NOT_JUDGED },
  { name: 'beyond_pasids', type: 'INT64', help: NOT_JUDGED },
  { name: 'beyond_keys', type: 'INT64', help: NOT_JUDGED },
  { name: 'beyond_gaps', type: 'INT64', help: `gaps not listed; ${OF_ALL}` },
] as const satisfies readonly Column[];

/** One row for each normalised event. */
const EVENTS = [
  { name: 'kind', type: 'STRING', help: 'page-request, page-response, fault, …' },
  { name: 'time_ns', type: 'INT64', help: TIME, isSought: true },
  { name: 'input', type: 'INT32', help: '' },
  { name: 'line', type: 'INT64', help: 'from 1' },
  { name: 'byte_offset', type: 'INT64', help: 'of the line in the unpacked input' },
  { name: 'cpu', type: 'INT32', help: '' },
  { name: 'task', type: 'STRING', help: '' },
  { name: 'pid', type: 'INT32', help: '' },
  ...LANE,
  { name: 'hop', type: 'STRING', help: 'device>host, …' },
  { name: 'dialect', type: 'STRING', help: '' },
  { name: 'probe', type: 'STRING', help: 'function or tracepoint that printed it' },
  { name: 'iommu', type: 'STRING', help: '' },
  ...DEVICE,
  { name: 'address', type: 'STRING', help: '0x…, in bytes' },
  { name: 'access', type: 'STRING', help: 'letters out of rwxp' },
  { name: 'is_last', type: 'BOOLEAN', help: 'last request of its group' },
  { name: 'is_stall', type: 'BOOLEAN', help: 'an SMMU stall' },
  { name: 'code', type: 'STRING', help: 'of a response' },
  { name: 'raw_code', type: 'INT32', help: '' },
  { name: 'reason', type: 'STRING', help: 'normalised' },
  { name: 'vendor_reason', type: 'STRING', help: 'as printed' },
  { name: 'lost', type: 'INT64', help: 'events lost, messages suppressed' },
] as const satisfies readonly Column[];

export const TABLES = { groups: GROUPS, findings: FINDINGS, coverage: COVERAGE, events: EVENTS } as const;
export type TableName = keyof typeof TABLES;

/** The columns of a table. */
export type ColumnName<Table extends TableName> = (typeof TABLES)[Table][number]['name'];

/** A row by column name; what is absent is null in the file. */
export type TableRow<Table extends TableName> = { readonly [Name in ColumnName<Table>]: Cell | undefined };
