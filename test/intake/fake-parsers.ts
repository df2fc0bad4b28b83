import { Readable } from 'node:stream';
import { registry } from '../../parsers/registry.ts';
import type { EventBatch, EventStream } from '../../src/intake/event-stream.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import {
  type Dialect,
  type DialectResult,
  type FramedLine,
  type ParserRegistry,
  SILENT,
} from '../../src/model/parser.ts';

const dialect = (name: string, kind: Dialect['kind'], needles: string[], parse: Dialect['parse']): Dialect => ({
  name,
  kind,
  needles,
  parse,
  description: name,
  source: 'made up',
  samples: [],
});

const number = (line: string, from: number): number => Number.parseInt(line.slice(from), 10);

function event(name: string, sequence: number, probe: string | undefined): TraceEvent {
  const made = newEvent('fault', name, 'none');
  made.sequence = sequence;
  made.probe = probe;
  return made;
}

const trace: Dialect = {
  ...dialect('fake-trace', 'trace', ['fake_event'], (line: string, framed: FramedLine): DialectResult => {
    if (line.startsWith('quiet', framed.payload)) return SILENT;
    const value = number(line, framed.payload);
    return Number.isNaN(value) ? undefined : event('fake-trace', value, framed.eventName);
  }),
  eventNames: ['fake_event'],
};

const probe = dialect('fake-probe', 'trace', ['probed_function'], (line, framed) =>
  framed.eventName === 'probed_function'
    ? event('fake-probe', number(line, framed.payload), framed.eventName)
    : undefined,
);

const log = dialect('fake-log', 'log', ['FAULT '], (line, framed) =>
  line.startsWith('FAULT ', framed.payload)
    ? event('fake-log', number(line, framed.payload + 6), undefined)
    : undefined,
);

/** The real framings and containers with dialects that are as simple as can be. */
export const fakeParsers: ParserRegistry = { ...registry, dialects: [trace, probe, log], iommuWords: ['IOMMU'] };

/** An input of a text or bytes, in chunks of `chunk` bytes. */
export function input(content: string | Uint8Array, chunk = 65_536, path = 'trace.txt'): InputSpec {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const open = (): Readable =>
    Readable.from(
      (function* chunks() {
        for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
      })(),
    );
  return { path, lane: 'host', open };
}

export async function batchesOf(stream: EventStream): Promise<EventBatch[]> {
  const batches: EventBatch[] = [];
  for await (const batch of stream) batches.push(batch);
  return batches;
}

export async function eventsOf(stream: EventStream): Promise<TraceEvent[]> {
  return (await batchesOf(stream)).flatMap((batch) => [...batch.events]);
}

/** A line of the trace file: `payload` at `microseconds` on `cpu`. */
export function traceLine(microseconds: number, payload: string, name = 'fake_event', cpu = 0): string {
  const seconds = `${Math.floor(microseconds / 1e6)}.${String(microseconds % 1e6).padStart(6, '0')}`;
  return `            task-12      [00${cpu}] d..1. ${seconds.padStart(12)}: ${name}: ${payload}\n`;
}
