import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import type { InputReport, InputSpec } from '../../src/intake/input.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import type { ReadOptions } from '../../src/intake/read-options.ts';
import type { TraceEvent } from '../../src/model/event.ts';
import type { ParserRegistry } from '../../src/model/parser.ts';
import { uncompressed } from '../parsers/containers/trace-dat/uncompressed.ts';
import { input } from './fake-parsers.ts';
import { placedInput } from './placed-input.ts';
import { textParsers } from './text-parsers.ts';

interface Read {
  readonly events: readonly unknown[];
  readonly report: unknown;
  /** Events that were rows. */
  readonly rows: number;
}

async function read(spec: InputSpec, options: Partial<ReadOptions>, parsers: ParserRegistry): Promise<Read> {
  const stream = readEvents([spec], parsers, { mergeWindowNs: 1_000_000_000, ...options });
  const events: unknown[] = [];
  let rows = 0;
  for await (const batch of stream) {
    for (let index = 0; index < batch.run.length; index += 1) if (batch.run.rowAt(index) >= 0) rows += 1;
    events.push(...batch.events.map(plain));
  }
  stream.close();
  const [report] = stream.reports;
  return { events, report: report === undefined ? undefined : plainReport(report), rows };
}

/** The text of a row's line is not an own property. */
function plain(event: TraceEvent): unknown {
  const { input: number, line, offset, text } = event.source;
  const { continuation, ...rest } = event;
  return { ...rest, isPart: continuation !== undefined, source: { input: number, line, offset, text } };
}

function plainReport({ spec: _, ...report }: InputReport): unknown {
  return report;
}

