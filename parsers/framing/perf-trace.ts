import { decimalValue, endOfDecimal, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanTime } from './scan-time.ts';
import { endOfName, setTask } from './trace-event.ts';

const COLON = 58;
const OPEN = 40;
const CLOSE = ')';
const SLASH = '/';
const MESSAGE = 'msg: "';
const MS_PER_S = 1000;
const NS_PER_S = 1e9;
/** A comm, a slash and a number. */
const TASK_WIDTH = 24;

/**
 * Events as `perf trace -e SYSTEM:EVENT` prints them (tools/perf/builtin-trace.c, trace__event_handler; perf 6.x, 7.x):
 *
 *     MILLISECONDS COMM/TID SYSTEM:EVENT(NAME: VALUE, …)
 *
 * The time is that since the trace began. Fields that are 0 are left out.
 */
export const perfTrace: Framing = {
  name: 'perf-trace',
  kind: 'trace',
  description: 'events of perf trace',
  samples: [
    '     0.000 irq/24-AMD-Vi/67 iommu:io_page_fault(device: "0000:00:04.0", driver: "pci", iova: 2130710528)',
    '     0.555 irq/24-AMD-Vi/67 printk:console(msg: "DMAR: DRHD: handling fault status reg 2")',
  ],
  parse(line: string, out: FramedLine): boolean {
    if (!line.endsWith(CLOSE)) return false;
    const time = skipBlanks(line, 0);
    const timeEnd = scanTime(line, time, out);
    if (timeEnd < 0 || out.digits !== 3 || line.charCodeAt(timeEnd) !== SPACE) return false;
    const system = line.indexOf(' ', timeEnd + 1) < 0 ? -1 : behindTask(line, skipBlanks(line, timeEnd), out);
    if (system < 0) return false;
    const systemEnd = endOfName(line, system);
    const open = endOfName(line, systemEnd + 1);
    if (systemEnd === system || line.charCodeAt(systemEnd) !== COLON || line.charCodeAt(open) !== OPEN) return false;
    setMilliseconds(out);
    out.cpu = undefined;
    out.eventName = line.slice(systemEnd + 1, open);
    out.payload = open + 1;
    out.end = line.length - 1;
    if (out.eventName === 'console' && line.startsWith(MESSAGE, out.payload)) {
      out.payload += MESSAGE.length;
      out.end -= 1;
    }
    return true;
  },
};

/** Reads `COMM/TID ` at `at`; a comm may hold blanks and slashes. Gives the position behind it, or -1. */
function behindTask(line: string, at: number, out: FramedLine): number {
  for (let slash = line.indexOf(SLASH, at + 1); slash > 0; slash = line.indexOf(SLASH, slash + 1)) {
    if (slash - at > TASK_WIDTH) return -1;
    const end = endOfDecimal(line, slash + 1);
    if (end === slash + 1 || line.charCodeAt(end) !== SPACE) continue;
    out.pid = decimalValue(line, slash + 1, end);
    setTask(line, at, slash, out);
    return end + 1;
  }
  return -1;
}

function setMilliseconds(out: FramedLine): void {
  const nanos = (out.seconds % MS_PER_S) * 1e6 + out.nanos / MS_PER_S;
  out.seconds = Math.floor(out.seconds / MS_PER_S);
  out.nanos = Math.round(nanos) % NS_PER_S;
  out.digits = 6;
}
