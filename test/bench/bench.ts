/**
 * Measures `faultlog check` as a whole process beside what an engineer would use instead, on generated captures:
 *
 *     npm run build && npm run bench -- --size 100MB
 *
 * Options: `--size N[MB|GB]` of each input (repeatable), `--runs N` (the median counts), `--seed N`, `--kind NAME` (repeatable:
 * dense, sparse, dmesg, kprobe, trace.dat, gz), `--growth` for 10 MB to 4 GB of the dense one too, in one run each,
 * `--keep FOLDER` for the inputs, `--write` to put the table into README. A yardstick that is not installed is skipped.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generateCapture } from './generate.ts';
import { INPUT_KINDS, type InputKind, writeInput, type Yardstick, yardsticksOf } from './inputs.ts';
import { isInstalled, type Measurement, measureInTurn, nodeRun, outputOf } from './measure.ts';
import { type BenchRow, writeTable } from './table.ts';

const FAULTLOG = fileURLToPath(new URL('../../dist/faultlog.js', import.meta.url));
const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const CHECKED_BYTES = 2_000_000;
const GROWTH = ['10MB', '100MB', '1GB', '4GB'];

const { values } = parseArgs({
  options: {
    size: { type: 'string', multiple: true, default: ['100MB'] },
    runs: { type: 'string', default: '5' },
    seed: { type: 'string', default: '88470019' },
    kind: { type: 'string', multiple: true, default: [...INPUT_KINDS] },
    growth: { type: 'boolean', default: false },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const runs = Number(values.runs);

function main(): void {
  const folder = values.keep ?? mkdtempSync(`${tmpdir()}/faultlog-bench-`);
  mkdirSync(folder, { recursive: true });
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} CPUs, ${(totalmem() / 2 ** 30).toFixed(0)} GB, Node ${process.version}, median of ${runs}.`;
  print(machine);
  try {
    crossCheck(folder);
    const rows = [startUp(folder)];
    for (const kind of values.kind) for (const size of values.size) rows.push(bench(kindOf(kind), size, folder, runs));
    if (values.growth) for (const size of GROWTH) rows.push(bench('dense', size, folder, 0));
    if (values.write) writeTable(README, machine, rows);
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function startUp(folder: string): BenchRow {
  const tiny = `${folder}/tiny.txt`;
  generateCapture(tiny, 'dense', 4096, seed);
  const [check, version] = measureInTurn([nodeRun([FAULTLOG, 'check', tiny]), nodeRun([FAULTLOG, '--version'])], runs);
  const compared = [`\`--version\` ${milliseconds(version)}`];
  return shown({
    input: 'start-up',
    size: '4 kB',
    time: milliseconds(check),
    rate: '',
    events: '',
    memory: megabytes(check),
    compared,
  });
}

/** `times`: 0 for one run without yardsticks. */
function bench(kind: InputKind, size: string, folder: string, times: number): BenchRow {
  const path = `${folder}/${kind}-${size}`;
  const { bytes } = writeInput(kind, path, parseSize(size), seed);
  const yardsticks = times === 0 ? [] : yardsticksOf(kind, path, [process.execPath, FAULTLOG]).filter(isThere);
  const check = nodeRun([FAULTLOG, 'check', '--no-ladder', path]);
  const [own, ...others] = measureInTurn([check, ...yardsticks], Math.max(1, times));
  const events = eventsIn(path);
  if (values.keep === undefined) rmSync(path);
  const seconds = own?.seconds ?? Number.NaN;
  return shown({
    input: times === 0 ? `${kind}, one run` : kind,
    size: `${(bytes / 1e6).toFixed(0)} MB`,
    time: `${seconds.toFixed(2)} s`,
    rate: (bytes / 1e6 / seconds).toFixed(0),
    events: `${(events / seconds / 1e6).toFixed(2)} M`,
    memory: megabytes(own),
    compared: yardsticks.map((yardstick, index) => comparison(yardstick, others[index], seconds)),
  });
}

function comparison({ name, goal }: Yardstick, measured: Measurement | undefined, seconds: number): string {
  const other = measured?.seconds ?? Number.NaN;
  const isFaster = seconds < other;
  const ratio = isFaster ? other / seconds : seconds / other;
  const text = `${name} ${other.toFixed(2)} s: ${ratio.toFixed(1)} times as ${isFaster ? 'fast' : 'long'}`;
  if (goal === undefined) return text;
  const isMet = goal.kind === 'times as long' ? seconds / other <= goal.limit : other / seconds >= goal.limit;
  return `${text} (goal: ${goal.limit} ${goal.kind}, ${isMet ? 'met' : 'missed'})`;
}

/** All that pair must agree on what is in a small capture, or the comparison is worth nothing. */
function crossCheck(folder: string): void {
  const path = `${folder}/cross-check.txt`;
  generateCapture(path, 'dense', CHECKED_BYTES, seed);
  const ours = Number(
    /"answered":\s*(\d+)/.exec(outputOf(nodeRun([FAULTLOG, 'check', '--format', 'json', path])))?.[1],
  );
  const pairing = yardsticksOf('dense', path, []).filter(
    ({ name }) => name.startsWith('gawk') || name === 'DuckDB SQL',
  );
  for (const yardstick of pairing.filter(isThere)) {
    const [answered] = outputOf(yardstick).split(' ');
    if (Number(answered) !== ours) throw new Error(`${yardstick.name} pairs ${answered} groups, faultlog ${ours}`);
  }
}

function eventsIn(path: string): number {
  const output = outputOf(nodeRun([FAULTLOG, 'check', '--no-ladder', '--format', 'json', path]));
  return [...(/"events":\s*\{([^}]*)\}/.exec(output)?.[1] ?? '').matchAll(/:\s*(\d+)/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

function isThere(yardstick: Yardstick): boolean {
  if (isInstalled(yardstick)) return true;
  print(`  ${yardstick.name} is not installed: skipped`);
  return false;
}

function kindOf(name: string): InputKind {
  const kind = INPUT_KINDS.find((each) => each === name);
  if (kind === undefined) throw new Error(`--kind ${name}: one of ${INPUT_KINDS.join(', ')}`);
  return kind;
}

function parseSize(text: string): number {
  const [, number = '', unit = 'MB'] = /^([\d.]+)(kB|MB|GB)?$/i.exec(text) ?? [];
  const factor = { kb: 1e3, mb: 1e6, gb: 1e9 }[unit.toLowerCase()];
  const bytes = Number(number) * (factor ?? Number.NaN);
  if (!(bytes > 0)) throw new Error(`--size ${text}: give a number with MB or GB`);
  return bytes;
}

function shown(row: BenchRow): BenchRow {
  const { input, size, time, rate, events, memory, compared } = row;
  print(
    `${input.padEnd(10)} ${size.padStart(8)} ${time.padStart(9)} ${rate.padStart(5)} MB/s ${events.padStart(7)} events/s ${memory.padStart(7)}`,
  );
  for (const line of compared) print(`           ${line}`);
  return row;
}

function milliseconds(measured: Measurement | undefined): string {
  return `${((measured?.seconds ?? Number.NaN) * 1000).toFixed(0)} ms`;
}

function megabytes(measured: Measurement | undefined): string {
  return `${(measured?.peakMb ?? Number.NaN).toFixed(0)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main();
