import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { registry } from '../../../../parsers/registry.ts';
import type { InputReport, InputSpec } from '../../../../src/intake/input.ts';
import { readEvents } from '../../../../src/intake/read-events.ts';
import type { TraceEvent } from '../../../../src/model/event.ts';

export interface Capture {
  readonly events: readonly TraceEvent[];
  readonly report: InputReport;
}

/** Reads bytes as one input, through the whole intake. */
export async function readCapture(bytes: Uint8Array, path = 'trace.dat'): Promise<Capture> {
  const spec: InputSpec = { path, lane: 'host', open: () => Readable.from([bytes]) };
  const stream = readEvents([spec], registry, { mergeWindowNs: 0 });
  const events: TraceEvent[] = [];
  for await (const batch of stream) events.push(...batch.events);
  const [report] = stream.reports;
  if (report === undefined) throw new Error('no report');
  return { events, report };
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
