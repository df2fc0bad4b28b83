import { LANES, type Lane } from '../../src/model/lane.ts';
import { type FramedLine, type Framing, STEP_DIGITS } from '../../src/model/parser.ts';
import { type ExportedRow, exportedRow, looksExported } from '../decode/exported-row.ts';
import { scanTime, setNoTime } from './scan-time.ts';

/** The name by which the dialect of these rows is found. */
const EVENT_NAME = 'faultlog_event';

/** What `faultlog events --format jsonl` writes: one event a line, times in seconds unless `timeUnit` says otherwise. */
export const exportedEvents: Framing = {
  name: 'faultlog-events',
  kind: 'trace',
  description: 'events that faultlog exported: `events --format jsonl`, or csv',
  samples: [
    '{"kind":"page-request","input":0,"line":12,"offset":911,"time":"1000.000002","cpu":1,"lane":"host","hop":"device>host","dialect":"intel-prq-report","device":"0000:00:0a.7","pasid":11,"prgi":344,"address":"0x824a422e1000","access":"r","last":true}',
  ],
  parse(line: string, out: FramedLine): boolean {
    if (!looksExported(line)) return false;
    out.eventName = EVENT_NAME;
    out.payload = 0;
    out.end = line.length;
    const row = exportedRow(line);
    setTime(row, out);
    out.cpu = row?.number('cpu');
    out.task = row?.text('task');
    out.pid = row?.number('pid');
    const lane = laneOf(row?.text('lane'));
    const input = row?.number('input') ?? 0;
    out.exported = row === undefined ? undefined : { input, lane, laneName: row.text('laneName') };
    return true;
  },
};

function setTime(row: ExportedRow | undefined, out: FramedLine): void {
  setNoTime(out);
  const time = row?.text('time');
  if (time === undefined) return;
  if (scanTime(time, 0, out) !== time.length) setNoTime(out);
  else if (row?.text('timeUnit') === 'steps') out.digits = STEP_DIGITS;
  else if (out.digits < 0 && row?.text('timeUnit') === undefined) out.digits = 0;
}

function laneOf(name: string | undefined): Lane {
  return LANES.find((lane) => lane === name) ?? 'host';
}
