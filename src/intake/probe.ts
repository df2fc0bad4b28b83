import { agree, plural } from '../base/text.ts';
import {
  BOOT_END,
  type Container,
  type FramedLine,
  type Framing,
  type LineClock,
  newFramedLine,
  type ParserRegistry,
} from '../model/parser.ts';
import type { ClockDomain } from './event-stream.ts';
import { FramingChoice, selectFramings } from './framing-choice.ts';
import { InputClock } from './input-clock.ts';
import { Unwrapping } from './unwrapping.ts';

/** How many bytes of an input are looked at before its lines are read. */
export const HEAD_BYTES = 64 * 1024;
/** Lines of the head that are tried; more do not change the verdict. */
const PROBED_LINES = 400;
const SHOWN = 80;
const HASH = 35;

/** What the first bytes of an input look like, and why. */
export interface Probe {
  /** What the bytes are if they are not lines of text: a drawing, something compressed, or just binary. */
  readonly container: Container | undefined;
  /** The framing of most lines; undefined for an input without lines, or one that is not text. */
  readonly framing: Framing | undefined;
  /** Whose clock its times are. */
  readonly domain: ClockDomain;
  /** `own` where the kernel's own time stands in some of the lines. */
  readonly clock: LineClock;
  /** One sentence. */
  readonly reason: string;
  /** Lines by framing, `header` for comment and marker lines. */
  readonly counts: ReadonlyMap<string, number>;
  readonly lines: number;
  /** The youngest line stands first (`journalctl -r`, `tac`). */
  readonly isNewestFirst: boolean;
  /** Times of a trace that are differences to the line before (`perf script --deltatime`): they order nothing. */
  readonly hasDeltas: boolean;
  /**
   * Log text of which some lines have no prefix, or are escaped: a mail, a report, a console, where messages may be wrapped
   * and needles hidden.
   */
  readonly isPasted: boolean;
}

/** Looks at up to `HEAD_BYTES` bytes of an input. The last line is left out if the head was cut inside it. */
export function probe(head: Uint8Array, parsers: ParserRegistry, forcedFraming?: string): Probe {
  const framings = selectFramings(parsers.framings, forcedFraming);
  const container = parsers.containers?.find((candidate) => candidate.matches(head));
  if (container !== undefined) {
    const reason = `it is ${container.description}`;
    const none = {
      counts: new Map<string, number>(),
      lines: 0,
      isNewestFirst: false,
      hasDeltas: false,
      isPasted: false,
    };
    return { container, framing: undefined, domain: 'trace', clock: 'own', reason, ...none };
  }
  const lines = headLines(head).slice(0, PROBED_LINES);
  const tally = countLines(lines, framings, new Unwrapping(parsers.wrappings));
  const best = commonest(tally, framings);
  const isBare = isBareTrace(best, lines, parsers);
  const domain = best?.kind === 'trace' || isBare ? 'trace' : 'log';
  const isLog = domain === 'log';
  const hasDeltas =
    !isLog && tally.startsAtZero && tally.backward > MOST_BACKWARD && tally.backward * 8 > tally.forward;
  return {
    container,
    framing: best,
    domain,
    clock: tally.hasOwnTime ? 'own' : (best?.clock ?? 'own'),
    reason: explain(best, tally),
    counts: tally.counts,
    lines: tally.lines,
    hasDeltas,
    isNewestFirst: !hasDeltas && tally.backward > Math.max(isLog ? 0 : MOST_BACKWARD, tally.forward * MOSTLY),
    isPasted:
      framings.length > 1 &&
      tally.pasted > 0 &&
      tally.pasted >= tally.lines * (isLog ? PASTED_SHARE : PASTED_TRACE_SHARE) &&
      !isBare,
  };
}

/** So many times as often as forward must the time go backward in a log whose newest line is the first. */
const MOSTLY = 10;
/** A trace is in order; lines of several CPUs may stand a little out of it. */
const MOST_BACKWARD = 3;
/** Kernel and daemons print a few lines without a prefix as well. */
const PASTED_SHARE = 0.02;
/** In a trace every line has its prefix; of one that a mail client wrapped each event is at least two. */
const PASTED_TRACE_SHARE = 0.2;

