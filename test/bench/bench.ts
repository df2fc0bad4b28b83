/**
 * Measures `faultlog check` as a whole process beside what an engineer would use instead, on generated captures:
 *
 *     npm run build && npm run bench -- --size 100MB
 *
 * Options: `--size N[MB|GB]` of each capture, `--runs N` (the best counts), `--seed N`, `--kind dense|sparse`,
 * `--keep FOLDER` for the captures. A yardstick that is not installed is skipped.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CaptureKind, generateCapture } from './generate.ts';
import { isInstalled, type Measurement, measure, measureNode } from './measure.ts';

const FAULTLOG = fileURLToPath(new URL('../../dist/faultlog.js', import.meta.url));
const NEEDLES = ['-e', 'prq_report', '-e', 'qi_submit'];
const MEMORY_LIMIT_MB = 200;
const CHECKED_BYTES = 2_000_000;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '100MB' },
    runs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '88470019' },
    kind: { type: 'string' },
    keep: { type: 'string' },
  },
});

function main(): void {
  const bytes = parseSize(values.size);
  const seed = Number(values.seed);
  const runs = Number(values.runs);
  const folder = values.keep ?? mkdtempSync(`${tmpdir()}/faultlog-bench-`);
  mkdirSync(folder, { recursive: true });
  print(
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} CPUs, ${gigabytes(totalmem())} GB, Node ${process.version}`,
  );
  try {
    crossCheck(folder, seed);
    const tiny = `${folder}/tiny.txt`;
    generateCapture(tiny, 'dense', 4096, seed);
    const startUp = best(runs, () => measureNode([FAULTLOG, 'check', tiny]));
    print(`start-up  ${startUp.seconds.toFixed(3)} s, ${startUp.peakMb.toFixed(0)} MB (check of a capture of 4 KB)`);
    for (const kind of kinds()) benchKind(kind, `${folder}/${kind}.txt`, bytes, seed, runs, startUp);
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function benchKind(
  kind: CaptureKind,
  path: string,
  bytes: number,
  seed: number,
  runs: number,
  startUp: Measurement,
): void {
  const lines = generateCapture(path, kind, bytes, seed);
  print(`\n${kind}: ${(bytes / 1e6).toFixed(0)} MB, ${lines} lines, seed ${seed}; best of ${runs}`);
  const faultlog = best(runs, () => measureNode([FAULTLOG, 'check', path]));
  report(
    'faultlog check',
    faultlog,
    bytes,
    `${faultlog.peakMb.toFixed(0)} MB peak${goal(faultlog.peakMb, MEMORY_LIMIT_MB)}`,
  );

  const counter = isInstalled('rg') ? 'rg' : 'grep';
  const count = yardstick(counter, ['-c', ...NEEDLES, path], runs);
  if (count !== undefined) {
    const ratio = faultlog.seconds / count.seconds;
    const beyond = (faultlog.seconds - startUp.seconds) / count.seconds;
    report(
      `${counter} -c`,
      count,
      bytes,
      kind === 'dense'
        ? `faultlog takes ${ratio.toFixed(1)} times as long${goal(ratio, 10)}`
        : `faultlog takes ${beyond.toFixed(1)} times as long beyond start-up${goal(beyond, 6)}`,
    );
  }
  for (const script of ['pair.awk', 'pair-columns.awk']) {
    const pairing = yardstick('gawk', ['-f', scriptPath(script), path], runs);
    if (pairing === undefined) continue;
    const ratio = pairing.seconds / faultlog.seconds;
    const verdict = kind === 'dense' ? goal(5, ratio) : '';
    report(`gawk ${script}`, pairing, bytes, `faultlog is ${ratio.toFixed(1)} times as fast${verdict}`);
  }
}

/** All three must agree on what is in a small capture, or the comparison is worth nothing. */
function crossCheck(folder: string, seed: number): void {
  const path = `${folder}/cross-check.txt`;
  generateCapture(path, 'dense', CHECKED_BYTES, seed);
  const result: unknown = JSON.parse(measureNode([FAULTLOG, 'check', '--format', 'json', path]).output);
  const ours = answeredIn(result);
  for (const script of ['pair.awk', 'pair-columns.awk']) {
    if (!isInstalled('gawk')) continue;
    const [answered = ''] = measure('gawk', ['-f', scriptPath(script), path]).output.split(' ');
    if (Number(answered) !== ours) throw new Error(`${script} pairs ${answered} groups, faultlog ${ours}`);
  }
}

function answeredIn(result: unknown): number {
  const text = JSON.stringify(result);
  return Number(/"answered":(\d+)/.exec(text)?.[1]);
}

function yardstick(command: string, args: readonly string[], runs: number): Measurement | undefined {
  if (!isInstalled(command)) {
    print(`  ${command} is not installed: skipped`);
    return undefined;
  }
  return best(runs, () => measure(command, args));
}

function best(runs: number, run: () => Measurement): Measurement {
  let fastest = run();
  for (let count = 1; count < runs; count += 1) {
    const next = run();
    const peakMb = Math.max(next.peakMb, fastest.peakMb);
    fastest = { ...(next.seconds < fastest.seconds ? next : fastest), peakMb };
  }
  return fastest;
}

function report(what: string, measured: Measurement, bytes: number, remark: string): void {
  const rate = `${(bytes / 1e6 / measured.seconds).toFixed(0)} MB/s`;
  print(`  ${what.padEnd(21)} ${measured.seconds.toFixed(3).padStart(8)} s ${rate.padStart(10)}   ${remark}`);
}

/** Whether `value` is at most `limit`. */
function goal(value: number, limit: number): string {
  return value <= limit ? ' (goal met)' : ' (goal missed)';
}

function kinds(): readonly CaptureKind[] {
  if (values.kind === 'dense' || values.kind === 'sparse') return [values.kind];
  return ['dense', 'sparse'];
}

function parseSize(text: string): number {
  const [, number = '', unit = 'MB'] = /^([\d.]+)(kB|MB|GB)?$/i.exec(text) ?? [];
  const factor = { kb: 1e3, mb: 1e6, gb: 1e9 }[unit.toLowerCase()];
  const bytes = Number(number) * (factor ?? Number.NaN);
  if (!(bytes > 0)) throw new Error(`--size ${text}: give a number with MB or GB`);
  return bytes;
}

function scriptPath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main();
