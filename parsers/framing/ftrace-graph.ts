import { decimalValue, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanTime, setNoTime } from './scan-time.ts';
import { blanksBefore, digitsBefore } from './task-line.ts';
import { scanEvent, setTask } from './trace-event.ts';
import { traceHeader } from './trace-header.ts';

const BAR = 124;
const CLOSE_PARENTHESIS = 41;
const EVENT_OPEN = '/* ';
const EVENT_CLOSE = ' */';

/**
 * Events inside the output of the function_graph tracer (kernel/trace/trace_functions_graph.c), as comments:
 *
 *     [TIME |] CPU) [COMM-PID |] [FLAGS |] DURATION | … /* EVENT: PAYLOAD *\/
 *
 * A time only with `funcgraph-abstime`, a task only with `funcgraph-proc`. Lines without an event are not framed.
 */
export const ftraceGraph: Framing = {
  name: 'ftrace-graph',
  kind: 'trace',
  description: 'events in the output of the function_graph tracer',
  samples: [
    ' 2)               |                /* console: DMAR: DRHD: handling fault status reg 2 */',
    '  247.297226 |   2)    <idle>-0    |  d.h2. |               |                /* console: DMAR: DRHD: handling fault status reg 2 */',
  ],
  parse(line: string, out: FramedLine): boolean {
    const event = line.indexOf(EVENT_OPEN);
    if (event < 0 || !line.endsWith(EVENT_CLOSE)) return false;
    const bar = line.lastIndexOf('|', event);
    const parenthesis = line.indexOf(')');
    const cpu = digitsBefore(line, parenthesis);
    if (parenthesis < 1 || cpu === parenthesis || bar < parenthesis) return false;
    if (!scanAbstime(line, cpu, out)) return false;
    out.cpu = decimalValue(line, cpu, parenthesis);
    scanProc(line, parenthesis + 1, out);
    scanEvent(line, event + EVENT_OPEN.length, out);
    out.end = line.length - EVENT_CLOSE.length;
    return out.eventName !== undefined;
  },
  header: traceHeader,
};

/** What stands in front of the CPU: nothing, or `TIME |`. */
function scanAbstime(line: string, cpu: number, out: FramedLine): boolean {
  const start = skipBlanks(line, 0);
  if (start === cpu) {
    setNoTime(out);
    return true;
  }
  const end = scanTime(line, start, out);
  return end >= 0 && line.charCodeAt(skipBlanks(line, end)) === BAR;
}

/** `COMM-PID |` behind the CPU, if it is there. */
function scanProc(line: string, from: number, out: FramedLine): void {
  out.task = undefined;
  out.pid = undefined;
  const bar = line.indexOf('|', from);
  const end = blanksBefore(line, bar);
  const pid = digitsBefore(line, end);
  if (pid === end || line.charCodeAt(pid - 1) !== 45 || line.charCodeAt(end) === CLOSE_PARENTHESIS) return;
  out.pid = decimalValue(line, pid, end);
  setTask(line, from, pid - 1, out);
}
