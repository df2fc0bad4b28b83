import { globSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { registry } from '../../../parsers/registry.ts';
import { toEventRow } from '../../../src/format/event-row.ts';
import type { InputReport } from '../../../src/intake/input.ts';
import { readEvents } from '../../../src/intake/read-events.ts';
import { type EventRow, eventRowSchema } from '../../../src/model/event-schema.ts';
import { DEFAULT_LIMITS } from '../../../src/model/limits.ts';

const root = fileURLToPath(new URL('../../../fixtures', import.meta.url));

/** Rows and report of a text that comes in pieces of `pieceBytes`. */
async function readText(bytes: Buffer, pieceBytes: number): Promise<{ rows: EventRow[]; report: InputReport }> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  const input = { path: 'fixture', lane: 'host', open: () => Readable.from(pieces) } as const;
  const stream = readEvents([input], registry, { mergeWindowNs: DEFAULT_LIMITS.mergeWindowNs });
  const events = [];
  for await (const batch of stream) events.push(...batch.events);
  const [report] = stream.reports;
  if (report === undefined) throw new Error('no report');
  return { rows: events.map((event) => toEventRow(event, report.scale)), report };
}

function count(rows: readonly EventRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { dialect, kind } of rows) {
    const key = `${dialect} ${kind}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Counted by hand: records in the file. */
const EXPECTED: Record<string, Record<string, number>> = {
  'intel-dmar-fault/dmesg-6.12.txt': {
    'intel-dmar-fault fault': 20,
    'intel-dmar-fault suppressed': 1,
    'callbacks-suppressed suppressed': 3,
  },
  'intel-dmar-fault/dmesg-7.2-scalable.txt': {
    'intel-dmar-fault fault': 22,
    'intel-dmar-fault suppressed': 2,
    'callbacks-suppressed suppressed': 4,
  },
  'intel-dmar-fault/ftrace-7.2-scalable.txt': { 'intel-dmar-fault fault': 3, 'intel-qi-submit drain': 1 },
  'amd-vi/dmesg-6.12.txt': { 'amd-vi fault': 61 },
  'amd-vi/ftrace-6.12.txt': { 'amd-vi fault': 6, 'iommu-events fault': 6 },
  'arm-smmu-v3/ftrace-6.12.txt': { 'arm-smmu-v3 fault': 6 },
  'arm-smmu-v3/ftrace-7.2.txt': { 'arm-smmu-v3 fault': 6 },
  'virtio-iommu/dmesg-6.12.txt': { 'virtio-iommu fault': 43, 'callbacks-suppressed suppressed': 1 },
  'virtio-iommu/ftrace-6.12.txt': { 'virtio-iommu fault': 6 },
};

describe('recorded DMA faults', () => {
  it.each(Object.entries(EXPECTED))('%s has its records and no others', async (file, counts) => {
    const { rows, report } = await readText(readFileSync(`${root}/${file}`), 65_536);
    expect([count(rows), report.unread]).toEqual([counts, 0]);
  });

  it('joins the six to seven lines of an SMMUv3 event', async () => {
    const { rows } = await readText(readFileSync(`${root}/arm-smmu-v3/ftrace-7.2.txt`), 65_536);
    expect(rows.map(({ iommu, device, address, access }) => [iommu, device, address, access])).toEqual([
      ['arm-smmu-v3.0.auto', '0000:00:04.0', '0x7f001000', 'r'],
      ['arm-smmu-v3.0.auto', '0000:00:05.0', '0xfedcba9000', 'w'],
      ['arm-smmu-v3.0.auto', '0000:01:00.0', '0x1234fff8', 'w'],
      ['arm-smmu-v3.0.auto', '0000:01:00.0', '0x1234fffc', 'w'],
      ['arm-smmu-v3.0.auto', '0000:01:00.0', '0x12350000', 'w'],
      ['arm-smmu-v3.0.auto', '0000:01:00.0', '0x12350004', 'w'],
    ]);
  });
});

const files = globSync(`${root}/**/*.txt`).filter((path) => !/\.(?:how|truth)\.txt$|\/expected\//.test(path));

describe('every fixture', () => {
  it.each(files.map((path) => [path.slice(root.length + 1), path]))('%s', async (_, path) => {
    const bytes = readFileSync(path);
    const whole = await readText(bytes, 65_536);
    expect(whole.report.error).toBeUndefined();

    for (const row of whole.rows) expect(eventRowSchema.parse(JSON.parse(JSON.stringify(row)))).toEqual(row);

    const pieces = await readText(bytes, 7);
    expect(pieces.rows).toEqual(whole.rows);

    const crlf = await readText(Buffer.from(bytes.toString('utf8').replaceAll('\n', '\r\n')), 65_536);
    const withoutOffset = ({ offset: _offset, ...row }: EventRow) => row;
    expect(crlf.rows.map(withoutOffset)).toEqual(whole.rows.map(withoutOffset));
  });
});
