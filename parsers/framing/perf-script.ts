import { decimalValue, endOfDecimal, isDigit, SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing, HeaderFact } from '../../src/model/parser.ts';
import { scanTime } from './scan-time.ts';
import { blanksBefore, digitsBefore } from './task-line.ts';
import { endOfName, scanEvent, setTask } from './trace-event.ts';

const COLON = 58;
const POINT = 46;
const SLASH = 47;
const OPEN = 91;
const CLOSE = 93;

/**
 * The text of `perf script` (tools/perf/builtin-script.c, perf 4.x to 7.x), default fields and `-F comm,pid,tid,cpu,time,event`:
 *
 *     COMM PID[/TID] [[CPU]] TIME: [PERIOD] SYSTEM:EVENT: PAYLOAD
 *
 * The time is in seconds with six digits, nine with `--ns`. Call chains stand on lines of their own and are not framed.
 */
export const perfScript: Framing = {
  name: 'perf-script',
  kind: 'trace',
  description: 'text of perf script',
  samples: [
    '            bash     374 [003]    60.714622:                intel_iommu:qi_submit: iotlb_inv dmar0: 0x900e2 0x0 0x0 0x0',
    '  irq/24-AMD-Vi      67/67      [002]   753.899401:                  iommu:io_page_fault: IOMMU:pci 0000:00:04.0 iova=0x000000007f001000 flags=0x0000',
    '         swapper       0 [002]    60.284729123:                       printk:console: DMAR: DRHD: handling fault status reg 2',
  ],
  needles: ['PERF_RECORD_LOST'],
  parse(line: string, out: FramedLine): boolean {
    let colon = line.indexOf(': ');
    while (colon > 0) {
      if (scanHead(line, colon, out) && scanSystemEvent(line, colon + 1, out)) return true;
      colon = line.indexOf(': ', colon + 1);
    }
    return false;
  },
  header: perfHeader,
};

/** `COMM PID[/TID] [[CPU]] TIME` that ends at `colon`; the time is what decides. */
function scanHead(line: string, colon: number, out: FramedLine): boolean {
  const fraction = digitsBefore(line, colon);
  if (fraction === colon || line.charCodeAt(fraction - 1) !== POINT) return false;
  const time = digitsBefore(line, fraction - 1);
  if (scanTime(line, time, out) !== colon) return false;
  let end = blanksBefore(line, time);
  if (end === time) return false;
  out.cpu = undefined;
  if (line.charCodeAt(end - 1) === CLOSE) {
    const cpu = digitsBefore(line, end - 1);
    if (cpu === end - 1 || line.charCodeAt(cpu - 1) !== OPEN) return false;
    out.cpu = decimalValue(line, cpu, end - 1);
    end = blanksBefore(line, cpu - 1);
  }
  const last = digitsBefore(line, end);
  let pid = last;
  if (line.charCodeAt(last - 1) === SLASH) pid = digitsBefore(line, last - 1);
  if (pid === end || pid === 0 || line.charCodeAt(pid - 1) !== SPACE) return false;
  out.pid = decimalValue(line, last, end);
  setTask(line, 0, pid, out);
  return true;
}

/** `[PERIOD] SYSTEM:EVENT: PAYLOAD`. */
function scanSystemEvent(line: string, from: number, out: FramedLine): boolean {
  let at = skipBlanks(line, from);
  if (isDigit(line.charCodeAt(at))) {
    const period = endOfDecimal(line, at);
    if (line.charCodeAt(period) !== SPACE) return false;
    at = skipBlanks(line, period);
  }
  const system = endOfName(line, at);
  if (system === at || line.charCodeAt(system) !== COLON) return false;
  scanEvent(line, system + 1, out);
  return out.eventName !== undefined;
}

/** `… PERF_RECORD_LOST lost 12` of `--show-lost-events`, and the comment lines of `--header`. */
function perfHeader(line: string): HeaderFact | undefined {
  const lost = line.indexOf('PERF_RECORD_LOST');
  if (lost >= 0) {
    const word = line.indexOf('lost ', lost);
    const end = word < 0 ? -1 : endOfDecimal(line, word + 5);
    return { kind: 'lost', cpu: undefined, lost: end > word + 5 ? decimalValue(line, word + 5, end) : undefined };
  }
  return line.startsWith('# ') ? { kind: 'comment' } : undefined;
}
