import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { addressOf, type TraceEvent } from '../../src/model/event.ts';
import { isRecord, readFile } from './read-file.ts';

const rowSchema = z.object({
  file: z.string(),
  expected: z.object({
    byDriver: z.record(z.string(), z.number()),
    requesterIds: z.array(z.string()),
    addressesFirst: z.string().nullable(),
    suppressed: z.number(),
    iommuErrors: z.number(),
  }),
});
type Expected = z.infer<typeof rowSchema>['expected'];

/** The names of the index for our dialects, where they differ; trace events go by their own name. */
const DRIVERS: Readonly<Record<string, string>> = { 'intel-dmar-fault': 'dmar', qemu: 'qemu-vtd' };
const BY_EVENT: ReadonlySet<string> = new Set(['iommu-events', 'dev-fault', 'intel-prq-report']);

/** One line for each difference between the index of a folder of public logs and what is read; empty: none. */
export async function checkPublicLogs(folder: string): Promise<{ files: number; differences: string[] }> {
  if (!existsSync(`${folder}/INDEX.json`)) return { files: 0, differences: [] };
  const rows = z.array(rowSchema).parse(JSON.parse(readFileSync(`${folder}/INDEX.json`, 'utf8')));
  const differences: string[] = [];
  for (const { file, expected } of rows) {
    const { events, report } = await readFile(`${folder}/${file}`);
    if (report.error !== undefined) differences.push(`${file}: ${report.error.message}`);
    for (const difference of compare(events, expected)) differences.push(`${file}: ${difference}`);
  }
  return { files: rows.length, differences };
}

function compare(events: readonly TraceEvent[], expected: Expected): string[] {
  const differences: string[] = [];
  const records = events.filter(isRecord);
  const check = (what: string, seen: unknown, wanted: unknown) => {
    const [left, right] = [JSON.stringify(seen), JSON.stringify(wanted)];
    if (left !== right) differences.push(`${what} ${left}, the index says ${right}`);
  };
  check('records', sorted(byDriver(records)), sorted(expected.byDriver));
  check(
    'IOMMU errors',
    events.filter(({ kind }) => kind === 'iommu-error' || kind === 'queue-overflow').length,
    expected.iommuErrors,
  );
  check(
    'suppressed',
    events.reduce((sum, { kind, lost }) => sum + (kind === 'suppressed' ? (lost ?? 0) : 0), 0),
    expected.suppressed,
  );
  const [first] = records;
  const address = first === undefined ? undefined : addressOf(first);
  check(
    'first address',
    hex(address),
    hex(expected.addressesFirst === null ? undefined : BigInt(expected.addressesFirst)),
  );
  if (expected.requesterIds.length === 0) return differences;
  for (const event of records) {
    if (!namesOf(event).some((name) => expected.requesterIds.includes(name)))
      differences.push(`requester ${namesOf(event).join(' or ')} is not in the index`);
  }
  for (const id of expected.requesterIds) {
    if (!events.some((event) => namesOf(event).includes(id) || linesOf(event).includes(id)))
      differences.push(`requester ${id} was not seen`);
  }
  return differences;
}

function byDriver(records: readonly TraceEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { dialect, probe } of records) {
    const driver = BY_EVENT.has(dialect) ? (probe ?? dialect) : (DRIVERS[dialect] ?? dialect);
    counts[driver] = (counts[driver] ?? 0) + 1;
  }
  return counts;
}

/** What the index may call a requester: `00:16.7`, `0x3102`, `larb=5 port=0`, `285820000.iommu stream 0`. */
function namesOf({ device, iommu }: TraceEvent): string[] {
  return [device, iommu === undefined || device === undefined ? undefined : `${iommu} ${device}`, iommu].filter(
    (name) => name !== undefined,
  );
}

/** The text of all lines of an event. */
function linesOf({ source, also }: TraceEvent): string {
  return [source, ...(also ?? [])].map(({ text }) => text).join('\n');
}

function sorted(counts: Readonly<Record<string, number>>): unknown {
  return Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1));
}

function hex(address: bigint | undefined): string | undefined {
  return address === undefined ? undefined : `0x${address.toString(16)}`;
}
