import { createReadStream } from 'node:fs';
import { registry } from '../../parsers/registry.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import type { TraceEvent } from '../../src/model/event.ts';

/** All events of a capture file, in order of time. */
export async function readCaptureEvents(path: string): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const stream = readEvents([{ path, lane: 'host', open: () => createReadStream(path) }], registry, {
    mergeWindowNs: 1e9,
  });
  for await (const batch of stream) events.push(...batch.events);
  return events;
}
