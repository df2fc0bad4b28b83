import { registry } from '../../../parsers/registry.ts';
import { FramingChoice } from '../../../src/intake/framing-choice.ts';
import { type FramedLine, newFramedLine } from '../../../src/model/parser.ts';

export interface Framed {
  readonly framing: string;
  readonly time?: string;
  readonly cpu?: number;
  readonly task?: string;
  readonly pid?: number;
  readonly eventName?: string;
  readonly payload: string;
}

/** What the fast framings make of one line, by itself or behind others; `header …` and `plain` where none reads it. */
export function frameLine(line: string, choice: FramingChoice = new FramingChoice(registry.framings)): Framed {
  const out = newFramedLine();
  const framing = choice.frame(line, out);
  if (framing === undefined) {
    const header = choice.header(line);
    if (header === undefined) return { framing: 'plain', payload: line };
    return { framing: 'header', payload: JSON.stringify(header.fact) };
  }
  const time = printedTime(out);
  return {
    framing: framing.name,
    payload: line.slice(out.payload, out.end),
    ...(time !== undefined && { time }),
    ...(out.cpu !== undefined && { cpu: out.cpu }),
    ...(out.pid !== undefined && { pid: out.pid }),
    ...(out.task !== undefined && { task: out.task }),
    ...(out.eventName !== undefined && { eventName: out.eventName }),
  };
}

function printedTime({ seconds, nanos, digits }: FramedLine): string | undefined {
  if (Number.isNaN(seconds)) return undefined;
  return digits <= 0 ? String(seconds) : `${seconds}.${String(nanos).padStart(9, '0').slice(0, digits)}`;
}
