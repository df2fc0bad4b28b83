import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { QUERY_EXAMPLES } from '../../src/cli/declare/query.ts';
import { askDuckDb } from '../../src/cli/duckdb.ts';
import { run } from '../../src/cli/run.ts';
import { TABLES, TABLES_VERSION, type TableName } from '../../src/export/tables/schema.ts';
import { groupRowSchema } from '../../src/model/group.ts';
import { resultSchema } from '../../src/model/result.ts';
import { statsSchema } from '../../src/model/stats.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { ROOT } from '../readme-blocks.ts';
import { troubledCapture } from '../sim/troubled-capture.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PRI = join(ROOT, 'fixtures/pri');
const CAPTURES = readdirSync(PRI, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\/[a-z]\d\d-[a-z0-9-]+\.txt$/.test(path))
  .sort()
  .map((path) => join(PRI, path));
const SAMPLE = join(PRI, 'pri-intel-handler-7.2.13/h02-answered-twice.txt');

async function faultlog(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const session = sampleSession({ args, cwd: folder });
  const code = await run(session);
  return { code, out: session.printed(), err: session.complained() };
}

const json = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await faultlog(...args)).out);
const answer = async (sql: string, ...sources: readonly string[]) =>
  z.array(z.record(z.string(), z.unknown())).parse(await json('query', '--quiet', '--format', 'json', sql, ...sources));

const filesOf = (place: string): readonly string[] =>
  readdirSync(join(folder, place), { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, place, path)).isFile())
    .sort();

async function tableOf(place: string, table: TableName): Promise<Record<string, unknown>[]> {
  const [path, ...others] = filesOf(place).filter((each) => each.startsWith(`${table}/`));
  expect(others).toEqual([]);
  const bytes = readFileSync(join(folder, place, path ?? ''));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const compressors = { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) };
  return parquetReadObjects({ file, compressors });
}

