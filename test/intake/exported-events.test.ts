import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mappedTable } from '../../parsers/containers/event-table.ts';
import { registry } from '../../parsers/registry.ts';
import { EVENT_COLUMNS } from '../../src/format/columns.ts';
import { toEventRow } from '../../src/format/event-row.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import type { EventRow } from '../../src/model/event-schema.ts';
import type { GroupRow } from '../../src/model/group.ts';
import type { Lane } from '../../src/model/lane.ts';
import { csvHeader, csvLine } from '../../src/report/csv-rows.ts';
import { type Analysed, analyseTexts } from '../truth/analyse-text.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
/** Notes and ground truth beside the captures are no captures. */
const captures = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(txt|ladder)$/.test(name) && !/\.(how|truth)\.txt$/.test(name))
  .sort();

async function rowsOf(text: string | Uint8Array, lane: Lane = 'host') {
  const bytes = Buffer.from(text);
  const stream = readEvents(
    [
      {
        path: 'capture',
        lane,
        open: async function* () {
          yield bytes;
        },
      },
    ],
    registry,
    {
      mergeWindowNs: 1e9,
    },
  );
  const rows: EventRow[] = [];
  for await (const { events } of stream) {
    for (const event of events) {
      const report = stream.reports[event.source.input];
      if (report !== undefined) rows.push(toEventRow(event, report.scale));
    }
  }
  return { rows, report: stream.reports[0] };
}

const toJsonl = (rows: readonly EventRow[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const toCsv = (rows: readonly EventRow[]): string =>
  csvHeader(EVENT_COLUMNS) + rows.map((row) => csvLine(row, EVENT_COLUMNS)).join('');

/** Where a line stood is another thing in an export. */
const PLACES: ReadonlySet<string> = new Set(['line', 'offset', 'input', 'text', 'evidence', 'timeUnit']);
const placeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, field) => (PLACES.has(key) ? undefined : field)));

/** Hops of one time stand in the order of their lines, which are other ones in an export. */
function inOneOrder({ journey, ...row }: GroupRow): GroupRow {
  if (journey === undefined) return row;
  const moved = journey.toSorted((a, b) => Number(a.time) - Number(b.time) || (a.hop < b.hop ? -1 : 1));
  return { ...row, journey: moved };
}

/** An export has neither the lines that nobody could read (so that it may end earlier) nor the capture's count of its entries, which makes some findings certain. */
function comparable({ findings, groups }: Analysed, isCounted: boolean): unknown {
  return placeless({
    findings: findings
      .filter(({ id }) => id !== 'FL903')
      .map((f) => [
        f.id,
        f.device,
        f.pasid,
        f.prgi,
        f.time,
        isCounted && f.certainty === 'certain' ? 'likely' : f.certainty,
        f.message.replaceAll(/\bline \d+/g, 'its line').replace(', which ends soon after', ''),
      ])
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    groups: groups.map(inOneOrder),
  });
}

describe('exported events read back', () => {
  it.each(captures)('%s', async (name) => {
    const text = readFileSync(fixtures + name);
    const { rows, report } = await rowsOf(text);
    const isCounted = report?.declaredEntries !== undefined;
    if (rows.length === 0) return;
    const original = comparable(await analyseTexts([text]), isCounted);
    for (const exported of [toJsonl(rows), toCsv(rows)]) {
      const back = await rowsOf(exported);
      expect(back.report?.error).toBeUndefined();
      expect(back.report?.unread).toBe(0);
      expect(placeless(back.rows)).toEqual(placeless(rows));
      expect(comparable(await analyseTexts([exported]), isCounted)).toEqual(original);
    }
  });
});

