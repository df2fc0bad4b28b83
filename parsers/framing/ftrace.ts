import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanTaskLine } from './task-line.ts';
import { TaskPrefixRows } from './task-prefix-rows.ts';
import { isPadded } from './trace-cmd.ts';
import { scanEvent } from './trace-event.ts';
import { TRACE_HEADER_NEEDLES, traceHeader } from './trace-header.ts';

/**
 * The text of tracefs `trace` and `trace_pipe` (kernel/trace/trace_output.c, trace_print_context, 3.x to 7.x):
 *
 *     COMM-PID [(TGID)] [CPU] FLAGS TIME: EVENT: PAYLOAD
 *
 * Four flag characters until 5.15, five since 5.16, none with `noirq-info`; the tgid column with `record-tgid`. The time is
 * in seconds with six digits, or a raw count with the clocks `counter`, `uptime` and `x86-tsc`. Which clock
 * it is the text does not say.
 */
function parse(line: string, out: FramedLine): boolean {
  const at = scanTaskLine(line, out);
  if (at < 0) return false;
  scanEvent(line, at, out);
  return !isPadded(line, at, out);
}

export const ftrace: Framing = {
  name: 'ftrace',
  kind: 'trace',
  description: 'text of tracefs trace and trace_pipe, trace-cmd show',
  samples: [
    ' irq/24-dmar0-pr-52      [000] .....    12.444336: prq_report: dmar0/0000:01:00.0 seq# 0: rid=0x100 addr=0x100 rw--l pasid=0x1 index=0x1',
    '          <idle>-0       (-------) [003] d.s3.    16.661148: qi_submit: iotlb_inv dmar0: 0x900e2 0x0 0x0 0x0',
    '          <idle>-0       [003] d.s3.           33: qi_submit: iotlb_inv dmar0: 0x900e2 0x0 0x0 0x0',
  ],
  needles: TRACE_HEADER_NEEDLES,
  parse,
  prefixScanner: (rows) => new TaskPrefixRows(rows, parse),
  // These two are of `trace-cmd report`.
  header: (line) => (line.startsWith('cpus=') || line.endsWith(' EVENTS DROPPED]') ? undefined : traceHeader(line)),
};
