import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intelPrqReport } from '../../parsers/dialects/intel-prq-report.ts';
import { intelQiSubmit } from '../../parsers/dialects/intel-qi-submit.ts';
import { kprobe } from '../../parsers/dialects/kprobe.ts';
import { read } from '../parsers/dialects/harness.ts';
import type { Reading } from './bits.ts';
import { readKprobe } from './kprobe.ts';
import { readPrqReport } from './prq-report.ts';
import { readQiSubmit } from './qi-submit.ts';

/** Fast reading, slow reading. */
function both(eventName: string, payload: string): [Reading, Reading] {
  const line = `${eventName}: ${payload}`;
  switch (eventName) {
    case 'prq_report':
      return [read(intelPrqReport, line), readPrqReport(payload)];
    case 'qi_submit':
      return [read(intelQiSubmit, line), readQiSubmit(payload)];
    default:
      return [read(kprobe, line), readKprobe(eventName, payload)];
  }
}

const captures = fileURLToPath(new URL('../../../shared/captures', import.meta.url));
const hasCaptures = existsSync(captures);
const isRecording = /\/pri-[^/]+\/(?!.*\.(?:how|truth|dmesg)\.txt$)(?!events-format)(?!MANIFEST)[^/]+\.txt$/;
const files = hasCaptures ? globSync(`${captures}/pri-*/*.txt`).filter((path) => isRecording.test(path)) : [];

/** Event name and payload of a line of tracefs or of trace-cmd. */
const LINE = /^.{15,}?\s+\[\d{3}\].*?\s\d+\.\d{6,9}:\s+(\w+):\s+(.*)$/;

describe.skipIf(!hasCaptures)(`fast and slow parsers on the captures${hasCaptures ? '' : ' (no ../shared)'}`, () => {
  it.each(files.map((path) => [path.slice(captures.length + 1), path]))('%s', (_, path) => {
    const seen = { events: 0, lines: 0 };
    for (const text of readFileSync(path, 'utf8').split('\n')) {
      const [, eventName, payload] = LINE.exec(text) ?? [];
      if (eventName === undefined || payload === undefined) continue;
      const isKprobe = payload.startsWith('(');
      if (!isKprobe && eventName !== 'prq_report' && eventName !== 'qi_submit') continue;
      const [fast, slow] = both(eventName, payload);
      expect([text, fast]).toEqual([text, slow]);
      expect([text, fast]).not.toEqual([text, 'unread']);
      seen.lines += 1;
      if (typeof fast === 'object') seen.events += 1;
    }
    // One report is empty but for its first line, `cpus=2`.
    expect(seen.events > 0).toBe(seen.lines > 0);
  });
});

const RUNS = { seed: 20_261_123, numRuns: 2_000 };
const hex = (bitCount: number) =>
  fc.bigInt({ min: 0n, max: (1n << BigInt(bitCount)) - 1n }).map((value) => value.toString(16));
const device = fc.constantFrom('0000:01:00.0', '0000:6a:01.7', 'platform.auto');

/** A line, sometimes with one character changed, left out or doubled. */
const damaged = (line: fc.Arbitrary<string>) =>
  fc
    .tuple(line, fc.constantFrom('', '', 'replace', 'cut', 'drop'), fc.nat(), fc.constantFrom(...'0fx=-/: (l\t'))
    .map(([text, change, position, character]) => {
      const at = position % text.length;
      if (change === 'replace') return text.slice(0, at) + character + text.slice(at + 1);
      if (change === 'cut') return text.slice(0, at);
      return change === 'drop' ? text.slice(0, at) + text.slice(at + 1) : text;
    });

const prqText = fc
  .tuple(device, fc.nat(), hex(16), hex(52), fc.nat(31), hex(20), hex(9), fc.boolean(), hex(64), hex(64))
  .map(([name, sequence, rid, address, mask, pasid, prgi, hasData, high, low]) => {
    const letters = [...'rwxpl'].map((letter, index) => (mask & (1 << index) ? letter : '-')).join('');
    const suffix = hasData ? ` private=0x${high}/0x${low}` : '';
    return `dmar3/${name} seq# ${sequence}: rid=0x${rid} addr=0x${address} ${letters} pasid=0x${pasid} index=0x${prgi}${suffix}`;
  });

const anyWord = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const prqFields = fc
  .tuple(anyWord, anyWord, anyWord, anyWord, fc.boolean(), device)
  .map(([a, b, c, d, isHex, name]) => {
    const dw0 = (a & ~0xfcffn) | 1n;
    const [w0, w1, w2, w3] = [dw0, b, c, d].map((word) => (isHex ? `0x${word.toString(16)}` : `${word}`));
    return `[FAILED TO PARSE] dw0=${w0} dw1=${w1} dw2=${w2} dw3=${w3} seq=0x7 iommu=dmar0 dev=${name} buff=`;
  });

const qiText = fc
  .tuple(
    fc.nat(15),
    anyWord,
    fc.oneof(anyWord, fc.constantFrom(0n, 0xf8n, 0x7ffffffffffff800n, 0x7ffffffffffff001n)),
    anyWord,
  )
  .map(([type, a, b, c]) => {
    const qw0 = (a & ~15n) | BigInt(type);
    return `descriptor dmar1: 0x${qw0.toString(16)} 0x${b.toString(16)} 0x${c.toString(16)} 0x0`;
  });

const probeText = fc
  .tuple(
    fc.constantFrom(
      'iommu_report_device_fault',
      'iopf_group_response',
      'intel_iommu_page_response',
      'iommu_attach_device_pasid',
    ),
    fc.boolean(),
    fc.nat(0xfffff),
    fc.nat(511),
    fc.nat(15),
    fc.nat(15),
    fc.integer({ min: -40, max: 40 }),
  )
  .map(([name, isReturn, pasid, prgi, flags, perm, code]) => {
    if (isReturn) return `(caller+0x1/0x2 <- ${name}) ret=${code}`;
    return `(${name}+0x4/0xc0) pasid=${pasid} grpid=${prgi} flags=0x${flags} perm=0x${perm.toString(16)} addr=0x1000 status=${Math.abs(code)} count=1`;
  });

describe('fast and slow parsers on generated lines', () => {
  it('prq_report text, whole and damaged', () => {
    fc.assert(
      fc.property(damaged(prqText), (payload) => {
        const [fast, slow] = both('prq_report', payload);
        expect(fast).toEqual(slow);
      }),
      RUNS,
    );
  });

  it('prq_report fields', () => {
    fc.assert(
      fc.property(prqFields, (payload) => {
        const [fast, slow] = both('prq_report', payload);
        expect(fast).toEqual(slow);
      }),
      RUNS,
    );
  });

  it('qi_submit of every type', () => {
    fc.assert(
      fc.property(qiText, (payload) => {
        const [fast, slow] = both('qi_submit', payload);
        expect(fast).toEqual(slow);
      }),
      RUNS,
    );
  });

  it('kprobes', () => {
    fc.assert(
      fc.property(probeText, (payload) => {
        const [fast, slow] = both('x', payload);
        expect(fast).toEqual(slow);
      }),
      RUNS,
    );
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.constantFrom('prq_report', 'qi_submit', 'x'), fc.string({ unit: 'binary' }), (name, payload) => {
        both(name, payload);
      }),
      RUNS,
    );
  });
});
