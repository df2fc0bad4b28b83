import type { TraceEvent } from '../../../src/model/event.ts';
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
  if (result === undefined || result === SILENT) throw new Error(`no event: ${line}`);
  return result;
}

const CONSTANT = new Set(['source', 'lane', 'dialect', 'probe', 'point']);

/** What the event has, without what every event has: complete, so that a field too many fails. */
export function fieldsOf(event: TraceEvent): Record<string, unknown> {
  const defaults: Record<string, unknown> = { isLast: false, isStall: false, isFragment: false, addressShift: 0 };
  return Object.fromEntries(
    Object.entries(event).filter(
      ([key, value]) => !CONSTANT.has(key) && value !== undefined && value !== defaults[key],
    ),
  );
}

/** `silent`, `unread`, or the event's fields. */
export function read(dialect: Dialect, line: string): Record<string, unknown> | 'silent' | 'unread' {
  const result = parseLine(dialect, line);
  if (result === SILENT) return 'silent';
  return result === undefined ? 'unread' : fieldsOf(result);
}
