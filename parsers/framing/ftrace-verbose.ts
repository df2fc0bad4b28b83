import { decimalValue, hexValue, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { setMicroseconds } from './scan-time.ts';
import { blanksBefore, digitsBefore } from './task-line.ts';
import { scanEvent, setTask } from './trace-event.ts';
import { traceHeader } from './trace-header.ts';

/**
 * The latency format with `verbose` (kernel/trace/trace_output.c, trace_print_lat_context):
 *
 *     COMM PID CPU FLAGS PREEMPT INDEX [ABSOLUTE] RELATIVEms (+DELTAms): EVENT: PAYLOAD
 *
 * FLAGS, PREEMPT, INDEX and ABSOLUTE are hexadecimal. ABSOLUTE is microseconds of the trace clock, which is
 * the time taken here.
 */
export const ftraceVerbose: Framing = {
  name: 'ftrace-verbose',
  kind: 'trace',
  description: 'tracefs trace with latency-format and verbose',
  samples: [
    '          <idle>       0   2 9 00000002 00000000 [0193d7a9] 238.450ms (+296.493ms): console: DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    const relative = line.indexOf('ms (+');
    if (relative < 0) return false;
    const behind = line.indexOf('ms): ', relative);
    const open = line.lastIndexOf('[', relative);
    const close = line.indexOf('] ', open);
    if (behind < 0 || open < 0 || close < 0 || close > relative) return false;
    const microseconds = hexValue(line, open + 1, close);
    if (Number.isNaN(microseconds)) return false;
    const cpuEnd = skipTokensBack(line, open, 3);
    const cpu = digitsBefore(line, cpuEnd);
    const pidEnd = blanksBefore(line, cpu);
    const pid = digitsBefore(line, pidEnd);
    if (cpu === cpuEnd || pid === pidEnd || pid === 0) return false;
    setMicroseconds(microseconds, out);
    out.cpu = decimalValue(line, cpu, cpuEnd);
    out.pid = decimalValue(line, pid, pidEnd);
    setTask(line, 0, pid, out);
    scanEvent(line, skipBlanks(line, behind + 5), out);
    return true;
  },
  header: traceHeader,
};

/** Position behind the token that stands `count` tokens before `end`. */
function skipTokensBack(line: string, end: number, count: number): number {
  let at = blanksBefore(line, end);
  for (let token = 0; token < count; token += 1) {
    while (at > 0 && line.charCodeAt(at - 1) !== 32) at -= 1;
    at = blanksBefore(line, at);
  }
  return at;
}
