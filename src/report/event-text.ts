import { sanitise } from '../base/text.ts';
import type { EventRow } from '../model/event-schema.ts';

/** One event as a line for a person, aligned with its neighbours; `path` is the input's name. */
export function eventText(row: EventRow, path: string): string {
  const lane = row.laneName === undefined ? row.lane : `${row.lane}:${row.laneName}`;
  const cpu = row.cpu === undefined ? '' : `cpu${row.cpu}`;
  const columns = [
    (row.time ?? '').padStart(16),
    cpu.padEnd(5),
    (row.hop ?? lane).padEnd(12),
    row.kind.padEnd(20),
    (row.device ?? row.iommu ?? '').padEnd(12),
    details(row).padEnd(40),
    `${path}:${row.line}`,
  ];
  return `${sanitise(columns.join(' '))}\n`;
}

function details(row: EventRow): string {
  const parts: string[] = [];
  if (row.pasid !== undefined) parts.push(`PASID ${row.pasid}`);
  if (row.prgi !== undefined) parts.push(`PRGI ${row.prgi}`);
  if (row.code !== undefined) parts.push(row.rawCode === undefined ? row.code : `${row.code} (${row.rawCode})`);
  if (row.address !== undefined) parts.push(row.address);
  if (row.access !== undefined && row.access !== '') parts.push(row.access);
  if (row.last === true) parts.push('last');
  if (row.stall === true) parts.push('stall');
  if (row.drainStep !== undefined) parts.push(row.drainStep);
  if (row.lost !== undefined) parts.push(`lost ${row.lost}`);
  if (row.returnValue !== undefined) parts.push(`returned ${row.returnValue}`);
  if (row.reason !== undefined) parts.push(row.reason);
  return parts.join(' ');
}