describe('rows that are not whole', () => {
  const good =
    '{"kind":"page-request","line":1,"input":0,"offset":0,"time":"1.000001","lane":"host","hop":"device>host","dialect":"x","device":"0000:01:00.0","pasid":1,"prgi":3,"address":"0x1000","access":"r","last":true}';

  it('are counted and shown, the others are read', async () => {
    const bad = [good.slice(0, 60), good.replace('"pasid":1', '"pasid":"one"'), good.replace('0x1000', '4k')];
    const { rows, report } = await rowsOf([good, ...bad, good].join('\n'));
    expect(rows).toHaveLength(2);
    expect(report?.unread).toBe(3);
    expect(report?.unreadSamples.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it('say in a CSV which line and column it is', async () => {
    const text =
      'kind,line,time,device,pasid,prgi\npage-request,1,1.5,0000:01:00.0,1,3\nfault,2,2.5,01:00.0,one,3\nfault,3\n';
    const { rows, report } = await rowsOf(text);
    expect(rows.map(({ kind, line, time }) => [kind, line, time])).toEqual([['page-request', 2, '1.5']]);
    expect(report?.unreadSamples.map((sample) => JSON.parse(sample.text).problem)).toEqual([
      'line 3, column 5 (pasid): one is no value of pasid',
      'line 4, column 1: 2 cells, the header has 6',
    ]);
  });

  it('objects of other programs are nothing to them', async () => {
    const { rows, report } = await rowsOf('{"kind":"Event","apiVersion":"v1"}\n{"kind":"pod","line":3}\n');
    expect(rows).toEqual([]);
    expect(report?.unread).toBe(0);
  });
});

it('rows of two inputs are refused, with the line: they have no common clock', async () => {
  const row = (input: number): string => `{"kind":"page-request","input":${input},"time":"1.0","dialect":"x"}\n`;
  const { rows, report } = await rowsOf(row(0) + row(1));
  expect(rows).toHaveLength(1);
  expect(report?.error?.message).toBe('capture:2:1: a row of input 1 among rows of input 0');
});

it('rows keep their lane unless the input is given another', async () => {
  const row = '{"kind":"page-request","input":0,"lane":"guest","laneName":"vm3","dialect":"x"}\n';
  expect((await rowsOf(row)).rows.map(({ lane, laneName }) => [lane, laneName])).toEqual([['guest', 'vm3']]);
  expect((await rowsOf(row, 'vmm')).rows.map(({ lane }) => lane)).toEqual(['vmm']);
});

it('a table of another tool is read by the columns that are named', async () => {
  const mapping = {
    columns: {
      time: 'Timestamp',
      kind: 'Type',
      device: 'BDF',
      pasid: 'PASID',
      prgi: 'Group',
      last: 'LPIG',
      code: 'Status',
    },
    values: { kind: { PRQ: 'page-request', RSP: 'page-response' }, code: { OK: 'success' } },
    fixed: { iommu: 'dmar0' },
  };
  const table = [
    'Timestamp;Type;BDF;PASID;Group;LPIG;Status;Note',
    '1.000001;PRQ;0000:01:00.0;0x1;3;1;;"two\nlines; one cell"',
    '1.000101;RSP;0000:01:00.0;1;3;;OK;',
    '1.3;RSP;0000:01:00.0;1;x;;OK;',
  ].join('\r\n');
  const stream = readEvents(
    [
      {
        path: 't.csv',
        lane: 'host',
        open: async function* () {
          yield Buffer.from(table);
        },
      },
    ],
    { ...registry, containers: [mappedTable(mapping)] },
    { mergeWindowNs: 1e9 },
  );
  const found = [];
  for await (const { events } of stream) found.push(...events);
  expect(
    found.map(({ kind, source, iommu, pasid, prgi, isLast, code }) => [
      kind,
      source.line,
      iommu,
      pasid,
      prgi,
      isLast,
      code,
    ]),
  ).toEqual([
    ['page-request', 2, 'dmar0', 1, 3, true, undefined],
    ['page-response', 4, 'dmar0', 1, 3, false, 'success'],
  ]);
  expect(stream.reports[0]?.unreadSamples.map(({ line, text }) => [line, JSON.parse(text).problem])).toEqual([
    [5, 'line 5, column 5 (Group): x is no value of prgi'],
  ]);
});
