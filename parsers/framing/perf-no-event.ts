import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanTime } from './scan-time.ts';
import { setTask } from './trace-event.ts';

/** Comm, CPU, time, text. */
const LINE = /^\s*(\S.*?)\s+\[(\d{3,})\]\s+(\d+\.\d{6,9}): +(?=\S)/;
/** A thread behind the comm is other fields' or another tool's. */
const THREAD = /(?:\s|-)\d+(?:\/\d+)?$/;
const NAMED = /^[\w-]+:[\w-]+: /;
const PAGE_FAULT = /^IOMMU:\S+ \S+ iova=0x[0-9a-f]+ flags=0x/;
const MAPPING = 'IOMMU: iova=0x';

/**
 * `perf script -F comm,cpu,time,trace`, which leaves the event's name out: what can only be an io_page_fault or a mapping
 * is taken for one, all else for the kernel's log:
 *
 *     COMM [CPU] TIME: PAYLOAD
 */
export const perfNoEvent: Framing = {
  name: 'perf-no-event',
  kind: 'trace',
  description: 'text of perf script without the names of the events',
  samples: [
    '  irq/24-AMD-Vi [002]   753.899401: IOMMU:pci 0000:00:04.0 iova=0x000000007f001000 flags=0x0000',
    '        swapper [002]    60.284729: DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    const match = LINE.exec(line);
    if (match === null) return false;
    const [head, comm = '', cpu, time = ''] = match;
    if (THREAD.test(comm) || NAMED.test(line.slice(head.length))) return false;
    scanTime(time, 0, out);
    setTask(comm, 0, comm.length, out);
    out.cpu = Number(cpu);
    out.pid = undefined;
    out.payload = head.length;
    out.end = line.length;
    out.eventName = nameOf(line.slice(head.length));
    return true;
  },
};

function nameOf(payload: string): string {
  if (PAGE_FAULT.test(payload)) return 'io_page_fault';
  return payload.startsWith(MAPPING) ? 'map' : 'console';
}
