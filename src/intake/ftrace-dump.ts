import type { FramedLine } from '../model/parser.ts';

/** Comm, thread, CPU. */
const HEAD = /^\s*(\S.{0,15}?)-(\d+) +(\d+)\S{1,9} +\d+us[^\w\s]? ?: /;
const MARK = 'us';
const LAST_COLUMN = 64;

/**
 * A line of the tracer's buffer in the kernel's log, as `ftrace_dump_on_oops` and `sysrq-z` print it (kernel/trace/trace.c,
 * ftrace_dump): sets task, thread and CPU and gives the position of the event's name, `payload` for other lines. The
 * log's time is that of the dump, and the event's own one counts from the start of the buffer: it has none.
 */
export function behindDumpHead(line: string, framed: FramedLine): number {
  const { payload } = framed;
  const mark = line.indexOf(MARK, payload);
  if (mark < 0 || mark > payload + LAST_COLUMN) return payload;
  const match = HEAD.exec(line.slice(payload, payload + LAST_COLUMN + MARK.length));
  if (match === null) return payload;
  const [head, comm, pid, cpu] = match;
  framed.task = comm;
  framed.pid = Number(pid);
  framed.cpu = Number(cpu);
  framed.seconds = Number.NaN;
  return payload + head.length;
}
