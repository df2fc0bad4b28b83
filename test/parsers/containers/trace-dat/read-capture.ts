import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { registry } from '../../../../parsers/registry.ts';
import type { InputReport, InputSpec } from '../../../../src/intake/input.ts';
import { readEvents } from '../../../../src/intake/read-events.ts';
import type { TraceEvent } from '../../../../src/model/event.ts';
import { placedInput } from '../../../intake/placed-input.ts';

export interface Capture {
  readonly events: readonly TraceEvent[];
  /** How many of them were rows. */
  readonly rows: number;
  readonly report: InputReport;
}

/** Reads bytes as one input, through the whole intake. */
export function readCapture(bytes: Uint8Array, path = 'trace.dat'): Promise<Capture> {
  return readInput({ path, lane: 'host', open: () => Readable.from([bytes]) });
}

/** The same as a file that can be read again. */
export function readPlaced(bytes: Uint8Array): Promise<Capture> {
  return readInput(placedInput(bytes, 'trace.dat'));
}

async function readInput(spec: InputSpec): Promise<Capture> {
  const stream = readEvents([spec], registry, { mergeWindowNs: 0 });
  const events: TraceEvent[] = [];
  let rows = 0;
  for await (const { run } of stream) {
    for (let index = 0; index < run.length; index += 1) if (run.rowAt(index) >= 0) rows += 1;
    events.push(...run.events);
  }
  stream.close();
  const [report] = stream.reports;
  if (report === undefined) throw new Error('no report');
  return { events, rows, report };
}

export function readCaptureFile(path: string): Promise<Capture> {
  return readCapture(readFileSync(path), path);
}

/** Events without the place where they stand. */
export function withoutPlaces(events: readonly TraceEvent[]): readonly unknown[] {
  return events.map(({ source: _, also, ...rest }) => ({ ...rest, also: also?.length }));
}

/** What two captures of the same events agree in. */
export function contentOf({ events, report }: Capture): unknown {
  return {
    events: withoutPlaces(events),
    scale: report.scale,
    unread: report.unread,
    lost: report.lostEvents,
    first: report.firstTime,
    last: report.lastTime,
  };
}
