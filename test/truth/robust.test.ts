import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { type Analysed, analyseTexts } from './analyse-text.ts';
import { scenarios } from './captures.ts';
import { type Damaged, linesOf, withCopies, withGarbage, withLoss, withoutHead, withoutTail } from './damage.ts';
import { identity, isAboutCopy, isFirstLife, type Origin, surplusAccusations } from './surplus-accusations.ts';

const SEED = 20261123;
const RUNS = 12;

/** Every kind of story, and small enough to analyse hundreds of times. */
const NAMES = [
  'h01',
  'h02',
  'h03',
  'h04',
  'h05',
  'h07',
  'h09',
  'h11',
  'h12',
  'h15',
  'p01',
  'p02',
  'v03',
  'v04',
  'v06',
  'v08',
  'v11',
  'm06',
  'm09',
  'a01',
  'a02',
  'a05',
  'a07',
  'a11',
  'a13',
  'a14',
  'a15',
  'a24',
  'a26',
  'a30',
  'a33',
];
const chosen = scenarios().filter(({ name }) => NAMES.includes(name.slice(0, 3)));

for (const scenario of chosen) {
  describe(`${scenario.folder}/${scenario.name}`, () => {
    const text = readFileSync(`${scenario.base}.txt`, 'utf8');
    const lineCount = linesOf(text).length;
    let whole: Analysed;
    beforeAll(async () => {
      whole = await analyseTexts([text]);
    });
    const line = fc.integer({ min: 2, max: lineCount });
    const holds = <T>(values: fc.Arbitrary<T>, check: (value: T) => Promise<void>) =>
      fc.assert(fc.asyncProperty(values, check), { seed: SEED, numRuns: RUNS });

    it('accuses nobody for what a missing tail would explain', async () => {
      await holds(line, async (at) => accusesNoMore(whole, withoutTail(text, at)));
    });

    it('accuses nobody for what the rest of a cut line would explain', async () => {
      const bytes = Buffer.from(text, 'utf8');
      const cut = fc.integer({ min: 1, max: bytes.length - 1 });
      await holds(cut, async (at) => {
        const head = bytes.subarray(0, at).toString('utf8');
        await accusesNoMore(whole, { text: head, origin: identity(linesOf(head).length) });
      });
    });

    it('accuses nobody for what a missing head would explain', async () => {
      await holds(line, async (at) => {
        const damaged = withoutHead(text, at);
        await accusesNoMore(whole, damaged, (finding) => isFirstLife(finding, damaged.text));
      });
    });

    it('accuses nobody for what lost events would explain', async () => {
      const cpu = fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined });
      const loss = fc.tuple(line, fc.integer({ min: 1, max: 40 }), cpu);
      await holds(loss, async ([first, count, only]) => accusesNoMore(whole, withLoss(text, first, count, only)));
    });

    it('survives copied lines, and accuses nobody but for the copies', async () => {
      const copies = fc.uniqueArray(line, { minLength: 1, maxLength: 4 });
      await holds(copies, async (copied) => {
        const damaged = withCopies(text, new Set(copied));
        await accusesNoMore(whole, damaged, (finding) => isAboutCopy(finding, damaged));
      });
    });

    it('sees the same through garbage', async () => {
      const rubbish = fc.string({ unit: 'binary', maxLength: 60 }).map((part) => part.replace(/[\n\r]/g, ' '));
      const garbage = fc.array(fc.tuple(line, rubbish), { minLength: 1, maxLength: 8 });
      await holds(garbage, async (pairs) => {
        const damaged = withGarbage(text, new Map(pairs));
        const seen = await analyseTexts([damaged.text]);
        expect(comparable(seen, [damaged.origin])).toEqual(comparable(whole, [identity(lineCount)]));
      });
    });

    it('sees the same in two parts', async () => {
      await holds(line, async (at) => {
        const lines = linesOf(text);
        const parts = [`${lines.slice(0, at - 1).join('\n')}\n`, lines.slice(at - 1).join('\n')];
        const seen = await analyseTexts(parts);
        const second = lines.slice(at - 1).map((_, index) => index + at);
        expect(comparable(seen, [identity(at), second])).toEqual(comparable(whole, [identity(lineCount)]));
      });
    });
  });
}

async function accusesNoMore(
  whole: Analysed,
  damaged: Damaged,
  isExcused?: (finding: Finding) => boolean,
): Promise<void> {
  expect(await surplusAccusations(whole, damaged, isExcused)).toEqual([]);
}

/** Findings and groups without what damage may change: inputs and offsets; lines as in the original. */
function comparable(analysed: Analysed, origins: readonly Origin[]): unknown {
  const original = (input: number, line: number): number | undefined => origins[input]?.[line - 1];
  const finding = (one: Finding): unknown => ({
    ...one,
    message: one.message.replace(/\blines? \d+(?: of input \d+)?/g, 'line #'),
    evidence: one.evidence.map((evidence) => ({
      ...evidence,
      input: 0,
      offset: 0,
      line: original(evidence.input, evidence.line),
    })),
    ...(one.consequences === undefined ? {} : { consequences: one.consequences.map(finding) }),
  });
  const place = <T extends { input: number; line: number }>(at: T): T & { line: number | undefined } => ({
    ...at,
    input: 0,
    line: original(at.input, at.line),
  });
  return {
    // Foreign lines may name an IOMMU.
    findings: analysed.findings.filter((one) => one.id !== 'FL903').map(finding),
    groups: analysed.groups.map((row) => ({
      ...row,
      requests: row.requests.map(place),
      ...(row.response === undefined ? {} : { response: place(row.response) }),
      ...(row.journey === undefined ? {} : { journey: row.journey.map(place) }),
    })),
  };
}
