/**
 * Measures `faultlog browse` on a generated capture of 5 million events:
 *
 *     npm run build && npm run bench:ui
 *
 * The built program in a terminal of its own (`script`, of util-linux): first paint, time until all is read, memory, and
 * memory after 10,000 random keys. Then frames in this process, in a terminal that only counts bytes: time of a frame from
 * the key on, its CPU time (which a busy machine does not lengthen as much) and its bytes.
 *
 * Options: `--events N`, `--keys N`, `--frames N`, `--seed N`, `--keep FILE` for the capture, `--no-process`, `--no-frames`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { z } from 'zod';
import { BUNDLE_OPTIONS, NEVER_LOADED } from '../../.ci/bundle-options.ts';
import { KEY_BINDINGS } from '../../src/ui/keys.ts';
import { generateTroubled } from './generate-troubled.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIRST_PAINT_MS = 300;
const FRAME_MS = 16;
const MEMORY_MB = 600;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '5000000' },
    keys: { type: 'string', default: '10000' },
    frames: { type: 'string', default: '300' },
    seed: { type: 'string', default: '88470019' },
    keep: { type: 'string' },
    process: { type: 'boolean', default: true },
    frame: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'faultlog-bench-ui-'));
  const path = values.keep ?? join(folder, 'capture.txt');
  try {
    if (!existsSync(path)) generateTroubled(path, Number(values.events), Number(values.seed));
    print(
      `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} CPUs, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}; ${(statSync(path).size / 1e6).toFixed(0)} MB`,
    );
    if (values.process) await benchProcess(path);
    if (values.frame) await benchFrames(path, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program as a person runs it. */
async function benchProcess(path: string): Promise<void> {
  if (spawnSync('script', ['--version']).status !== 0) {
    print('skipped: the program in a terminal (script of util-linux is not installed)');
    return;
  }
  const paints: number[] = [];
  const cpu: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const program = new Program(path);
    paints.push(await program.firstPaint);
    cpu.push(program.cpuMs());
    await program.end();
  }
  const best = Math.min(...paints);
  const listed = paints.map((ms) => ms.toFixed(0)).join(', ');
  print(`first paint      ${best.toFixed(0)} ms, the best of ${listed}${goal(best, FIRST_PAINT_MS)}`);
  print(`                 ${Math.min(...cpu)} ms of CPU time of its thread`);

  const program = new Program(path);
  await program.firstPaint;
  await program.waitFor((text) => /✓ complete|! \d+ GAP|UNREAD/.test(text));
  print(`all read         ${((performance.now() - program.started) / 1000).toFixed(1)} s`);
  await sleep(3000);
  const { residentMb, peakMb } = program.memory();
  print(
    `memory           ${residentMb.toFixed(0)} MB resident, ${peakMb.toFixed(0)} MB at most${goal(peakMb, MEMORY_MB)}`,
  );
  const samples = await pressRandomKeys(program, Number(values.keys), Number(values.seed));
  const after = program.memory();
  print(
    `after ${values.keys} random keys: ${samples.map((mb) => mb.toFixed(0)).join(', ')} MB resident every tenth of them, ${after.peakMb.toFixed(0)} MB at most${goal(after.peakMb, MEMORY_MB)}`,
  );
  await program.end();
}

/** A terminal with the program in it. */
class Program {
  readonly started = performance.now();
  readonly firstPaint: Promise<number>;
  readonly #child: ChildProcess;
  #tail = '';
  #onText: (() => void) | undefined;

