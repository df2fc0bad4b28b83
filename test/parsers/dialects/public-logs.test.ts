import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addressOf } from '../../../src/model/event.ts';
import { runLog } from './run-log.ts';

const folder = fileURLToPath(new URL('../../../../shared/public-logs', import.meta.url));
const hasLogs = existsSync(folder);

const indexSchema = z.array(
  z.object({
    file: z.string(),
    container: z.string(),
    expected: z.object({
      byDriver: z.record(z.string(), z.number()),
      addressesFirst: z.string().nullable(),
      requesterIds: z.array(z.string()),
      suppressed: z.number(),
      iommuErrors: z.number(),
    }),
  }),
);
const rows = hasLogs ? indexSchema.parse(JSON.parse(readFileSync(`${folder}/INDEX.json`, 'utf8'))) : [];

/** The names of the index for our dialects, where they differ; trace events go by their own name. */
const DRIVERS: Record<string, string> = { 'intel-dmar-fault': 'dmar', qemu: 'qemu-vtd' };
const RECORDS = ['fault', 'page-request', 'page-response', 'request-refused'];

/** How an index names a requester: `00:16.7`, `0x3102`, `larb=5 port=0`, `285820000.iommu stream 0`. */
function requestersOf(device: string | undefined, iommu: string | undefined): (string | undefined)[] {
  return [device, `${iommu} ${device}`, iommu];
}

describe.skipIf(!hasLogs)(`public logs${hasLogs ? '' : ' (no ../shared)'}`, () => {
  it.each(rows.map((row) => [row.file, row] as const))('%s', (file, { container, expected }) => {
    const events = runLog(readFileSync(`${folder}/${file}`, 'utf8'));
    const byDriver: Record<string, number> = {};
    const records = events.filter((event) => RECORDS.includes(event.kind));
    for (const { dialect, probe } of records) {
      const driver = dialect === 'iommu-events' ? (probe ?? '') : (DRIVERS[dialect] ?? dialect);
      byDriver[driver] = (byDriver[driver] ?? 0) + 1;
    }
    const errors = events.filter((event) => event.kind === 'iommu-error' || event.kind === 'queue-overflow');
    const suppressed = events.reduce((sum, event) => sum + (event.lost ?? 0), 0);
    expect({ byDriver, errors: errors.length, suppressed }).toEqual({
      byDriver: expected.byDriver,
      errors: expected.iommuErrors,
      suppressed: expected.suppressed,
    });

    // Lines that a mail client wrapped are joined by their framing, which is not used here.
    if (container.includes('wrapped')) return;
    const [first] = records;
    const address = first === undefined ? undefined : addressOf(first);
    const expectedAddress = expected.addressesFirst === null ? undefined : BigInt(expected.addressesFirst);
    expect(address).toBe(expectedAddress);
    for (const event of records) {
      if (expected.requesterIds.length === 0) break;
      const names = requestersOf(event.device, event.iommu);
      expect([names, names.some((name) => expected.requesterIds.includes(name ?? ''))]).toEqual([names, true]);
    }
  });
});
