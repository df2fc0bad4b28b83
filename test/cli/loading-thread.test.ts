import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { loadCaptureHere, watchCapture } from '../../src/cli/load-capture.ts';
import { startLoading } from '../../src/cli/loading-thread.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Capture } from '../../src/store/capture.ts';
import { generateTroubled } from '../bench/generate-troubled.ts';
import { FIXTURES, inputsOf } from '../store/read-fixture.ts';

const WORKER = new URL('../../dist/worker.js', import.meta.url);
const folder = mkdtempSync(`${tmpdir()}/faultlog-thread-`);
afterAll(() => rmSync(folder, { recursive: true }));

async function loadInThread(path: string): Promise<Capture> {
  const thread = startLoading(WORKER, { files: [path], options: { progress: false, config: false }, cwd: folder });
  if (thread === undefined) throw new Error('npm run build makes dist/worker.js');
  const { capture, loaded } = watchCapture(inputsOf([path]), thread, {});
  await loaded;
  return capture;
}

async function loadHere(path: string): Promise<Capture> {
  const { capture, loaded } = loadCaptureHere(inputsOf([path]), registry, { limits: DEFAULT_LIMITS });
  await loaded;
  return capture;
}

/** All of a small capture, or every n-th row of a large one. */
function contentOf({ events, groups, findings, result, progress, streams, marks, timeline }: Capture, every: number) {
  const { span } = timeline;
  return {
    events: Array.from({ length: Math.ceil(events.count / every) }, (_, index) => events.view(index * every)),
    groups: Array.from({ length: Math.ceil(groups.count / every) }, (_, index) => groups.record(index * every)),
    counts: [events.count, groups.count],
    findings,
    // The built program has a version of its own.
    result: result === undefined ? undefined : { ...result, tool: 'faultlog' },
    progress,
    streams,
    errors: marks.count('error', 0, events.count),
    columns: span === undefined ? [] : timeline.columns(span.from, span.to, 50, marks),
  };
}

describe('a capture that a thread loads is the one that is loaded here', () => {
  test('a recording', async () => {
    const path = `${FIXTURES}pri/pri-intel-handler-7.2.13/h02-answered-twice.txt`;
    expect(contentOf(await loadInThread(path), 1)).toEqual(contentOf(await loadHere(path), 1));
  });

  test('one of many chunks', async () => {
    const path = `${folder}/troubled.txt`;
    generateTroubled(path, 40_000, 5);
    const there = await loadInThread(path);
    expect(there.progress).toMatchObject({ isLoaded: true, bytes: there.progress.totalBytes });
    expect(contentOf(there, 37)).toEqual(contentOf(await loadHere(path), 37));
  });
});

describe('what goes wrong in the thread is said', () => {
  test('a file that it cannot read', async () => {
    const path = `${folder}/binary.bin`;
    writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0]));
    const { progress, events } = await loadInThread(path);
    expect(events.count).toBe(0);
    expect(progress).toMatchObject({ isLoaded: true, error: expect.stringContaining('binary.bin is ') });
  });

  test('a capture is closed while it is loaded', async () => {
    const path = `${folder}/long.txt`;
    generateTroubled(path, 80_000, 6);
    const thread = startLoading(WORKER, { files: [path], options: { progress: false, config: false }, cwd: folder });
    if (thread === undefined) throw new Error('npm run build makes dist/worker.js');
    const { capture } = watchCapture(inputsOf([path]), thread, {});
    await new Promise<void>((resolve) => capture.subscribe(resolve));
    capture.close();
    const { count } = capture.events;
    await new Promise((resolve) => setImmediate(resolve));
    expect(capture.events.count).toBe(count);
    expect(capture.progress.isLoaded).toBe(false);
  });
});