describe('export --format parquet', () => {
  test.each(CAPTURES.map((path) => [path.slice(PRI.length + 1), path]))(
    '%s: groups, findings and coverage are those of the other outputs',
    async (name, path) => {
      const place = `one/${name}`;
      expect(await faultlog('export', '--quiet', '--format', `parquet=${place}`, path)).toEqual({
        code: 0,
        out: '',
        err: '',
      });
      const groups = (await faultlog('groups', '--format', 'jsonl', path)).out.split('\n').flatMap((line) => {
        return line === '' ? [] : [groupRowSchema.parse(JSON.parse(line))];
      });
      const key = (
        device: unknown,
        pasid: unknown,
        prgi: unknown,
        instance: unknown,
        state: unknown,
        latency: unknown,
        line: unknown,
      ) => [device, pasid, prgi, instance, state, latency, line].map((value) => String(value ?? '')).join(' ');
      const tabled = (await tableOf(place, 'groups')).map((row) =>
        key(row.device, row.pasid, row.prgi, row.instance, row.state, row.latency_ns, row.line),
      );
      const listed = groups.map((row) =>
        key(
          row.device,
          row.pasid,
          row.prgi,
          row.instance,
          row.state,
          row.latencyNs,
          (row.requests[0] ?? row.response)?.line,
        ),
      );
      expect(tabled.sort()).toEqual(listed.sort());
      const result = resultSchema.parse(await json('check', '--exit-zero', '--format', 'json', path));
      const findings = await tableOf(place, 'findings');
      expect(findings.filter((row) => row.consequence_of === null).map((row) => row.fingerprint)).toEqual(
        result.findings.map(({ fingerprint }) => fingerprint),
      );
      expect(findings.filter((row) => row.consequence_of !== null)).toHaveLength(result.counts.consequences);
      expect(await tableOf(place, 'coverage')).toMatchObject([
        { input: 0, events: BigInt(result.inputs[0]?.events ?? 0), open_at_end: BigInt(result.coverage.openAtEnd) },
      ]);
    },
  );

  test('a capture exported again changes nothing, not even a file', async () => {
    const args = [
      'export',
      '--quiet',
      '--events',
      '--format',
      'parquet=again',
      '--host',
      'lab',
      '--capture',
      'monday',
      SAMPLE,
    ];
    await faultlog(...args);
    const before = filesOf('again').map((path) => [path, statSync(join(folder, 'again', path)).ino]);
    expect(before.map(([path]) => String(path).replace(/[0-9a-f]{16}/, 'HASH'))).toEqual([
      'coverage/host=lab/capture=monday/HASH.parquet',
      'events/host=lab/capture=monday/HASH.parquet',
      'findings/host=lab/capture=monday/HASH.parquet',
      'groups/host=lab/capture=monday/HASH.parquet',
    ]);
    await faultlog(...args);
    expect(filesOf('again').map((path) => [path, statSync(join(folder, 'again', path)).ino])).toEqual(before);
  });

  test('answered groups without an object give what they give as objects', async () => {
    writeFileSync(join(folder, 'troubled.txt'), troubledCapture(20, 3000));
    const args = ['export', '--quiet', '--capture', 'x', '--pasid', '3', '--from', '1.001', '--format'];
    await faultlog(...args, 'parquet=short', 'troubled.txt');
    await faultlog(...args, 'parquet=long', '--events', 'troubled.txt');
    const groups = (place: string) => filesOf(place).filter((path) => path.startsWith('groups/'));
    expect(groups('short')).toEqual(groups('long'));
    expect((await tableOf('short', 'groups')).length).toBeGreaterThan(100);
  });

  test('what changed replaces what was there', async () => {
    cpSync(SAMPLE, join(folder, 'grown.txt'));
    await faultlog('export', '--quiet', '--format', 'parquet=grown', 'grown.txt');
    writeFileSync(join(folder, 'grown.txt'), readFileSync(SAMPLE, 'utf8').split('\n').slice(0, 40).join('\n'));
    await faultlog('export', '--quiet', '--format', 'parquet=grown', 'grown.txt');
    expect(filesOf('grown')).toHaveLength(3);
  });

  test('every file names the version of the tables, and has their columns', async () => {
    await faultlog('export', '--quiet', '--events', '--format', 'parquet=columns', SAMPLE);
    for (const path of filesOf('columns')) {
      const bytes = readFileSync(join(folder, 'columns', path));
      const metadata = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      expect(metadata.key_value_metadata).toEqual([{ key: 'faultlog.tables', value: String(TABLES_VERSION) }]);
      const table = z.enum(['groups', 'findings', 'coverage', 'events']).parse(path.split('/')[0]);
      expect(metadata.schema.slice(1).map(({ name }) => name)).toEqual(TABLES[table].map(({ name }) => name));
    }
  });

  test('filters hold for the tables', async () => {
    await faultlog(
      'export',
      '--quiet',
      '--events',
      '--format',
      'parquet=filtered',
      '--pasid',
      '2',
      '--from',
      '15.1',
      SAMPLE,
    );
    expect(await tableOf('filtered', 'groups')).toEqual([]);
    const events = await tableOf('filtered', 'events');
    expect(new Set(events.map((row) => row.pasid))).toEqual(new Set([2]));
    expect(events.every((row) => Number(row.time_ns) >= 15.1e9)).toBe(true);
  });

  test('no folder, and one that cannot be made', async () => {
    expect((await faultlog('export', '--format', 'parquet', SAMPLE)).err).toContain('parquet tables need a folder');
    writeFileSync(join(folder, 'file'), '');
    const { code, err } = await faultlog('export', '--format', 'parquet=file', SAMPLE);
    expect([code, err.startsWith('faultlog: file: tables cannot be written\n')]).toEqual([2, true]);
  });
});