  constructor(path: string) {
    const command = `stty cols 120 rows 40; exec ${process.execPath} dist/faultlog.js browse ${path}`;
    this.#child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: ROOT,
      env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#tail = (this.#tail + chunk).slice(-100_000);
      this.#onText?.();
    });
    this.firstPaint = this.waitFor((text) => text.includes('Overview')).then(() => performance.now() - this.started);
  }

  waitFor(holds: (text: string) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#onText = () => {
        if (!holds(this.#tail)) return;
        this.#onText = undefined;
        resolve();
      };
      this.#onText();
    });
  }

  press(key: string): void {
    this.#child.stdin?.write(key);
  }

  /** Of the program inside of the terminal. */
  memory(): { readonly residentMb: number; readonly peakMb: number } {
    const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8');
    const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
    return { residentMb: kilobytes('VmRSS') / 1024, peakMb: kilobytes('VmHWM') / 1024 };
  }

  /** CPU time of the thread that draws, in steps of 10 ms. */
  cpuMs(): number {
    const fields = readFileSync(`/proc/${this.#pid}/task/${this.#pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.on('close', resolve));
    this.press('\x1bQ');
    await sleep(100);
    this.press('Q');
    await Promise.race([ended, sleep(3000).then(() => this.#child.kill('SIGKILL'))]);
  }

  get #pid(): number {
    const { pid } = this.#child;
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '),
    );
    return Number(children.find((child) => child !== ''));
  }
}

/** Sequences that a terminal sends for keys that are words. */
const SEQUENCES: ReadonlyMap<string, string> = new Map([
  ['down', '\x1b[B'],
  ['up', '\x1b[A'],
  ['left', '\x1b[D'],
  ['right', '\x1b[C'],
  ['pagedown', '\x1b[6~'],
  ['pageup', '\x1b[5~'],
  ['home', '\x1b[H'],
  ['end', '\x1b[F'],
  ['space', ' '],
  ['enter', '\r'],
  ['backspace', '\x7f'],
  ['tab', '\t'],
  ['shift-tab', '\x1b[Z'],
  ['ctrl-d', '\x04'],
  ['ctrl-u', '\x15'],
  ['ctrl-f', '\x06'],
  ['ctrl-b', '\x02'],
]);
const ENDING: ReadonlySet<string> = new Set(['leave', 'quit', 'suspend', 'mouse', 'copy']);

/** What is typed behind the keys that open a line; a line that stays open would swallow the keys behind it. */
const LINES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    '&',
    [
      'pasid=3\r',
      'latency>100us\r',
      'id=FL402 | verdict=unknown\r',
      'kind=page-response code=invalid-request\r',
      '\x15\r',
    ],
  ],
  ['/', ['invalid\r']],
  [':', ['goto 1000000\r', 'time 12346.5\r', '5\r']],
  ['m', ['a', 'b']],
  ["'", ['a', 'b']],
]);

/** Random keys, and resident memory after each tenth of them. */
async function pressRandomKeys(program: Program, count: number, seed: number): Promise<number[]> {
  const keys = KEY_BINDINGS.filter(({ command }) => !ENDING.has(command)).flatMap((binding) =>
    binding.keys.flatMap((key) => SEQUENCES.get(key) ?? (key.length === 1 ? [key] : [])),
  );
  let state = seed;
  const samples: number[] = [];
  for (let pressed = 0; pressed < count; pressed += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const key = keys[Math.floor((state / 2 ** 32) * keys.length)] ?? 'j';
    const lines = LINES.get(key) ?? [''];
    // A filter with a mistake in another view keeps its line open.
    program.press(`${key}${lines[pressed % lines.length] ?? ''}${key === '&' ? '\x15\x7f' : ''}`);
    await sleep(pressed % 4 === 3 ? 20 : 0);
    if (pressed % Math.ceil(count / 10) === 0) samples.push(program.memory().residentMb);
  }
  await sleep(3000);
  samples.push(program.memory().residentMb);
  return samples;
}

const quantilesSchema = z.object({ p50Ms: z.number(), p95Ms: z.number(), maxMs: z.number() });
const frameSchema = z.object({
  events: z.number(),
  results: z.array(
    z.object({
      name: z.string(),
      columns: z.number(),
      rows: z.number(),
      frames: z.number(),
      cpu: quantilesSchema,
      wall: quantilesSchema,
      bytesPerFrame: z.number(),
    }),
  ),
});

/** Frames of the UI in a process of their own, bundled as the program is. */
async function benchFrames(path: string, folder: string): Promise<void> {
  await build({
    ...BUNDLE_OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: ['test/bench/ui-frames.tsx'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    external: NEVER_LOADED,
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  const run = spawnSync(process.execPath, [join(folder, 'ui-frames.mjs'), path, values.frames], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  const line = run.stdout.split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) throw new Error(`the frames ended early: ${run.stderr}`);
  const { events, results } = frameSchema.parse(JSON.parse(line));
  print(`frames over ${events} events: time from the key to the screen, CPU time, bytes`);
  for (const { name, columns, rows, frames, cpu, wall, bytesPerFrame } of results) {
    const where = `${name}, ${columns}×${rows}`.padEnd(34);
    const times = `p50 ${wall.p50Ms} ms, p95 ${wall.p95Ms} ms, max ${wall.maxMs} ms; CPU p50 ${cpu.p50Ms} ms, p95 ${cpu.p95Ms} ms${goal(cpu.p95Ms, FRAME_MS)}`;
    print(`  ${where} ${times}; ${bytesPerFrame} bytes (${frames} frames)`);
  }
}

function goal(value: number, limit: number): string {
  return value <= limit ? ` (goal ${limit}: met)` : ` (goal ${limit}: MISSED)`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
