import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { analyse, analyseStream, UsageError } from '../../src/index.ts';
import type { InputSource } from '../../src/library/types.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { ROOT } from '../readme-blocks.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-library-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CAPTURE = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
const RECORDING = join(ROOT, 'fixtures/trace-dat/h02-answered-twice-6.1.192.dat');
const bytes = readFileSync(CAPTURE);

async function printed(...args: string[]): Promise<string> {
  const session = sampleSession({ args });
  await run(session);
  return session.printed();
}

const rowsOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

async function* inPieces(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('analyse', () => {
  test.each([
    ['a path', CAPTURE],
    ['a URL', pathToFileURL(CAPTURE)],
    ['a labelled path', { path: CAPTURE, lane: 'host' }],
    ['a text', { text: bytes.toString(), name: CAPTURE }],
    ['bytes', { bytes, name: CAPTURE }],
    ['packed bytes', { bytes: gzipSync(bytes), name: CAPTURE }],
    ['a generator', { bytes: inPieces(7), name: CAPTURE }],
    ['a list of texts', { bytes: bytes.toString().split(/(?<=\n)/), name: CAPTURE }],
    ['a Node stream', { bytes: Readable.from(inPieces(100)), name: CAPTURE }],
    ['a web stream', { bytes: new Blob([bytes]).stream(), name: CAPTURE }],
  ] satisfies [string, InputSource][])('%s: the result of check --format json', async (_, source) => {
    expect(await analyse([source])).toEqual(JSON.parse(await printed('check', '--format', 'json', CAPTURE)));
  });

  test('a recording as bytes gives what it gives as a file', async () => {
    const expected = JSON.parse(await printed('check', '--format', 'json', RECORDING));
    expect(await analyse([{ bytes: readFileSync(RECORDING), name: RECORDING }])).toEqual(expected);
    expect(expected.findings).not.toEqual([]);
  });

  test('options are those of check', async () => {
    const owners = join(folder, 'owners.csv');
    writeFileSync(owners, 'requester,pasid,owner\n0000:01:00.0,1,vm3\n');
    const args = ['--slow', '8ms', '--owners', owners, '--dialect', 'intel-prq-report', CAPTURE];
    const limits = { slowNs: 8_000_000 };
    const result = await analyse([CAPTURE], {
      limits,
      owners: [{ device: '0000:01:00.0', pasid: 1, owner: 'vm3' }],
      dialect: 'intel-prq-report',
    });
    expect(result).toEqual(JSON.parse(await printed('check', '--format', 'json', ...args)));
    expect(result.findings.some(({ owner }) => owner === 'vm3')).toBe(true);
  });

  test('lanes, offsets and tables', async () => {
    const ladder = readFileSync(join(ROOT, 'fixtures/ladder/6.1-late-answer.ladder'), 'utf8');
    const table = 'when,what,bdf,p,i,last\n1.5,PRQ,0000:01:00.0,1,3,1\n1.6,RSP,0000:01:00.0,1,3,\n';
    const tables = [
      {
        columns: { time: 'when', kind: 'what', device: 'bdf', pasid: 'p', prgi: 'i', last: 'last' },
        values: { kind: { PRQ: 'page-request', RSP: 'page-response' } },
      },
    ];
    const [inTable, inLadder, twoLanes] = await Promise.all([
      analyse([{ text: table, name: 'table.csv', lane: 'guest', laneName: 'vm3' }], { tables }),
      analyse([{ text: ladder, name: 'late.ladder' }]),
      analyse([CAPTURE, { bytes, lane: 'guest', laneName: 'vm3' }], { offsets: { 'guest:vm3': 0.5 } }),
    ]);
    expect(inTable.inputs).toMatchObject([{ path: 'table.csv', lane: 'guest', laneName: 'vm3', events: 2, unread: 0 }]);
    expect(inTable.counts.groups).toMatchObject({ answered: 1 });
    expect(inLadder.counts.byRule).toEqual({ FL201: 1, FL402: 1 });
    expect(twoLanes.clocks).toMatchObject([{ lane: 'guest', laneName: 'vm3', source: 'stated', lowNs: 500_000_000 }]);
  });

  test('an input that cannot be read has an error among others, and is the error alone', async () => {
    const missing = join(folder, 'missing.txt');
    const { inputs } = await analyse([missing, CAPTURE]);
    expect(inputs.map(({ path, error }) => [path, error])).toEqual([
      [missing, `${missing}: there is no such file`],
      [CAPTURE, undefined],
    ]);
    await expect(analyse([missing])).rejects.toThrow(UsageError);
    await expect(analyse([])).rejects.toThrow('no input is given');
    await expect(analyse([CAPTURE], { dialect: 'nosuch' })).rejects.toThrow(UsageError);
  });

  test('a stream that fails is an input with an error, and what came before is analysed', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* inPieces(1000);
      throw new Error('the line went dead');
    }
    const { inputs, findings } = await analyse([{ bytes: broken(), name: 'broken' }]);
    expect(inputs).toMatchObject([{ path: 'broken', bytes: bytes.length, error: 'the line went dead' }]);
    expect(findings.filter(({ id }) => id === 'FL102')).toHaveLength(3);
  });
});

describe('analyseStream', () => {
  test('events, groups and findings are those of the commands, the result is that of analyse', async () => {
    const items = await all(analyseStream([CAPTURE]));
    const of = (wanted: string): unknown[] =>
      items.flatMap((item) => {
        const { type, ...rest } = item;
        return type === wanted ? Object.values(rest) : [];
      });
    const result = await analyse([CAPTURE]);
    expect(of('event')).toEqual(rowsOf(await printed('events', '--format', 'jsonl', CAPTURE)));
    expect(of('group')).toEqual(rowsOf(await printed('groups', '--format', 'jsonl', CAPTURE)));
    expect(of('finding')).toEqual(result.findings);
    expect(of('result')).toEqual([result]);
    expect([...new Set(items.map(({ type }) => type))]).toEqual(['event', 'group', 'finding', 'result']);
  });

  test('only the items asked for', async () => {
    const typesOf = async (wanted: readonly ('event' | 'group' | 'finding')[]): Promise<string[]> => {
      const items = await all(analyseStream([CAPTURE], { items: wanted }));
      return [...new Set(items.map(({ type }) => type))];
    };
    expect(await typesOf([])).toEqual(['result']);
    expect(await typesOf(['finding'])).toEqual(['finding', 'result']);
    expect(await typesOf(['group', 'event'])).toEqual(['event', 'group', 'result']);
  });

  test('reads no further than the items are taken, and closes the input when the loop is left', async () => {
    let given = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          given += 1;
          yield bytes;
        }
      } finally {
        isClosed = true;
      }
    }
    for await (const { type } of analyseStream([{ bytes: endless() }])) {
      if (type !== 'event') throw new Error('an endless input has no end');
      const before = given;
      await new Promise((resolve) => setTimeout(resolve, 20));
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(given).toBeLessThan(before + 200);
      break;
    }
    expect(isClosed).toBe(true);
    expect(given).toBeLessThan(1000);
  });

  test('what is wrong ends the loop', async () => {
    await expect(all(analyseStream([join(folder, 'missing.txt')]))).rejects.toThrow(UsageError);
    await expect(all(analyseStream([CAPTURE], { framing: 'nosuch' }))).rejects.toThrow(UsageError);
  });
});
