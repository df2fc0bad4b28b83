/**
 * Measures the store behind `faultlog browse` on a generated capture: how long it takes to build beside a plain analysis, what
 * it holds in memory, and how long a look at it takes.
 *
 *     node --expose-gc test/bench/store.ts --events 5000000
 *
 * Options: `--events N`, `--seed N`, `--keep FILE` for the capture.
 */
import { closeSync, createReadStream, existsSync, fstatSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import { loadCaptureHere } from '../../src/cli/load-capture.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { generateTroubled } from './generate-troubled.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '88470019' },
    keep: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const path = values.keep ?? `${tmpdir()}/faultlog-store-bench-${process.pid}.txt`;
  if (!existsSync(path)) generateTroubled(path, Number(values.events), Number(values.seed));
  const input: InputSpec = {
    path,
    lane: 'host',
    sizeBytes: statSync(path).size,
    canReopen: true,
    open: () => createReadStream(path, { highWaterMark: 1 << 20 }),
    openBytes: () => fileBytes(path),
  };
  try {
    print(`${(statSync(path).size / 1e6).toFixed(0)} MB`);
    const plain = await timed(() => analyse([input], registry, { limits: DEFAULT_LIMITS }));
    print(`analysis        ${seconds(plain.ms)}, ${plain.cpu.toFixed(1)} s of CPU`);
    const { capture, loaded } = loadCaptureHere([input], registry, { limits: DEFAULT_LIMITS });
    const built = await timed(() => loaded);
    print(`with the store  ${seconds(built.ms)}, ${built.cpu.toFixed(1)} s of CPU`);
    globalThis.gc?.();
    const { arrayBuffers, heapUsed, rss } = process.memoryUsage();
    print(`${capture.events.count} events, ${capture.groups.count} instances, ${capture.findings.length} findings`);
    print(`memory: tables ${mb(capture.sizeBytes)}, heap ${mb(heapUsed)}, buffers ${mb(arrayBuffers)}, rss ${mb(rss)}`);
    let state = 1;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const { events, groups } = capture;
    each('event by row', 20_000, () => events.view(below(events.count)));
    each('instance by row', 20_000, () => groups.view(below(groups.count)));
    each('event by line', 200, () => events.index.rowOfLine(0, below(events.count)));
    each('event by time', 200, () => events.index.rowAtTime(below(1e10)));
    each('next use of a PRGI', 50, () => groups.nextUse(below(groups.count)));
  } finally {
    if (values.keep === undefined) rmSync(path);
  }
}

async function timed(run: () => Promise<unknown>): Promise<{ ms: number; cpu: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - start, cpu: (user + system) / 1e6 };
}

function each(what: string, times: number, run: () => unknown): void {
  for (let count = 0; count < times / 10; count += 1) run();
  const start = performance.now();
  for (let count = 0; count < times; count += 1) run();
  print(`${what.padEnd(20)} ${(((performance.now() - start) / times) * 1000).toFixed(1)} µs`);
}

function fileBytes(path: string) {
  const descriptor = openSync(path, 'r');
  return {
    sizeBytes: fstatSync(descriptor).size,
    read: (into: Uint8Array, offset: number) => readSync(descriptor, into, 0, into.length, offset),
    close: () => closeSync(descriptor),
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
