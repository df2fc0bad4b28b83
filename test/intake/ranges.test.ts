import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import type { InputReport, InputSpec } from '../../src/intake/input.ts';
import type {
  RangeOrder,
  RangePacket,
  RangeReaders,
  RangeReading,
  RangeRequest,
} from '../../src/intake/range-packet.ts';
import { RangeScanner } from '../../src/intake/range-scanner.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import type { ReadOptions } from '../../src/intake/read-options.ts';
import type { TraceEvent } from '../../src/model/event.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { Random } from '../sim/random.ts';
import { troubledCapture } from '../sim/troubled-capture.ts';
import { placedInput } from './placed-input.ts';

/** Reads ranges of one text in this thread, late, in any order; some are refused, some fail. */
class ScatteredReaders implements RangeReaders {
  readonly rangeBytes: number;
  readonly leastBytes = 0;
  /** How many were read. */
  count = 0;
  #held = 0;
  readonly #content: Uint8Array;
  readonly #random: Random;

  constructor(content: Uint8Array, rangeBytes: number, seed: number) {
    this.#content = content;
    this.rangeBytes = rangeBytes;
    this.#random = new Random(seed);
  }

  get held(): number {
    return this.#held;
  }

  read(request: RangeRequest): RangeOrder | undefined {
    if (this.#held >= 6 || this.#random.chance(0.1)) return undefined;
    this.#held += 1;
    return { packet: this.#packet(request), done: () => (this.#held -= 1) };
  }

  async #packet({ start, end, reading }: RangeRequest): Promise<RangePacket | undefined> {
    for (let turns = this.#random.between(0, 3); turns > 0; turns -= 1) await new Promise(setImmediate);
    if (this.#random.chance(0.05)) return undefined;
    const content = this.#content;
    const source = {
      sizeBytes: content.length,
      read(into: Uint8Array, offset: number): number {
        const part = content.subarray(offset, offset + into.length);
        into.set(part);
        return part.length;
      },
    };
    this.count += 1;
    // As between threads: nothing is shared.
    return structuredClone(scannerOf(reading).read(source, start, end));
  }
}

const scanners = new Map<string, RangeScanner>();

function scannerOf(reading: RangeReading): RangeScanner {
  const key = JSON.stringify(reading);
  const scanner = scanners.get(key) ?? new RangeScanner(registry, reading);
  scanners.set(key, scanner);
  return scanner;
}

interface Read {
  readonly events: readonly unknown[];
  readonly report: unknown;
}

async function read(spec: InputSpec, options: Partial<ReadOptions>): Promise<Read> {
  const stream = readEvents([spec], registry, { mergeWindowNs: 1_000_000_000, ...options });
  const events: unknown[] = [];
  for await (const batch of stream) events.push(...batch.events.map(plain));
  stream.close();
  const [report] = stream.reports;
  return { events, report: report === undefined ? undefined : plainReport(report) };
}

/** The text of a row's line is not an own property, and a continuation is a function. */
function plain({ continuation, ...event }: TraceEvent): unknown {
  const { input, line, offset, text } = event.source;
  return { ...event, isPart: continuation !== undefined, source: { input, line, offset, text } };
}

function plainReport({ spec: _, ...report }: InputReport): unknown {
  return report;
}

/** Whether several readers change anything; gives how many ranges others read. */
async function expectSame(
  content: Uint8Array,
  rangeBytes: number,
  options: Partial<ReadOptions> = {},
): Promise<number> {
  const spec = { ...placedInput(content), file: '/trace.txt' };
  const readers = new ScatteredReaders(content, rangeBytes, content.length);
  expect(await read(spec, { ...options, ranges: readers })).toEqual(await read(spec, options));
  expect(readers.held).toBe(0);
  return readers.count;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = globSync('fixtures/**/*', { cwd: root }).filter((path) => /\.(?:txt|log|jsonl?|csv|dat)$/.test(path));

describe('ranges that others read give what one reader gives', () => {
  test('all fixtures', async () => {
    let ranges = 0;
    for (const path of fixtures) {
      const content = readFileSync(`${root}/${path}`);
      ranges += await expectSame(content, Math.max(64, Math.floor(content.length / 7)));
    }
    expect(ranges).toBeGreaterThan(fixtures.length);
  });

  test('captures with all that can go wrong, in ranges of any size', async () => {
    const sizes = [211, 1000, 4096];
    for (let seed = 1; seed <= 15; seed += 1) {
      const content = Buffer.from(troubledCapture(seed * 13));
      expect(await expectSame(content, sizes[seed % sizes.length] ?? 1000)).toBeGreaterThan(3);
    }
  });

  test('lines that are too long, other framings between, line ends, what is not ASCII, no line end', async () => {
    const lines = troubledCapture(100).split('\n');
    const odd = lines.flatMap((line, index) => [
      line,
      ...(index % 40 === 3 ? ['[   12.000001] DMAR: DRHD: handling fault status reg 2'] : []),
      ...(index % 50 === 7 ? [`${'x'.repeat(700)} iommu prq_report qi_submit`] : []),
      ...(index % 60 === 9 ? ['          größe-12       [001] ..... 1.000200: sched_waking: iommu ü'] : []),
      ...(index % 30 === 1 ? ['CPU:2 [LOST 12 EVENTS]'] : []),
    ]);
    for (const text of [
      odd.join('\n'),
      odd.join('\r\n'),
      `\uFEFF${odd.join('\n')}`,
      `${odd.join('\n')}\n${'y'.repeat(3000)}`,
    ]) {
      for (const maxLineBytes of [undefined, 300]) {
        const options = maxLineBytes === undefined ? {} : { maxLineBytes };
        expect(await expectSame(Buffer.from(text), 500, options)).toBeGreaterThan(3);
        expect(await expectSame(Buffer.from(text), 500, { ...options, framing: 'ftrace' })).toBeGreaterThan(3);
        expect(await expectSame(Buffer.from(text), 500, { ...options, dialect: 'intel-qi-submit' })).toBeGreaterThan(3);
      }
    }
  });

  test('the result of an analysis of two files', async () => {
    const contents = [troubledCapture(20, 2000), troubledCapture(150, 2000)].map((text) => Buffer.from(text));
    const specs = contents.map((content, index) => ({
      ...placedInput(content, `${index}.txt`),
      file: `/${index}.txt`,
    }));
    const readers = contents.map((content) => new ScatteredReaders(content, 3000, 7));
    const ranges: RangeReaders = {
      rangeBytes: 3000,
      leastBytes: 0,
      read: (request) => readers[Number(request.file[1])]?.read(request),
    };
    const one = await analyse(specs, registry, { limits: DEFAULT_LIMITS });
    const many = await analyse(specs, registry, { limits: DEFAULT_LIMITS, read: { ranges } });
    expect(many).toEqual(one);
    expect(readers.map((reader) => reader.count > 20)).toEqual([true, true]);
  });
});
