/**
 * What a frame of the UI costs: opens it on a capture that is in memory, in a terminal that only counts bytes, and presses
 * keys. Bundled and run by `ui.ts`; prints one line of JSON.
 */
import { createReadStream, statSync } from 'node:fs';
import { Writable } from 'node:stream';
import { registry } from '../../parsers/registry.ts';
import { loadCaptureHere } from '../../src/cli/load-capture.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { rules } from '../../src/rules/registry.ts';
import { openBrowser } from '../../src/ui/browse.tsx';

/** Between two keys, as a keyboard repeats them; the UI draws at most 120 frames a second. */
const KEY_MS = 20;

class CountingTerminal extends Writable {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;
  bytes = 0;
  wroteAt = 0;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.bytes += chunk.length;
    this.wroteAt = performance.now();
    done();
  }
}

async function main(path: string, frames: number): Promise<void> {
  const input: InputSpec = {
    path,
    lane: 'host',
    sizeBytes: statSync(path).size,
    canReopen: true,
    open: () => createReadStream(path, { highWaterMark: 1 << 20 }),
  };
  const { capture } = loadCaptureHere([input], registry, { limits: DEFAULT_LIMITS });
  await capture.whenReady();
  const results: Record<string, unknown>[] = [];
  for (const [columns, rows] of [
    [80, 24],
    [200, 50],
  ] as const) {
    const screen = new CountingTerminal(columns, rows);
    const browser = openBrowser({
      capture,
      rule: (name) => rules.find(({ id }) => id === name),
      host: { stop: () => Promise.resolve(), send: () => undefined, save: () => Promise.resolve() },
      look: { hasColour: true, isAscii: false },
      size: { columns, rows },
      stdout: screen,
      isScreenReader: false,
    });
    for (const [name, before, keys] of RUNS) {
      for (const key of before) await press(browser.type, screen, key);
      await new Promise((resolve) => setTimeout(resolve, 500));
      results.push({ name, columns, rows, ...(await measure(browser.type, screen, keys, frames)) });
    }
    browser.close();
    await browser.closed;
  }
  process.stdout.write(`${JSON.stringify({ events: capture.events.count, results })}\n`);
  process.exit();
}

/** Keys before, and those that are pressed again and again. */
const RUNS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['events, line by line', ['5', ':', 't', 'i', 'm', 'e', ' ', '1', '2', '3', '4', '6', '\r'], ['j']],
  ['events, page by page', ['5'], ['\x1b[6~']],
  ['events, here and there', ['5'], ['G', 'g', '\x04', '\x15']],
  ['groups, line by line', ['3', 'j', '\r', 'j'], ['j']],
  ['findings, line by line', ['2'], ['j']],
  ['overview', ['1'], ['j', 'z', 'Z', 'k']],
];

interface Frame {
  /** From the key to the last byte; NaN if nothing was drawn. */
  readonly wallMs: number;
  /** Of this thread, until the next key. */
  readonly cpuMs: number;
}

async function press(type: (chunk: string) => void, screen: CountingTerminal, key: string): Promise<Frame> {
  const start = performance.now();
  const before = process.threadCpuUsage();
  screen.wroteAt = 0;
  type(key);
  await new Promise((resolve) => setTimeout(resolve, KEY_MS));
  const { user, system } = process.threadCpuUsage(before);
  return { wallMs: screen.wroteAt === 0 ? Number.NaN : screen.wroteAt - start, cpuMs: (user + system) / 1000 };
}

async function measure(
  type: (chunk: string) => void,
  screen: CountingTerminal,
  keys: readonly string[],
  frames: number,
) {
  const pressed: Frame[] = [];
  const bytes = screen.bytes;
  for (let frame = 0; frame < frames; frame += 1)
    pressed.push(await press(type, screen, keys[frame % keys.length] ?? 'j'));
  const drawn = pressed.filter(({ wallMs }) => !Number.isNaN(wallMs));
  const wall = drawn.map(({ wallMs }) => wallMs);
  const cpu = drawn.map(({ cpuMs }) => cpuMs);
  return {
    frames: drawn.length,
    cpu: { p50Ms: quantile(cpu, 0.5), p95Ms: quantile(cpu, 0.95), maxMs: quantile(cpu, 1) },
    wall: { p50Ms: quantile(wall, 0.5), p95Ms: quantile(wall, 0.95), maxMs: quantile(wall, 1) },
    bytesPerFrame: Math.round((screen.bytes - bytes) / Math.max(1, drawn.length)),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN).toFixed(2));
}

await main(process.argv[2] ?? '', Number(process.argv[3] ?? '200'));
