import { decimalValue, endOfDecimal, isDigit, skipBlanks } from '../../src/base/scan.ts';
import type { HeaderFact } from '../../src/model/parser.ts';

/** Needles of all lines that `traceHeader` gets a fact from. */
export const TRACE_HEADER_NEEDLES = [
  'entries-in-buffer/entries-written',
  '# latency: ',
  ' buffer started ####',
  'EVENTS DROPPED]',
  '[LOST ',
] as const;

const COMMENT: HeaderFact = { kind: 'comment' };

/**
 * Header and marker lines of the `trace` file (kernel/trace/trace.c, trace_output.c) and of `trace-cmd report`:
 *
 *     # entries-in-buffer/entries-written: 60/128   #P:2
 *     # latency: 0 us, #25/31, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:4)
 *     ##### CPU 3 buffer started ####
 *     CPU:3 [LOST 226 EVENTS]      CPU:3 [LOST EVENTS]
 *     CPU:1 [12 EVENTS DROPPED]    CPU:1 [EVENTS DROPPED]
 *
 * Comments, and the frames of stack traces (` => FUNCTION`), say nothing.
 */
export function traceHeader(line: string): HeaderFact | undefined {
  if (line.startsWith('CPU:')) return lossMarker(line);
  if (line.startsWith('cpus=') || line.startsWith(' => ') || line.startsWith('=> ')) return COMMENT;
  if (!line.startsWith('#')) return undefined;
  if (line.startsWith('##### CPU ')) {
    const end = endOfDecimal(line, 10);
    if (end > 10 && line.startsWith(' buffer started', end))
      return { kind: 'cpu-started', cpu: decimalValue(line, 10, end) };
  }
  return entries(line, 'entries-in-buffer/entries-written: ') ?? entries(line, '# latency: ', '#', 1) ?? COMMENT;
}

function lossMarker(line: string): HeaderFact | undefined {
  const cpuEnd = endOfDecimal(line, 4);
  if (cpuEnd === 4 || !line.startsWith(' [', cpuEnd)) return undefined;
  const cpu = decimalValue(line, 4, cpuEnd);
  const body = line.slice(cpuEnd + 2);
  const digits = body.startsWith('LOST ') ? 5 : 0;
  if (digits === 0 && !body.includes('EVENTS DROPPED]')) return undefined;
  const end = endOfDecimal(body, digits);
  return { kind: 'lost', cpu, lost: end > digits ? decimalValue(body, digits, end) : undefined };
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