describe('query', () => {
  beforeAll(async () => {
    for (const [index, path] of CAPTURES.entries()) {
      await faultlog(
        'export',
        '--quiet',
        '--format',
        'parquet=all',
        '--host',
        `h${index % 3}`,
        '--capture',
        `c=${index}/'x`,
        path,
      );
    }
  });

  test.each(QUERY_EXAMPLES)('%s', async (sql) => {
    const { code, out, err } = await faultlog('query', sql, 'all');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^\w.*\n-[- ]+\n(.*\n)*\d+ rows?\n$/);
  });

  test('host and capture are columns, whatever their names hold', async () => {
    const rows = await answer('SELECT DISTINCT host, capture FROM coverage ORDER BY ALL', 'all');
    expect(rows).toHaveLength(CAPTURES.length);
    expect(rows[0]).toEqual({ host: 'h0', capture: "c=0/'x" });
  });

  test('its answers on groups are those of faultlog stats', async () => {
    const sql = `SELECT device, pasid, count(*) AS groups, count(latency_ns) AS answers,
      max(latency_ns) AS most FROM groups WHERE lane = 'host' GROUP BY ALL ORDER BY ALL`;
    for (const path of CAPTURES) {
      const stats = statsSchema.parse(await json('stats', '--format', 'json', path));
      const rows = await answer(sql, path);
      const streams = stats.streams.map(({ device, pasid, groups, latency }) => [
        device ?? null,
        pasid ?? null,
        groups,
        latency?.count ?? 0,
        latency?.maxNs ?? null,
      ]);
      const asked = rows.map((row) => [row.device, row.pasid, row.groups, row.answers, row.most]);
      expect(asked.sort()).toEqual(streams.sort());
    }
  });

  test('what tables of an older version do not have is null', async () => {
    const place = join(folder, 'old/coverage/host=h/capture=c');
    mkdirSync(place, { recursive: true });
    await askDuckDb([], `COPY (SELECT 0 AS input, 'a.txt' AS path) TO '${join(place, 'a.parquet')}' (FORMAT parquet)`);
    expect(await answer('SELECT host, input, path, beyond_keys FROM coverage', 'old')).toEqual([
      { host: 'h', input: 0, path: 'a.txt', beyond_keys: null },
    ]);
  });

  test('csv and json', async () => {
    const { out } = await faultlog('query', '--format', 'csv', "SELECT 1 AS a, 'x,y' AS b, NULL AS c", 'all');
    expect(out).toBe('a,b,c\n1,"x,y",\n');
    expect(await answer('SELECT max(latency_ns) AS most, 9007199254740993 AS large FROM groups', 'all')).toEqual([
      { most: expect.any(Number), large: '9007199254740993' },
    ]);
  });

  test('what DuckDB refuses is said in its words', async () => {
    const { code, err } = await faultlog('query', 'SELECT nosuch FROM groups', 'all');
    expect(code).toBe(2);
    expect(err).toContain('the query failed: Binder Error: Referenced column "nosuch" not found');
    expect((await faultlog('query', 'SELECT 1', 'one/none')).code).toBe(2);
  });

  test('without DuckDB: what to install', async () => {
    vi.doMock('@duckdb/node-api', () => {
      throw new Error('Cannot find package');
    });
    vi.resetModules();
    const { askDuckDb } = await import('../../src/cli/duckdb.ts');
    await expect(askDuckDb([], 'SELECT 1')).rejects.toMatchObject({
      message: 'DuckDB is not installed',
      hint: expect.stringContaining('npm install @duckdb/node-api'),
    });
    vi.doUnmock('@duckdb/node-api');
  });
});

test('the tables of a fleet are those of its tasks', async () => {
  const captures = join(folder, 'captures/h1');
  cpSync(SAMPLE, join(captures, 'a.txt'));
  await faultlog('fleet', 'plan', '--quiet', 'captures', '-o', 'plan.jsonl');
  const args = ['fleet', 'run', '--all', '--tables', 'plan.jsonl', '-o', 'results'];
  const { status } = spawnSync(process.execPath, [join(ROOT, 'dist/faultlog.js'), ...args], {
    cwd: folder,
    stdio: 'ignore',
  });
  expect(status).toBe(0);
  expect(await answer('SELECT host, capture, count(*) AS groups FROM groups GROUP BY ALL', 'results/tables')).toEqual([
    { host: 'h1', capture: 'a.txt', groups: 5 },
  ]);
});
