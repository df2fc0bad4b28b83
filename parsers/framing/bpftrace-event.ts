import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { setNanoseconds } from './scan-time.ts';
import { setTask } from './trace-event.ts';

/** `nsecs`, CPU, comm, thread, event's name. */
const LINE = /^\s*(\d{9,19}) cpu=(\d+) comm=(.*?)(?: pid=(\d+))? (?:[a-z]\w*:([a-z]\w+) |printk: )/;

/**
 * Trace events that a bpftrace program prints with their fields, and the kernel's messages:
 *
 *     NSECS cpu=N comm=NAME [pid=N] SYSTEM:EVENT NAME=VALUE …
 *     NSECS cpu=N comm=NAME printk: TEXT
 */
export const bpftraceEvent: Framing = {
  name: 'bpftrace-event',
  kind: 'trace',
  description: 'trace events and kernel messages that a bpftrace program prints',
  samples: [
    '31002649581 cpu=0 comm=irq/24-AMD-Vi pid=52 iommu:io_page_fault device=0000:00:04.0 driver=pci iova=0x7f001000 flags=0x0',
    '31002649581 cpu=0 comm=swapper/0 printk: DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    const match = LINE.exec(line);
    if (match === null) return false;
    const [head, nanoseconds = '', cpu, comm = '', pid, name] = match;
    setNanoseconds(nanoseconds, 0, nanoseconds.length, out);
    out.cpu = Number(cpu);
    setTask(comm, 0, comm.length, out);
    out.pid = pid === undefined ? undefined : Number(pid);
    out.eventName = name ?? 'console';
    out.payload = head.length;
    out.end = line.length;
    return true;
  },
};
