import { SPACE, skipBlanks } from '../../src/base/scan.ts';
import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { scanTaskLine } from './task-line.ts';
import { scanEvent } from './trace-event.ts';
import { TRACE_CMD_HEADER_NEEDLES, traceCmdHeader } from './trace-header.ts';

/** `EVENT: ` is padded to this width (libtraceevent, tep_print_event with "%-20s"). */
const NAME_WIDTH = 22;

/**
 * The text of `trace-cmd report` (trace-cmd 2.x to 3.4): as the `trace` file, but event names are padded. Flags since
 * 3.2; a column for the instance with `INSTANCE:`; `-t` gives nanoseconds, `--raw-ts` a raw count directly
 * behind the flags, `--ts-diff` a `(+N)` in front of the name, `-R` and `fields` the raw fields.
 */
export const traceCmd: Framing = {
  name: 'trace-cmd',
  kind: 'trace',
  description: 'text of trace-cmd report',
  samples: [
    ' irq/24-dmar0-pr-52    [000] .....    12.443393: report_fault_ret:     (ffffffff8b70ed94 <- ffffffff8b6fca64) ret=0',
    '          <idle>-0     [003]   263.899480: qi_submit:            iotlb_inv dmar0: 0x900e2 0x0 0x0 0x0',
    'labbuf:           <idle>-0     [002] d.h2.   393.628384: console:              DMAR: DRHD: handling fault status reg 2',
  ],
  needles: TRACE_CMD_HEADER_NEEDLES,
  parse(line: string, out: FramedLine): boolean {
    const at = scanTaskLine(line, out);
    if (at < 0) return false;
    scanEvent(line, at, out);
    if (out.eventName === undefined) return false;
    return isPadded(line, at, out) || out.eventName.length >= NAME_WIDTH - 2;
  },
  header: traceCmdHeader,
};

/** True if blanks fill the event's name, which starts behind `at`, up to the width of trace-cmd. */
export function isPadded(line: string, at: number, out: FramedLine): boolean {
  if (out.eventName === undefined) return false;
  if (line.charCodeAt(out.payload - 2) !== SPACE && out.eventName !== 'console') return false;
  const name = line.indexOf(out.eventName, skipBlanks(line, at));
  const colon = name + out.eventName.length;
  if (line.charCodeAt(colon + 1) !== SPACE || line.charCodeAt(colon + 2) !== SPACE) return false;
  return skipBlanks(line, colon + 1) - name >= NAME_WIDTH;
}
