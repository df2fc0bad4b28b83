import { decimalValue, endOfDecimal, isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanTime, setMicroseconds } from './scan-time.ts';
import { scanEvent, setTask } from './trace-event.ts';
import { traceHeader } from './trace-header.ts';

const COLON = 58;

/**
 * The latency format of tracefs (`latency-format`; kernel/trace/trace_output.c, trace_print_lat_context) and
 * of `trace-cmd report -l`:
 *
 *     COMM-PID   CPU FLAGS TIME us MARK: EVENT: PAYLOAD
 *
 * CPU and flags stand together (`2d.h2.`), MARK is one character for the delay. The time is in microseconds
 * since the oldest event of the buffer; trace-cmd prints seconds of the clock.
 */
export const ftraceLatency: Framing = {
  name: 'ftrace-latency',
  kind: 'trace',
  description: 'tracefs trace with latency-format, trace-cmd report -l',
  samples: [
    '  <idle>-0         2d.h2. 684628us!: console: DMAR: DRHD: handling fault status reg 2',
    '   sleep-426       3d.s2. 680345us : qi_submit: iotlb_inv dmar0: 0x900e2 0x0 0x0 0x0',
    '  <idle>-0       2d.h2.   263.593295: console:              DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    let dash = line.indexOf('-', 1);
    while (dash > 0 && dash < LAST_PID_COLUMN) {
      const at = scanBehindTask(line, dash + 1, out);
      if (at >= 0) {
        setTask(line, 0, dash, out);
        scanEvent(line, at, out);
        return true;
      }
      dash = line.indexOf('-', dash + 1);
    }
    return false;
  },
  header: traceHeader,
};

const LAST_PID_COLUMN = 80;

/** `PID CPUFLAGS TIME:` at `from`; gives the position behind the colon, or -1. */
function scanBehindTask(line: string, from: number, out: FramedLine): number {
  const pidEnd = endOfDecimal(line, from);
  if (pidEnd === from || line.charCodeAt(pidEnd) !== SPACE) return -1;
  const cpu = skipBlanks(line, pidEnd);
  const cpuEnd = endOfDecimal(line, cpu);
  if (cpuEnd === cpu || cpuEnd - cpu > 4) return -1;
  let flagsEnd = cpuEnd;
  while (flagsEnd < line.length && isFlagCode(line.charCodeAt(flagsEnd))) flagsEnd += 1;
  if (flagsEnd === cpuEnd || flagsEnd - cpuEnd > 9 || line.charCodeAt(flagsEnd) !== SPACE) return -1;
  const colon = scanLatencyTime(line, skipBlanks(line, flagsEnd), out);
  if (colon < 0) return -1;
  out.pid = decimalValue(line, from, pidEnd);
  out.cpu = decimalValue(line, cpu, cpuEnd);
  return colon + 1;
}

function isFlagCode(code: number): boolean {
  return code === 46 || code === 35 || isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** `684628us!:`, `224710us :`, `263.593295:` or a count; gives the colon's position, or -1. */
function scanLatencyTime(line: string, at: number, out: FramedLine): number {
  const end = scanTime(line, at, out);
  if (end < 0) return -1;
  if (line.startsWith('us', end)) {
    setMicroseconds(out.seconds + out.nanos / 1e9, out);
    const mark = end + 2;
    if (line.charCodeAt(mark) === COLON) return mark;
    return line.charCodeAt(mark + 1) === COLON ? mark + 1 : -1;
  }
  const colon = skipBlanks(line, end);
  return line.charCodeAt(colon) === COLON ? colon : -1;
}
