import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { TableWriter } from '../../src/export/tables/parquet-writer.ts';
import type { TableRow } from '../../src/export/tables/schema.ts';

const EMPTY: TableRow<'groups'> = {
  device: undefined,
  pasid: undefined,
  prgi: undefined,
  instance: undefined,
  state: undefined,
  code: undefined,
  raw_code: undefined,
  answered_by: undefined,
  sent_by: undefined,
  lane: undefined,
  lane_name: undefined,
  owner: undefined,
  private_data: undefined,
  requests: undefined,
  first_request_ns: undefined,
  last_request_ns: undefined,
  response_ns: undefined,
  latency_ns: undefined,
  input: undefined,
  line: undefined,
  response_line: undefined,
};

async function readBack(rows: readonly TableRow<'groups'>[]): Promise<Record<string, unknown>[]> {
  const pieces: Uint8Array[] = [];
  const writer = new TableWriter('groups', (bytes) => pieces.push(bytes.slice()));
  for (const row of rows) writer.add(row);
  writer.finish();
  const bytes = Buffer.concat(pieces);
  const file = new Uint8Array(bytes).buffer;
  const compressors = { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) };
  return parquetReadObjects({ file, compressors });
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const int64 = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, -(2 ** 32)),
);

test('what was written is read: numbers of 32 and 64 bits, text, and nulls among them', async () => {
  const row = fc.record({
    pasid: maybe(fc.integer()),
    latency_ns: maybe(int64),
    line: fc.nat(),
    device: maybe(fc.string({ unit: 'grapheme' })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
      const read = await readBack(rows.map((each) => ({ ...EMPTY, ...each })));
      expect(read.map(({ pasid, latency_ns, line, device }) => ({ pasid, latency_ns, line, device }))).toEqual(
        rows.map(({ pasid, latency_ns, line, device }) => ({
          pasid: pasid ?? null,
          latency_ns: latency_ns === undefined ? null : BigInt(latency_ns),
          line: BigInt(line),
          device: device ?? null,
        })),
      );
    }),
    { seed: 7, numRuns: 60 },
  );
});

test('a number that does not fit its column is null', async () => {
  const [row] = await readBack([{ ...EMPTY, pasid: 2 ** 31, prgi: 1.5, line: 2n ** 63n, latency_ns: 2 ** 60 }]);
  expect(row).toMatchObject({ pasid: null, prgi: null, line: null, latency_ns: null });
});
