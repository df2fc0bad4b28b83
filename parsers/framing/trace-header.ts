import { decimalValue, endOfDecimal, isDigit, skipBlanks } from '../../src/base/scan.ts';
import type { HeaderFact } from '../../src/model/parser.ts';

/** Written by `faultlog recipe` above the trace's own header: the trace clock, which the text does not say. */
const CLOCK = '# clock: ';

/** Needles of the lines that `traceHeader` gets a fact from. */
export const TRACE_HEADER_NEEDLES = [
  'entries-in-buffer/entries-written',
  '# latency: ',
  ' buffer started ####',
  '[LOST ',
  CLOCK,
] as const;

export const TRACE_CMD_HEADER_NEEDLES = ['EVENTS DROPPED]'] as const;

const COMMENT: HeaderFact = { kind: 'comment' };

/**
 * Header and marker lines of the `trace` file (kernel/trace/trace.c, trace_output.c):
 *
 *     # entries-in-buffer/entries-written: 60/128   #P:2
 *     # latency: 0 us, #25/31, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:4)
 *     ##### CPU 3 buffer started ####
 *     CPU:3 [LOST 226 EVENTS]      CPU:3 [LOST EVENTS]
 *     # clock: perf
 *
 * Comments, and the frames of stack traces (` => FUNCTION`), say nothing.
 */
export function traceHeader(line: string): HeaderFact | undefined {
  if (line.startsWith('CPU:')) return lossMarker(line, '[LOST ', 'EVENTS]');
  if (line.startsWith(' => ') || line.startsWith('=> ')) return COMMENT;
  if (!line.startsWith('#')) return undefined;
  if (line.startsWith('##### CPU ')) {
    const end = endOfDecimal(line, 10);
    if (end > 10 && line.startsWith(' buffer started', end))
      return { kind: 'cpu-started', cpu: decimalValue(line, 10, end) };
  }
  if (line.startsWith(CLOCK)) return { kind: 'clock', clock: line.slice(CLOCK.length).trimEnd() };
  return entries(line, 'entries-in-buffer/entries-written: ') ?? entries(line, '# latency: ', '#', 1) ?? COMMENT;
}

/** `cpus=4`, `CPU:1 [12 EVENTS DROPPED]` and `CPU:1 [EVENTS DROPPED]` of `trace-cmd report`. */
export function traceCmdHeader(line: string): HeaderFact | undefined {
  if (line.startsWith('cpus=')) return COMMENT;
  return line.startsWith('CPU:') ? lossMarker(line, '[', 'EVENTS DROPPED]') : undefined;
}

/** `CPU:N ` with a number between `before` and `after`, or without it. */
function lossMarker(line: string, before: string, after: string): HeaderFact | undefined {
  const cpuEnd = endOfDecimal(line, 4);
  const start = cpuEnd + 1 + before.length;
  if (cpuEnd === 4 || !line.startsWith(` ${before}`, cpuEnd)) return undefined;
  const end = endOfDecimal(line, start);
  if (!line.startsWith(after, skipBlanks(line, end))) return undefined;
  const lost = end > start ? decimalValue(line, start, end) : undefined;
  return { kind: 'lost', cpu: decimalValue(line, 4, cpuEnd), lost };
}

/** `IN/WRITTEN` behind `label`, or behind the `mark` that follows the label. */
function entries(line: string, label: string, mark = '', from = 0): HeaderFact | undefined {
  const start = line.indexOf(label);
  if (start < 0) return undefined;
  let at = start + label.length;
  if (mark !== '') {
    at = line.indexOf(mark, at);
    if (at < 0) return undefined;
    at += from;
  }
  const first = skipBlanks(line, at);
  const slash = endOfDecimal(line, first);
  if (slash === first || line.charCodeAt(slash) !== 47 || !isDigit(line.charCodeAt(slash + 1))) return undefined;
  const end = endOfDecimal(line, slash + 1);
  const inBuffer = decimalValue(line, first, slash);
  const written = decimalValue(line, slash + 1, end);
  return { kind: 'entries', inBuffer, written };
}
