import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type EventFormat, parseEventFormat } from '../../../../parsers/containers/trace-dat/event-format.ts';
import { type Capture, contentOf, readCapture, readCaptureFile, readPlaced, withoutPlaces } from './read-capture.ts';
import { type Metadata, type RawRecord, type Recorded, readRecorded } from './recorded.ts';
import { writePages } from './write-pages.ts';
import { type BufferPages, type FileOptions, writeRecording } from './write-recording.ts';

const FIXTURES = fileURLToPath(new URL('../../../../fixtures/trace-dat/', import.meta.url));
const BASE = `${FIXTURES}h08-handler-full-6.1.192`;
const recorded = readRecorded(readFileSync(`${BASE}.dat`));
const formats = formatsOf(recorded.metadata);

const PLAIN: FileOptions = {
  version: 7,
  isLittleEndian: true,
  longSize: 8,
  pageSize: 4096,
  compression: 'none',
  clock: 'mono',
};

function formatsOf(metadata: Metadata): ReadonlyMap<number, EventFormat> {
  const all = metadata.systems.flatMap(({ name, formats: texts }) => texts.map((text) => parseEventFormat(text, name)));
  return new Map(all.flatMap((format) => (format === undefined ? [] : [[format.number, format] as const])));
}

/** The record in the other byte order. */
function swapped(record: RawRecord): RawRecord {
  const data = Uint8Array.from(record.data);
  const number = new DataView(data.buffer).getUint16(0, true);
  const format = formats.get(number);
  for (const { offset, size, isArray, dynamic } of [...(format?.common ?? []), ...(format?.fields ?? [])]) {
    if (!isArray || dynamic !== undefined) data.subarray(offset, offset + size).reverse();
  }
  return { ...record, data };
}

function metadataFor({ longSize }: FileOptions): Metadata {
  if (longSize === 8) return recorded.metadata;
  const headerPage = recorded.metadata.headerPage
    .replace(/(commit;\s*offset:8;\s*size:)8/, '$14')
    .replace(/(char data;\s*offset:)16/, '$112');
  return { ...recorded.metadata, headerPage };
}

type Pages = { readonly padEvery?: number; readonly stampEvery?: number };

function buffersFor(options: FileOptions, source: Recorded = recorded, pages: Pages = {}): readonly BufferPages[] {
  const cpus = source.cpus.map(({ cpu, records }) => {
    const ordered = options.isLittleEndian ? records : records.map(swapped);
    return { cpu, pages: writePages(ordered, { ...options, ...pages }) };
  });
  return [{ name: '', cpus }];
}

const variants: readonly (readonly [string, FileOptions, Pages])[] = [
  ['version 7', PLAIN, {}],
  ['version 6', { ...PLAIN, version: 6 }, {}],
  ['zlib', { ...PLAIN, compression: 'zlib' }, {}],
  ['zstd', { ...PLAIN, compression: 'zstd' }, {}],
  ['big endian', { ...PLAIN, isLittleEndian: false }, {}],
  ['big endian, version 6', { ...PLAIN, isLittleEndian: false, version: 6 }, {}],
  ['big endian, 32 bits, zlib', { ...PLAIN, isLittleEndian: false, longSize: 4, compression: 'zlib' }, {}],
  ['32 bits', { ...PLAIN, longSize: 4 }, {}],
  ['32 bits, version 6', { ...PLAIN, longSize: 4, version: 6 }, {}],
  ['large pages', { ...PLAIN, pageSize: 65_536 }, {}],
  ['padding of discarded records', PLAIN, { padEvery: 3 }],
  ['absolute time stamps', PLAIN, { stampEvery: 4 }],
  ['absolute time stamps, big endian', { ...PLAIN, isLittleEndian: false }, { stampEvery: 1, padEvery: 2 }],
];

describe('every form of a recording gives the same events', () => {
  test.each(variants)('%s', async (_, options, pages) => {
    const bytes = writeRecording(metadataFor(options), buffersFor(options, recorded, pages), options);
    const [expected, actual] = [await readCaptureFile(`${BASE}.report.txt`), await readCapture(bytes)];
    expect(contentOf(actual)).toEqual(contentOf(expected));
    expect(actual.report.error).toBeUndefined();
    expect(actual.report.clock).toBe('mono');
  });
});

