import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { registry } from '../../parsers/registry.ts';
import type { InputReport } from '../../src/intake/input.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import { addressOf, type TraceEvent } from '../../src/model/event.ts';

export interface FileReading {
  readonly events: readonly TraceEvent[];
  readonly report: InputReport;
}

/** All events of one file, in order. */
export async function readFile(path: string): Promise<FileReading> {
  const stream = readEvents([{ path: basename(path), lane: 'host', open: () => createReadStream(path) }], registry, {
    mergeWindowNs: 1e9,
  });
  const events: TraceEvent[] = [];
  for await (const batch of stream) events.push(...batch.events);
  const [report] = stream.reports;
  if (report === undefined) throw new Error(`no report of ${path}`);
  return { events, report };
}

/** Records in the words of INDEX.json: faults, requests and responses. */
const RECORDS: ReadonlySet<string> = new Set(['fault', 'page-request', 'page-response', 'request-refused']);

export function isRecord(event: TraceEvent): boolean {
  return RECORDS.has(event.kind);
}

/** What an event says but for its clock and its place: equal for one fault in whatever it was written to. */
export function contentOf(event: TraceEvent): string {
  const address = addressOf(event);
  return [
    event.kind,
    event.dialect,
    event.device,
    event.requester,
    event.iommu,
    event.pasid,
    address === undefined ? undefined : `0x${address.toString(16)}`,
    event.access,
    event.reason,
    event.vendorReason,
    event.lost,
  ]
    .map((value) => value ?? '-')
    .join(' ');
}
