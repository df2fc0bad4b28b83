import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { prepareInputs } from '../../src/cli/open-input.ts';
import { rawTextOf } from '../../src/cli/raw-texts.ts';
import type { Session } from '../../src/cli/session.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import type { SourceLine } from '../../src/model/event.ts';
import { FIXTURES, fixturePaths } from '../store/read-fixture.ts';

const TRACE = `${FIXTURES}pri/pri-intel-handler-7.2.13/h02-answered-twice.txt`;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/faultlog-raw-`);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function openInput(path: string) {
  const output = { stream: new PassThrough(), isTerminal: false, columns: undefined };
  const session: Session = {
    args: [],
    program: ['faultlog'],
    env: {},
    cwd: folder,
    stdin: new PassThrough(),
    stdout: output,
    stderr: output,
    now: new Date(0),
    loadParsers: async () => registry,
  };
  const [spec] = await prepareInputs({ path, lane: 'host' }, session, registry);
  if (spec === undefined) throw new Error('no input');
  return { spec, raw: rawTextOf(spec, registry.containers ?? [], folder, () => undefined) };
}

async function sourcesOf(path: string): Promise<readonly SourceLine[]> {
  const { spec, raw } = await openInput(path);
  raw.close();
  const sources: SourceLine[] = [];
  for await (const { events } of readEvents([spec], registry, { mergeWindowNs: 1e9 })) {
    for (const { source } of events) sources.push({ ...source, text: source.text });
  }
  return sources;
}

describe('the raw lines of an input are those that its events came from', () => {
  const folders = ['framing', 'amd-vi', 'trace-dat', 'ladder', 'virtio-iommu'];
  for (const path of fixturePaths(folders)) {
    test(path, async () => {
      const { raw } = await openInput(`${FIXTURES}${path}`);
      for (const { line, text } of await sourcesOf(`${FIXTURES}${path}`)) {
        const page = await raw.lines(line, 1);
        expect(page.lines.map((each) => each.text)).toContain(text.replace(/\r$/, ''));
        expect(page.lines.length).toBeLessThanOrEqual(path.endsWith('.dat') ? 2 : 1);
      }
      raw.close();
    });
  }

  test('also of a packed one, and behind its start once more', async () => {
    writeFileSync(`${folder}/trace.txt.gz`, gzipSync(readFileSync(TRACE)));
    const { raw } = await openInput(`${folder}/trace.txt.gz`);
    const sources = await sourcesOf(`${folder}/trace.txt.gz`);
    expect(sources.length).toBeGreaterThan(20);
    for (const { line, text } of sources.toReversed()) {
      expect((await raw.lines(line, 1)).lines.map((each) => each.text)).toEqual([text]);
    }
    raw.close();
  });
});

describe('what becomes of a file is said, and what is there is shown', () => {
  async function afterwards(change: (path: string) => void) {
    const path = `${folder}/trace.txt`;
    copyFileSync(TRACE, path);
    const { raw } = await openInput('trace.txt');
    expect((await raw.lines(1, 1)).problem).toBeUndefined();
    change(path);
    const page = await raw.lines(26, 3);
    raw.close();
    return { numbers: page.lines.map(({ number }) => number), problem: page.problem };
  }

  test('it grows', async () => {
    expect(await afterwards((path) => writeFileSync(path, 'one more line\n', { flag: 'a' }))).toEqual({
      numbers: [26, 27, 28],
      problem: 'trace.txt has grown since it was opened: open it again to see the rest',
    });
  });

  test('it shrinks', async () => {
    expect(await afterwards((path) => truncateSync(path, 100))).toEqual({
      numbers: [],
      problem: 'trace.txt is shorter than it was when it was opened: lines are missing',
    });
  });

  test('it is removed', async () => {
    expect(await afterwards((path) => rmSync(path))).toEqual({
      numbers: [26, 27, 28],
      problem: 'trace.txt was removed: shown is what it held',
    });
  });

  test('another one takes its place', async () => {
    const change = (path: string): void => {
      copyFileSync(path, `${path}.new`);
      renameSync(`${path}.new`, path);
    };
    expect(await afterwards(change)).toEqual({
      numbers: [26, 27, 28],
      problem: 'trace.txt was replaced by another file: shown is the one that was opened',
    });
  });
});
