/**
 * Measures the store behind `faultlog browse` on a generated capture: how long it takes to load, how long keys would have
 * waited meanwhile, what it holds in memory, and how long a look at it takes.
 *
 *     npm run build && npm run bench:store -- --events 5000000
 *
 * Options: `--events N`, `--seed N`, `--keep FILE` for the capture, `--here` to load in this thread.
 */
import { closeSync, createReadStream, existsSync, fstatSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { registry } from '../../parsers/registry.ts';
import { type LoadingCapture, loadCaptureHere, watchCapture } from '../../src/cli/load-capture.ts';
import { startLoading } from '../../src/cli/loading-thread.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Capture } from '../../src/store/capture.ts';
import type { RowList } from '../../src/store/row-list.ts';
import { generateTroubled } from './generate-troubled.ts';

const WORKER = new URL('../../dist/worker.js', import.meta.url);

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '5000000' },
    seed: { type: 'string', default: '88470019' },
    keep: { type: 'string' },
    here: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const path = values.keep ?? `${tmpdir()}/faultlog-store-bench-${process.pid}.txt`;
  if (!existsSync(path)) generateTroubled(path, Number(values.events), Number(values.seed));
  try {
    print(`${mb(statSync(path).size)}, loaded ${values.here ? 'in this thread' : 'by another thread'}`);
    const { capture, loaded } = values.here ? here(path) : inThread(path);
    await measureLoading(capture, loaded);
    measureMemory(capture);
    measureLooks(capture);
    await measureLists(capture);
    capture.close();
  } finally {
    if (values.keep === undefined) rmSync(path);
  }
}

function here(path: string): LoadingCapture {
  return loadCaptureHere([inputOf(path)], registry, { limits: DEFAULT_LIMITS });
}

function inThread(path: string): LoadingCapture {
  const task = { files: [path], options: { progress: false, config: false as const }, cwd: process.cwd() };
  const thread = startLoading(WORKER, task);
  if (thread === undefined) throw new Error('npm run build makes dist/worker.js');
  return watchCapture([inputOf(path)], thread, {});
}

async function measureLoading(capture: Capture, loaded: Promise<void>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const cpu = process.cpuUsage();
  const start = performance.now();
  let firstRows: number | undefined;
  let readAt = start;
  let peakRss = 0;
  capture.subscribe(() => {
    if (capture.events.count > 0) firstRows ??= performance.now() - start;
    if (!capture.progress.isLoaded) readAt = performance.now();
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  });
  delay.enable();
  await loaded;
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  const whole = performance.now() - start;
  print(`${capture.events.count} events, ${capture.groups.count} instances, ${capture.findings.length} findings`);
  print(`first rows      ${((firstRows ?? 0) / 1000).toFixed(2)} s`);
  print(
    `loaded          ${(whole / 1000).toFixed(1)} s (read in ${((readAt - start) / 1000).toFixed(1)} s), ${((user + system) / 1e6).toFixed(1)} s of CPU`,
  );
  const [p50, p95, p99] = [50, 95, 99].map((share) => (delay.percentile(share) / 1e6 - 1).toFixed(1));
  print(`a key waited    p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, at most ${(delay.max / 1e6).toFixed(0)} ms`);
  print(`peak memory     ${mb(peakRss)} while loading`);
}

function measureMemory(capture: Capture): void {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const each = capture.sizeBytes / Math.max(1, capture.events.count);
  print(
    `memory          tables ${mb(capture.sizeBytes)} (${each.toFixed(1)} bytes an event), heap ${mb(heapUsed)}, rss ${mb(rss)}`,
  );
}

function measureLooks(capture: Capture): void {
  const { events, groups, timeline, marks } = capture;
  const { from, to } = timeline.span ?? { from: 0, to: 1 };
  const time = (): number => from + (to - from) * (below(1e6) / 1e6);
  each('event by row', 20_000, () => events.view(below(events.count)));
  each('instance by row', 20_000, () => groups.view(below(groups.count)));
  each('event by line', 500, () => events.index.rowOfLine(0, below(events.count)));
  each('event by time', 2000, () => timeline.rowAtTime(time()));
  each('next use of a PRGI', 200, () => groups.nextUse(below(groups.count)));
  each('next error', 20_000, () => marks.next(below(events.count), 'error', 1));
  each('timeline, 200 columns of all', 50, () => timeline.columns(from, to, 200, marks));
  each('timeline, 200 columns of 1 ms', 50, () => {
    const start = time();
    timeline.columns(start, start + 1e6, 200, marks);
  });
}

async function measureLists(capture: Capture): Promise<void> {
  const filterOf = (text: string, subject: 'event' | 'group') => {
    const { filter, problem } = parseFilter(text, subject, capture.words);
    if (filter === undefined) throw new Error(problem.message);
    return filter;
  };
  for (const text of [
    'pasid=3 kind=page-response',
    'device=01:00.1 | latency>100us',
    'id=FL102',
    'task=kworker* address>0x7f2300000000',
  ]) {
    await completed(`events where ${text}`, capture.eventRows(filterOf(text, 'event')));
  }
  await completed('instances by latency', capture.groupRows({ sort: 'latency', isDescending: true }));
  await completed('instances by verdict', capture.groupRows({ sort: 'verdict' }));
  const filter = filterOf('pasid=3 latency>100us', 'group');
  await completed('instances where pasid=3 latency>100us', capture.groupRows({ filter, sort: 'start' }));
}

/** In slices of 5 ms, as the UI has them made. */
async function completed(what: string, list: RowList): Promise<void> {
  const start = performance.now();
  let longest = 0;
  while (!list.isComplete) {
    const before = performance.now();
    list.advance(5);
    longest = Math.max(longest, performance.now() - before);
    await new Promise((resolve) => setImmediate(resolve));
  }
  print(
    `${what.padEnd(56)} ${list.count} rows in ${(performance.now() - start).toFixed(0)} ms, slices of at most ${longest.toFixed(0)} ms`,
  );
}

function each(what: string, times: number, run: () => unknown): void {
  for (let count = 0; count < times / 10; count += 1) run();
  const start = performance.now();
  for (let count = 0; count < times; count += 1) run();
  print(`${what.padEnd(30)} ${(((performance.now() - start) / times) * 1000).toFixed(1)} µs`);
}

let state = 1;

function below(limit: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function inputOf(path: string): InputSpec {
  return {
    path,
    lane: 'host',
    sizeBytes: statSync(path).size,
    canReopen: true,
    open: () => createReadStream(path, { highWaterMark: 1 << 20 }),
    openBytes: () => fileBytes(path),
  };
}

function fileBytes(path: string) {
  const descriptor = openSync(path, 'r');
  return {
    sizeBytes: fstatSync(descriptor).size,
    read: (into: Uint8Array, offset: number) => readSync(descriptor, into, 0, into.length, offset),
    close: () => closeSync(descriptor),
  };
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