test.each(variants)('records of a file that are read as rows are the same: %s', async (_, options, pages) => {
  const bytes = writeRecording(metadataFor(options), buffersFor(options, recorded, pages), options);
  const [piped, placed] = [await readCapture(bytes), await readPlaced(bytes)];
  const linesOf = ({ events }: Capture) => events.map(({ source: { line, offset, text } }) => ({ line, offset, text }));
  expect(linesOf(placed)).toEqual(linesOf(piped));
  expect(contentOf(placed)).toEqual(contentOf(piped));
  expect(placed.rows).toBe(45);
});

test.each([6, 7] as const)('instances of version %i are merged by time', async (version) => {
  const options: FileOptions = { ...PLAIN, version };
  const [{ cpus = [] } = {}] = buffersFor(options);
  const [first, second, ...others] = cpus;
  if (first === undefined || second === undefined) throw new Error('two CPUs are needed');
  const none = (cpu: number): BufferPages['cpus'][number] => ({ cpu, pages: new Uint8Array(0) });
  const buffers: BufferPages[] = [
    { name: '', cpus: [none(first.cpu), second, ...others] },
    { name: 'lab', cpus: [first, none(second.cpu), ...others.map(({ cpu }) => none(cpu))] },
  ];
  const capture = await readCapture(writeRecording(recorded.metadata, buffers, options));
  const expected = await readCaptureFile(`${BASE}.report.txt`);
  expect(withoutPlaces(capture.events)).toEqual(withoutPlaces(expected.events));
  const placed = await readPlaced(writeRecording(recorded.metadata, buffers, options));
  expect(placed.events.map(({ source }) => source.text)).toEqual(capture.events.map(({ source }) => source.text));
  const prefixes = new Set(capture.events.map(({ cpu, source }) => `${cpu} ${source.text.startsWith('lab: ')}`));
  expect(prefixes.has(`${first.cpu} true`) || prefixes.has(`${second.cpu} false`)).toBe(true);
});

describe('clocks', () => {
  const text = (value: string): Uint8Array => Buffer.from(`${value}\0`);
  const timesOf = async (options: FileOptions): Promise<readonly (number | undefined)[]> => {
    const { events, report } = await readCapture(writeRecording(recorded.metadata, buffersFor(options), options));
    return [report.scale.epoch, events.find(({ time }) => time !== undefined)?.time, report.scale.digits];
  };

  test('date and offset are added', async () => {
    const [epoch = 0, time] = await timesOf(PLAIN);
    const moved = {
      ...PLAIN,
      options: new Map([
        [1, text('0x1e8480')],
        [7, text('-1000000000')],
      ]),
    };
    expect(await timesOf(moved)).toEqual([epoch + 1, time, 6]);
  });

  test('a clock that is no time gives counts', async () => {
    const { report } = await readCapture(
      writeRecording(recorded.metadata, buffersFor(PLAIN), { ...PLAIN, clock: 'x86-tsc' }),
    );
    expect(report.scale).toEqual({ unit: 'ticks', epoch: Number(recordedStart()), digits: 0 });
  });

  test('cycles become nanoseconds where the scale is recorded', async () => {
    const scale = new Uint8Array(16);
    new DataView(scale.buffer).setUint32(0, 2, true);
    new DataView(scale.buffer).setUint32(4, 2, true);
    const halved = { ...PLAIN, clock: 'x86-tsc', options: new Map([[14, scale]]) };
    const { report } = await readCapture(writeRecording(recorded.metadata, buffersFor(PLAIN), halved));
    expect(report.scale).toEqual({ unit: 'seconds', epoch: Math.floor(Number(recordedStart()) / 2e9), digits: 6 });
  });

  /** Time of the first event, not of the first record. */
  function recordedStart(): bigint {
    const times = recorded.cpus.flatMap(({ records }) => records.map(({ time }) => time));
    return times.reduce((least, time) => (time < least ? time : least));
  }
});
