import { registry } from '../../../parsers/registry.ts';
import { FragmentJoiner } from '../../../src/intake/join-fragments.ts';
import type { TraceEvent } from '../../../src/model/event.ts';
import { newFramedLine, SILENT } from '../../../src/model/parser.ts';
import { at } from './harness.ts';

const logDialects = registry.dialects.filter((dialect) => dialect.kind === 'log');
const traceDialects = registry.dialects.filter((dialect) => dialect.kind === 'trace');
const TRACE_EVENT = /(?:^|\s)(\w+): (?=\S)/g;

/**
 * All events of a text by the dialects alone, without framing: log dialects look for their lines wherever they begin; a
 * trace event is a word that some dialect names.
 */
export function runLog(text: string): TraceEvent[] {
  const parts: TraceEvent[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    const result = parseAny(line);
    if (result === undefined || result === SILENT) return;
    parts.push(at(result, { input: 0, line: index + 1, offset: 0, text: line }));
  });
  const joiner = new FragmentJoiner();
  return [...joiner.push(parts), ...joiner.flush()];
}

function parseAny(line: string) {
  const framed = newFramedLine();
  framed.end = line.length;
  for (const dialect of logDialects) {
    const result = dialect.parse(line, framed);
    if (result !== undefined) return result;
  }
  for (const match of line.matchAll(TRACE_EVENT)) {
    framed.eventName = match[1];
    framed.payload = match.index + match[0].length;
    const dialect = traceDialects.find(({ eventNames }) => eventNames?.includes(match[1] ?? ''));
    const result = dialect?.parse(line, framed);
    if (result !== undefined) return result;
  }
  return undefined;
}