/** A file, and what cannot be read again, in pieces of any size. */
async function expectSame(content: Uint8Array, options: Partial<ReadOptions> = {}): Promise<number> {
  const { rows: none, ...fromText } = await read(input(content), options, textParsers);
  const { rows, ...fromFile } = await read(placedInput(content), options, registry);
  const fromPipe = await read(input(content, 1000 + (content.length % 7000)), options, registry);
  expect(fromFile).toEqual(fromText);
  expect(fromPipe).toEqual({ ...fromText, rows });
  expect(none).toBe(0);
  return rows;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = globSync('fixtures/**/*.txt', { cwd: root });
const captures = globSync('../shared/captures/pri-*/*.txt', { cwd: root }).filter((path) => !/truth|how/.test(path));

describe('lines read from bytes are those read from text', () => {
  test('all fixtures', async () => {
    let rows = 0;
    for (const path of fixtures) rows += await expectSame(readFileSync(`${root}/${path}`));
    expect(rows).toBeGreaterThan(1000);
  });

  test.skipIf(captures.length === 0)(`captures${captures.length === 0 ? ' (no ../shared)' : ''}`, async () => {
    let rows = 0;
    for (const path of captures) rows += await expectSame(readFileSync(`${root}/${path}`));
    expect(rows).toBeGreaterThan(10_000);
  });

  test('other framings, dialects and line ends', async () => {
    const [path = ''] = fixtures.filter((each) => each.endsWith('h02-answered-twice.txt'));
    const content = readFileSync(`${root}/${path}`);
    const windows = Buffer.from(content.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
    expect(await expectSame(windows)).toBeGreaterThan(10);
    expect(await expectSame(content, { dialect: 'intel-prq-report' })).toBe(4);
    expect(await expectSame(content, { framing: 'ftrace' })).toBe(0);
    expect(await expectSame(content, { framing: 'trace-cmd' })).toBe(0);
    expect(await expectSame(content, { maxLineBytes: 130 })).toBeGreaterThan(2);
  });
});

const task = fc.constantFrom(
  ' irq/24-dmar0-pr-53      [000] ..... ',
  '    kworker/u8:0-30      [002] d..1. ',
  '    kworker/u8:0-30      (     30) [002] d..1. ',
  '            a [1]-7      [003] d..1. ',
  '           <...>-99      [001] ',
  '          größe-12       [001] ..... ',
  '> bash-1 [000] ..... ',
);
const time = fc
  .tuple(fc.constantFrom('   12', '  123', '12345', '012'), fc.nat(999_999), fc.constantFrom(6, 6, 6, 9, 3))
  .map(
    ([seconds, fraction, digits]) => `${seconds}.${String(fraction).padStart(6, '0').padEnd(9, '0').slice(0, digits)}`,
  );
const hex = (limit: number) => fc.nat(limit).map((value) => value.toString(16));
const request = fc
  .tuple(
    fc.constantFrom('0000:01:00.0', '0000:6a:01.7', 'platform'),
    fc.nat(99),
    hex(0xfff),
    hex(0x7fffffff),
    fc.nat(31),
    hex(9),
    hex(511),
  )
  .map(([device, sequence, rid, address, mask, pasid, prgi]) => {
    const letters = [...'rwxpl'].map((letter, index) => (mask & (1 << index) ? letter : '-')).join('');
    return `prq_report: dmar0/${device} seq# ${sequence}: rid=0x${rid} addr=0x${address} ${letters} pasid=0x${pasid} index=0x${prgi}`;
  });
const word = fc.oneof(
  fc
    .tuple(hex(3), hex(0x1ff), fc.constantFrom('0', '1', '2', 'f'), hex(0x3f))
    .map(([pasid, rid, code, low]) => `${pasid}${rid.padStart(4, '0')}${code}0${low.padStart(2, '0')}`),
  hex(0x7fffffff),
);
const descriptor = fc
  .tuple(fc.constantFrom('page_grp_resp', 'inv_wait', 'p_iotlb_inv', 'UNKNOWN'), word, hex(0xffff), hex(1))
  .map(([symbol, first, second, third]) => `qi_submit: ${symbol} dmar0: 0x${first} 0x${second} 0x${third} 0x0`);
const recordings = [
  ...globSync('fixtures/trace-dat/*.dat', { cwd: root }),
  ...globSync('../shared/captures/pri-*/*.dat', { cwd: root }),
];

test('records of a file that can be read again are rows, and the same as those of a pipe', async () => {
  let rows = 0;
  for (const path of recordings) {
    const recording = readFileSync(`${root}/${path}`);
    for (const content of [recording, uncompressed(recording)]) {
      const { rows: none, ...fromPipe } = await read(input(content), {}, registry);
      const { rows: count, ...fromFile } = await read(placedInput(content), {}, registry);
      expect(fromFile).toEqual(fromPipe);
      expect(none).toBe(0);
      rows += count;
    }
  }
  expect(rows).toBeGreaterThan(1000);
});

const radix = (value: number): fc.Arbitrary<string> => fc.constantFrom(String(value), `0x${value.toString(16)}`);
const number = (limit: number): fc.Arbitrary<string> => fc.nat(limit).chain(radix);
const probedRequest = fc
  .tuple(number(9), number(511), number(7), number(15), hex(0x7fffffff), fc.constantFrom('', ' x=1', ' dev="a"'))
  .map(([pasid, prgi, flags, perm, address, more]) => {
    const values = `pasid=${pasid} grpid=${prgi} flags=${flags} perm=${perm} addr=0x${address}${more}`;
    return `report_fault: (iommu_report_device_fault+0x4/0x5f0) ${values}`;
  });
const probedResponse = fc
  .tuple(
    fc.constantFrom(
      'iopf_group_response',
      'intel_iommu_page_response',
      'amd_iommu_complete_ppr',
      'iopf_queue_flush_dev',
    ),
    number(9),
    number(511),
    number(3),
    fc.constantFrom('', ' count=1', ' count=0x2', ' count=4294967296'),
  )
  .map(
    ([name, pasid, prgi, code, more]) =>
      `${name}: (${name}+0x4/0xc0) pasid=${pasid} grpid=${prgi} status=${code}${more}`,
  );
const probedReturn = fc
  .tuple(
    fc.constantFrom(
      'iommu_report_device_fault',
      'iommufd_fault_fops_read',
      'iommu_page_response',
      'intel_drain_pasid_prq',
    ),
    fc.constantFrom('', ' ret=0', ' ret=0', ' ret=-22', ' ret=0xffffffea', ' ret=40', ' ret=0xffffffffffffffea'),
  )
  .map(([name, value]) => `${name}_ret: (prq_event_thread+0x1cf/0x410 <- ${name})${value}`);
const probe = fc.oneof(probedRequest, probedResponse, probedReturn);
const other = fc.constantFrom(
  'console: DMAR: DRHD: handling fault status reg 2',
  'sched_waking: comm=x',
  'prq_report: dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 rw--l pasid=0x1 index=0x2 private=0x1/0x2',
  'prq_report:           dmar0/0000:01:00.0 seq# 5: rid=0x100 addr=0x101 rw--l pasid=0x1 index=0x2',
  'iommu_report_device_fault: (iommu_report_device_fault+0x0/0x1) pasid=0x1 grpid=0x2',
);
const line = fc
  .tuple(
    task,
    time,
    fc.oneof(
      { weight: 4, arbitrary: request },
      { weight: 4, arbitrary: descriptor },
      { weight: 4, arbitrary: probe },
      other,
    ),
  )
  .map(([prefix, at, payload]) => `${prefix}${at}: ${payload}`);
/** Some lines with one character changed, left out or doubled, some that are no event. */
const damaged = fc
  .tuple(
    line,
    fc.constantFrom('', '', '', '', 'replace', 'cut', 'drop', 'double'),
    fc.nat(),
    fc.constantFrom(...'0fx=-/: [(lé\t\r\0A'),
  )
  .map(([text, change, position, character]) => {
    const at = position % text.length;
    if (change === 'replace') return text.slice(0, at) + character + text.slice(at + 1);
    if (change === 'cut') return text.slice(0, at);
    if (change === 'double') return text.slice(0, at) + text.charAt(at) + text.slice(at);
    return change === 'drop' ? text.slice(0, at) + text.slice(at + 1) : text;
  });
const header = fc.constantFrom(
  '# tracer: nop',
  '# entries-in-buffer/entries-written: 10/12   #P:8',
  'CPU:2 [LOST 12 EVENTS]',
  '[   12.000001] DMAR: DRHD: handling fault status reg 2',
  '',
);

test('generated lines, also damaged ones', async () => {
  let rows = 0;
  const lines = fc.array(fc.oneof({ weight: 12, arbitrary: damaged }, header), { minLength: 30, maxLength: 90 });
  await fc.assert(
    fc.asyncProperty(lines, fc.constantFrom('\n', '\n', '\r\n'), fc.boolean(), async (texts, end, isTerminated) => {
      const text = ['# tracer: nop', ...texts].join(end) + (isTerminated ? end : '');
      rows += await expectSame(Buffer.from(text, 'utf8'));
    }),
    { seed: 20_261_128, numRuns: 300 },
  );
  expect(rows).toBeGreaterThan(500);
});

const requestAt = (micros: number, sequence: number): string =>
  ` irq/24-dmar0-pr-53      [000] ..... ${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}: prq_report: ` +
  `dmar0/0000:01:00.0 seq# ${sequence}: rid=0x100 addr=0x${sequence.toString(16)} rw--l pasid=0x1 index=0x1`;

describe('more lines than rows are kept', () => {
  const LINES = 20_000;
  const captureOf = (microsOf: (line: number) => number): Buffer =>
    Buffer.from(Array.from({ length: LINES }, (_, index) => `${requestAt(microsOf(index), index)}\n`).join(''));

  test('and some wait for their time while all others pass', async () => {
    const rows = await expectSame(captureOf((line) => (line % 1000 === 0 ? 90_000_000 + line : 10_000_000 + line)));
    expect(rows).toBeGreaterThan(15_000);
  });

  test('and the newest stands first', async () => {
    expect(await expectSame(captureOf((line) => 90_000_000 - line))).toBe(0);
    const stream = readEvents([placedInput(captureOf((line) => 90_000_000 - line))], registry, { mergeWindowNs: 1e9 });
    const sequences: (number | undefined)[] = [];
    for await (const { events } of stream) sequences.push(...events.map(({ sequence }) => sequence));
    expect(sequences).toEqual(Array.from({ length: LINES }, (_, index) => LINES - 1 - index));
  });
});
