import { plural, sanitise } from '../base/text.ts';
import type { GroupRow } from '../model/group.ts';
import { formatDuration } from '../model/time.ts';

/** One group instance as a line for a person; `pathOf` names an input. */
export function groupText(row: GroupRow, pathOf: (input: number) => string): string {
  const pasid = row.pasid === undefined ? 'no PASID' : `PASID ${row.pasid}`;
  const first = row.requests[0];
  const time = first?.time ?? row.response?.time ?? '';
  const code = row.code === undefined ? '' : row.rawCode === undefined ? row.code : `${row.code} (${row.rawCode})`;
  const columns = [
    time.padStart(16),
    (row.device ?? '').padEnd(12),
    pasid.padEnd(9),
    `PRGI ${row.prgi} #${row.instance}`.padEnd(14),
    plural(row.requests.length, 'request').padEnd(12),
    row.state.padEnd(17),
    code.padEnd(20),
    (row.latencyNs === undefined ? '' : formatDuration(row.latencyNs)).padEnd(10),
    places(row, pathOf),
    row.owner ?? '',
    row.findings.join(' '),
  ];
  return `${sanitise(columns.join(' ')).trimEnd()}\n`;
}

/** `trace.txt:17→24`: the first request and the answer. */
function places(row: GroupRow, pathOf: (input: number) => string): string {
  const first = row.requests[0];
  const { response } = row;
  if (first === undefined) return response === undefined ? '' : `→${pathOf(response.input)}:${response.line}`;
  const start = `${pathOf(first.input)}:${first.line}`;
  if (response === undefined) return start;
  const isSame = response.input === first.input;
  return `${start}→${isSame ? '' : `${pathOf(response.input)}:`}${response.line}`;
}