/** A caller under a trace event: of `perf script -g`, of ftrace's option stacktrace. */
const CALL_CHAIN = /^\s*(?:=> |[0-9a-f]{6,16} \S+(?:\+0x| \())/;

interface Tally {
  readonly counts: Map<string, number>;
  readonly firstLines: Map<string, string>;
  lines: number;
  headerOf: Framing | undefined;
  /** Lines that only the fallback reads, or that are not as they were printed but for what stands in front. */
  pasted: number;
  /** Neighbours of which the second is younger, and older. */
  forward: number;
  backward: number;
  hasOwnTime: boolean;
  startsAtZero: boolean;
}

/** A separator that a container put in front of an entry is a line of its own. */
const LINE_END = new RegExp(`[\\n${BOOT_END}]`);

function headLines(head: Uint8Array): readonly string[] {
  const lines = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('utf8').split(LINE_END);
  if (head.length >= HEAD_BYTES) lines.pop();
  return lines.map((line) => line.replace(/^\uFEFF/, '').replace(/\r$/, '')).filter((line) => line.trim() !== '');
}

function emptyTally(): Tally {
  return {
    counts: new Map(),
    firstLines: new Map(),
    lines: 0,
    headerOf: undefined,
    pasted: 0,
    forward: 0,
    backward: 0,
    hasOwnTime: false,
    startsAtZero: false,
  };
}

function countLines(lines: readonly string[], framings: readonly Framing[], unwrapping: Unwrapping): Tally {
  const choice = new FramingChoice(framings);
  const framed: FramedLine = newFramedLine();
  const clock = new InputClock();
  const tally = emptyTally();
  let last: number | undefined;
  for (const line of lines) {
    tally.lines += 1;
    const text = unwrapping.frame(line, choice, framed);
    const { framing } = unwrapping;
    const header = framing === undefined && !isRemark(text) ? choice.header(text) : undefined;
    tally.headerOf ??= header?.framing;
    const time = framing === undefined ? undefined : clock.read(framed);
    if (time !== undefined) {
      if (framed.clock === 'own') tally.hasOwnTime = true;
      if (last === undefined) tally.startsAtZero = framed.seconds === 0 && framed.nanos === 0;
      if (last !== undefined && time > last) tally.forward += 1;
      if (last !== undefined && time < last) tally.backward += 1;
      last = time;
    }
    const isAlien = framing === undefined && header === undefined && !CALL_CHAIN.test(line);
    if (isAlien || !line.endsWith(text)) tally.pasted += 1;
    const name = framing?.name ?? (header === undefined ? choice.frameAnyhow(text, framed)?.name : 'header');
    if (name === undefined) continue;
    tally.counts.set(name, (tally.counts.get(name) ?? 0) + 1);
    if (!tally.firstLines.has(name)) tally.firstLines.set(name, line);
  }
  return tally;
}

/** What comments of tracers hold beside columns of dots and bars. */
const TRACER_COMMENT = /^#+(?: *$|.*(?:tracer|entries|TASK|PID|CPU|captured|cmdline|====|----|latency|=>|_-|\|))/;

/** A comment that no tracer writes: a script's, a shell's as root. */
function isRemark(line: string): boolean {
  return line.charCodeAt(0) === HASH && !TRACER_COMMENT.test(line);
}

/** The framing of most lines; one that takes every line only where nothing else was recognised. */
function commonest(tally: Tally, framings: readonly Framing[]): Framing | undefined {
  let best: Framing | undefined;
  for (const framing of framings.length > 1 ? framings.slice(0, -1) : framings) {
    const count = tally.counts.get(framing.name) ?? 0;
    if (count > (best === undefined ? 0 : (tally.counts.get(best.name) ?? 0))) best = framing;
  }
  if (best !== undefined) return best;
  if (tally.headerOf !== undefined) return tally.headerOf;
  return tally.lines > 0 ? framings.at(-1) : undefined;
}

/** True for trace events without any prefix (`nocontext-info`, `perf script -F event,trace`): most lines begin with a name. */
function isBareTrace(best: Framing | undefined, lines: readonly string[], parsers: ParserRegistry): boolean {
  if (best === undefined || best !== parsers.framings.at(-1)) return false;
  const names = new Set(parsers.dialects.flatMap((dialect) => dialect.eventNames ?? []));
  const named = lines.filter((line) => names.has(/^ *(?:\w+:)?(\w+): /.exec(line)?.[1] ?? ''));
  return named.length * 2 > lines.length;
}

function explain(best: Framing | undefined, tally: Tally): string {
  if (best === undefined) return 'it has no lines';
  const count = tally.counts.get(best.name) ?? 0;
  if (count === 0) return `its header lines are those of ${best.name}`;
  const sample = (tally.firstLines.get(best.name) ?? '').trim().slice(0, SHOWN);
  return `${count} of the first ${plural(tally.lines, 'line')} ${agree(count, 'reads', 'read')} as ${best.name}, the first is: ${sample}`;
}
