import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NS_PER_SECOND } from '../../../../src/model/time.ts';
import { type Capture, readCapture } from './read-capture.ts';
import { readRecorded } from './recorded.ts';
import { writePages } from './write-pages.ts';
import { type FileOptions, writeRecording } from './write-recording.ts';

const FIXTURES = fileURLToPath(new URL('../../../../fixtures/trace-dat/', import.meta.url));
const recording = readFileSync(`${FIXTURES}h08-handler-full-6.1.192.dat`);
const recorded = readRecorded(recording);

const PLAIN: FileOptions = {
  version: 7,
  isLittleEndian: true,
  longSize: 8,
  pageSize: 4096,
  compression: 'none',
  clock: 'mono',
};

function written(options: FileOptions): Uint8Array {
  const cpus = recorded.cpus.map(({ cpu, records }) => ({ cpu, pages: writePages(records, options) }));
  return writeRecording({ ...recorded.metadata, kallsyms: '' }, [{ name: '', cpus }], options);
}

const files: readonly (readonly [string, Uint8Array])[] = [
  ['as trace-cmd wrote it', recording],
  ['version 6', written({ ...PLAIN, version: 6 })],
  ['version 7', written(PLAIN)],
  ['version 7, zlib', written({ ...PLAIN, compression: 'zlib' })],
];

/** The events without their CPU, which is a guess where the table is missing, and without the markers of loss. */
function eventTexts({ events, report }: Capture): readonly string[] {
  return events
    .filter(({ kind }) => kind !== 'capture-gap')
    .map(({ source: _, cpu: __, also: ___, time = Number.NaN, ...rest }) =>
      JSON.stringify({ ...rest, absolute: time + report.scale.epoch * NS_PER_SECOND }),
    );
}

describe.each(files)('a recording that is cut: %s', (_, bytes) => {
  const cuts = Array.from({ length: 60 }, (_unused, index) => Math.floor(((index + 1) * (bytes.length - 1)) / 61));

  test('gives what stands before the cut, and says so', async () => {
    const whole = new Set(eventTexts(await readCapture(bytes)));
    for (const cut of cuts) {
      const capture = await readCapture(bytes.subarray(0, cut));
      const texts = eventTexts(capture);
      expect(texts.filter((text) => !whole.has(text))).toEqual([]);
      if (texts.length < whole.size) expect(capture.report.error?.message).toMatch(/cut or damaged|cannot be read/);
      if (texts.length > 0 && texts.length < whole.size) {
        expect(capture.events.some(({ kind, lost }) => kind === 'capture-gap' && lost === undefined)).toBe(true);
      }
    }
  });
});

test('much of a recording without its end is read', async () => {
  const bytes = written({ ...PLAIN, compression: 'zstd' });
  const whole = await readCapture(bytes);
  const capture = await readCapture(bytes.subarray(0, bytes.length - 100));
  expect(eventTexts(capture)).toEqual(eventTexts(whole));
  expect(capture.report.error?.message).toMatch(/is cut or damaged: it ends too early$/);
});

describe.each(files)('damaged bytes: %s', (_, bytes) => {
  test('give a result and no crash', async () => {
    const next = generator(4711);
    for (let run = 0; run < 150; run += 1) {
      const damaged = Uint8Array.from(bytes);
      for (let count = next(8); count >= 0; count -= 1) damaged[10 + next(damaged.length - 10)] = next(256);
      const { events, report } = await readCapture(damaged);
      expect(report.events).toBe(events.length);
      expect(report.error?.name ?? 'UsageError').toBe('UsageError');
    }
  });
});

test.each([
  ['another version', '\x17\x08\x44tracing8\0\0\x08\0\x10\0\0', /its version is 8/],
  ['nothing but the magic', '\x17\x08\x44tracing', /its headers has no end/],
  ['another compression', '\x17\x08\x44tracing7\0\0\x08\0\x10\0\0lzma\x001\0', /faultlog does not know \(lzma\)/],
])('%s is refused', async (_, content, expected) => {
  const { report } = await readCapture(Buffer.from(content, 'latin1'));
  expect(report.error?.message).toMatch(expected);
});

/** Numbers below a bound, the same for the same seed (Lehmer). */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
}
