import { carrierOf, FragmentJoiner } from '../../../src/intake/join-fragments.ts';
import type { Continuation, SourceLine, TraceEvent } from '../../../src/model/event.ts';
import { type Dialect, type DialectResult, newFramedLine, SILENT } from '../../../src/model/parser.ts';

/**
 * Parses one line as intake would hand it over: of a trace dialect `name: payload`, of a log dialect
 * the message behind the log's prefix.
 */
export function parseLine(dialect: Dialect, line: string): DialectResult {
  const framed = newFramedLine();
  framed.end = line.length;
  if (dialect.kind === 'trace') {
    const colon = line.indexOf(': ');
    framed.eventName = line.slice(0, colon);
    framed.payload = colon + 2;
    if (dialect.eventNames !== undefined && !dialect.eventNames.includes(framed.eventName)) return undefined;
  }
  return dialect.parse(line, framed);
}

/** The event of a line that must give one. */
export function parseEvent(dialect: Dialect, line: string): TraceEvent {
  const result = parseLine(dialect, line);
  if (result === undefined || result === SILENT || result.kind === 'continuation') throw new Error(`no event: ${line}`);
  return result;
}

/** The event of lines that belong together; other events among them are an error. */
export function joinLines(dialect: Dialect, lines: readonly string[]): TraceEvent {
  const parts: TraceEvent[] = [];
  lines.forEach((text, index) => {
    const result = parseLine(dialect, text);
    if (result === undefined) throw new Error(`unread: ${text}`);
    if (result !== SILENT) parts.push(at(result, { input: 0, line: index + 1, offset: 0, text }));
  });
  const joiner = new FragmentJoiner();
  const events = [...joiner.push(parts), ...joiner.flush()];
  const [event, ...others] = events;
  if (event === undefined || others.length > 0) throw new Error(`${events.length} events`);
  return event;
}

/** The event of a result, or what carries its continuation, with its line. */
export function at(result: TraceEvent | Continuation, source: SourceLine): TraceEvent {
  const event = result.kind === 'continuation' ? carrierOf(result) : result;
  event.source = source;
  return event;
}

const CONSTANT = new Set(['source', 'also', 'continuation', 'lane', 'dialect', 'probe', 'point']);

/** What the event has, without what every event has: complete, so that a field too many fails. */
export function fieldsOf(event: TraceEvent): Record<string, unknown> {
  const defaults: Record<string, unknown> = { isLast: false, isStall: false, isFragment: false, addressShift: 0 };
  return Object.fromEntries(
    Object.entries(event).filter(
      ([key, value]) => !CONSTANT.has(key) && value !== undefined && value !== defaults[key],
    ),
  );
}

/** `silent`, `unread`, `continuation`, or the event's fields; of a continuation that can stand alone, those. */
export function read(dialect: Dialect, line: string): Record<string, unknown> | 'silent' | 'unread' | 'continuation' {
  const result = parseLine(dialect, line);
  if (result === SILENT) return 'silent';
  if (result === undefined) return 'unread';
  if (result.kind !== 'continuation') return fieldsOf(result);
  return result.alone === undefined ? 'continuation' : fieldsOf(result.alone);
}
