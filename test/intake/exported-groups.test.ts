import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import { collectStats } from '../../src/analysis/stats.ts';
import { run } from '../../src/cli/run.ts';
import { GROUP_COLUMNS } from '../../src/format/columns.ts';
import { flatGroup } from '../../src/format/group-record.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import type { GroupRow } from '../../src/model/group.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { InputSummary } from '../../src/model/result.ts';
import type { Stats } from '../../src/model/stats.ts';
import { csvHeader, csvLine } from '../../src/report/csv-rows.ts';
import { sampleSession } from '../cli/sample-session.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const captures = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(txt|ladder)$/.test(name) && !/\.(how|truth)\.txt$/.test(name))
  .sort();

function inputOf(content: string | Uint8Array): InputSpec {
  return { path: 'input', lane: 'host', open: () => Readable.from([Buffer.from(content)]) };
}

const settings = { limits: DEFAULT_LIMITS, read: { takesGroups: true } };

async function rowsOf(
  content: string | Uint8Array,
): Promise<{ rows: readonly GroupRow[]; input: InputSummary | undefined }> {
  const rows: GroupRow[] = [];
  const { inputs } = await analyse([inputOf(content)], registry, { ...settings, onGroup: (row) => rows.push(row) });
  return { rows, input: inputs[0] };
}

async function statsOf(content: string): Promise<Stats> {
  const filter = { isCounted: () => true, isTimed: false };
  return (await collectStats([inputOf(content)], registry, filter, settings)).stats;
}

const toJsonl = (rows: readonly GroupRow[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const toCsv = (rows: readonly GroupRow[]): string =>
  csvHeader(GROUP_COLUMNS) + rows.map((row) => csvLine(flatGroup(row), GROUP_COLUMNS)).join('');

/** Where a line stood is another thing in an export. */
const PLACE = /^(?:input|line|\w+Input|\w+Line)$/;
const placeless = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value, (key, field) => (PLACE.test(key) ? undefined : field)));

/** The cells of its row in a CSV. */
function cellsOf(row: GroupRow): unknown {
  const flat = flatGroup(row);
  return Object.fromEntries(GROUP_COLUMNS.map((column) => [column, flat[column]]));
}

/** What groups alone tell: not the faults, and not how long the capture ran beside them. */
function ofGroups({ groups, requests, states, latency, histogram, worst, streams }: Stats): unknown {
  return placeless({
    ...{ groups, requests, states, latency, histogram },
    worst: worst.map((each) => JSON.stringify(placeless(each))).sort(),
    streams: streams
      .map(({ groupsPerSecond: _, ...stream }) => stream)
      .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
  });
}

describe('exported groups read back', () => {
  it.each(captures)('%s', async (name) => {
    const text = readFileSync(fixtures + name, 'utf8');
    const { rows } = await rowsOf(text);
    if (rows.length === 0) return;
    const fromRows = await rowsOf(toJsonl(rows));
    expect(fromRows.input?.error).toBeUndefined();
    expect(fromRows.input?.unread).toBe(0);
    expect(placeless(fromRows.rows)).toEqual(placeless(rows));
    const fromTable = await rowsOf(toCsv(rows));
    expect(fromTable.input?.unread).toBe(0);
    expect(placeless(fromTable.rows.map(cellsOf))).toEqual(placeless(rows.map(cellsOf)));
    const expected = ofGroups(await statsOf(text));
    expect(ofGroups(await statsOf(toJsonl(rows)))).toEqual(expected);
  });

  it('packed as well, each row on its own line', async () => {
    const capture = readFileSync(`${fixtures}pri/pri-intel-handler-7.2.13/h02-answered-twice.txt`);
    const { rows } = await rowsOf(capture);
    const { rows: again, input } = await rowsOf(gzipSync(toJsonl(rows)));
    expect(again.map(({ requests }) => requests[0]?.line)).toEqual([1, 2, 3, 4, 5]);
    expect(input).toMatchObject({ lines: 5, firstTime: '15.077370', lastTime: '15.248294' });
  });
});

describe('commands', () => {
  const capture = `${fixtures}pri/pri-intel-handler-7.2.13/h02-answered-twice.txt`;

  async function faultlog(args: readonly string[], input = ''): Promise<{ code: number; text: string }> {
    const session = sampleSession({ args, input });
    const code = await run(session);
    return { code, text: session.printed() + session.complained() };
  }

  it('groups writes again what it wrote, but for the places', async () => {
    const jsonl = (await faultlog(['groups', '--format', 'jsonl', capture])).text;
    const again = (await faultlog(['groups', '--format', 'jsonl', '-'], jsonl)).text;
    const thrice = (await faultlog(['groups', '--format', 'jsonl', '-'], again)).text;
    expect(thrice).toBe(again);
    expect((await faultlog(['groups', '--pasid', '2', '--format', 'jsonl', '-'], jsonl)).text.split('\n')).toHaveLength(
      2,
    );
  });

  it('ladder draws the messages', async () => {
    const wanted = ['--group', '01:00.0/1/3#2', '--times', 'absolute'];
    const jsonl = (await faultlog(['groups', '--format', 'jsonl', capture])).text;
    const drawn = (await faultlog(['ladder', ...wanted, '-'], jsonl)).text;
    const messages = (text: string): readonly string[] =>
      text.split('\n').flatMap((line) =>
        /P[RS]\d/.test(line)
          ? [
              line
                .replace(/^\d+ */, '')
                .replaceAll(/ +/g, ' ')
                .replaceAll(/-+/g, '-'),
            ]
          : [],
      );
    const original = messages((await faultlog(['ladder', ...wanted, capture])).text);
    // The second answer is in no group: only the capture has it.
    expect(messages(drawn)).toEqual(original.slice(0, 8));
    expect(original).toHaveLength(10);
  });

  it('check says that it needs the capture', async () => {
    const jsonl = (await faultlog(['groups', '--format', 'jsonl', capture])).text;
    expect(await faultlog(['check', '-'], jsonl)).toEqual({
      code: 2,
      text: 'faultlog: - is an export of page-request groups as JSONL: groups, stats, ladder and events read it, the other commands want the capture\n',
    });
  });
});

it('rows that are none are counted and shown, the others are read', async () => {
  const row: GroupRow = {
    prgi: 3,
    instance: 1,
    state: 'answered',
    requests: [{ input: 0, line: 4, time: '1.5', last: true }],
    findings: [],
  };
  const bad = [
    { ...row, state: 'lost' },
    { ...row, prgi: 'three' },
  ].map((each) => JSON.stringify(each));
  const { rows, input } = await rowsOf([JSON.stringify(row), ...bad, '{"prgi":', JSON.stringify(row)].join('\n'));
  expect(rows.map(({ requests }) => requests[0]?.line)).toEqual([1, 5]);
  expect(input).toMatchObject({ unread: 3, lines: 5 });
  const table = `${csvHeader(GROUP_COLUMNS)}${csvLine(flatGroup(row), GROUP_COLUMNS)},,x,1,answered,,,,1\n`;
  expect((await rowsOf(table)).input).toMatchObject({ unread: 1, lines: 3 });
});
