import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/base/errors.ts';
import {
  applyBaseline,
  type Baseline,
  type BaselineEntry,
  baselineOf,
  parseBaseline,
} from '../../src/config/baseline.ts';
import { resultSchema } from '../../src/model/result.ts';
import { sampleFinding, sampleResult } from '../report/sample-result.ts';

const TODAY = new Date('2026-11-23T12:00:00Z');
const entry = (fingerprint: string, parts: Partial<BaselineEntry> = {}): BaselineEntry => ({
  fingerprint,
  rule: 'FL102',
  firstSeen: '2026-01-02',
  ...parts,
});
const baseline = (...entries: BaselineEntry[]): Baseline => ({ baselineVersion: 1, entries });
const finding = (fingerprint: string, parts: Parameters<typeof sampleFinding>[0] = {}) =>
  sampleFinding({ fingerprint, ...parts });
const result = sampleResult({
  findings: [
    finding('a1'),
    finding('a2', { consequences: [finding('c1', { id: 'FL303' })] }),
    finding('b1', { id: 'FL204', severity: 'warning' }),
  ],
});

describe('a baseline applied', () => {
  test('takes out what it knows by fingerprint, with the counts', () => {
    const known = baseline(entry('a2', { reason: 'fixed in 7.3' }), entry('b1', { rule: 'FL204' }));
    const outcome = applyBaseline(result, known, result, TODAY);
    expect(outcome.result.findings).toEqual([finding('a1')]);
    expect(outcome.result.counts).toMatchObject({
      findings: { error: 1, warning: 0, note: 0 },
      consequences: 0,
      byRule: { FL102: 1 },
    });
    expect(outcome.result.baselined).toEqual({ FL102: 1, FL204: 1 });
    expect(resultSchema.safeParse(outcome.result).success).toBe(true);
    expect(outcome.known.map(({ finding: { fingerprint }, entry: { reason } }) => [fingerprint, reason])).toEqual([
      ['a2', 'fixed in 7.3'],
      ['b1', undefined],
    ]);
    expect({ expired: outcome.expired, stale: outcome.stale }).toEqual({ expired: [], stale: [] });
  });

  test('an entry counts up to and with its day', () => {
    const today = applyBaseline(result, baseline(entry('a1', { expires: '2026-11-23' })), result, TODAY);
    expect(today.result.findings.map(({ fingerprint }) => fingerprint)).toEqual(['a2', 'b1']);
    const old = entry('a1', { expires: '2026-11-22' });
    const expired = applyBaseline(result, baseline(old, entry('zz', { expires: '2026-11-22' })), result, TODAY);
    expect(expired.result.findings).toHaveLength(3);
    expect(expired.result.baselined).toBeUndefined();
    expect(expired.expired).toEqual([old]);
    expect(expired.stale.map(({ fingerprint }) => fingerprint)).toEqual(['zz']);
  });

  test('an entry is stale only where its finding would have been seen', () => {
    const known = baseline(entry('gone'), entry('c1', { rule: 'FL303' }), entry('a1'));
    const staleOf = (analysed: typeof result, seen = analysed) =>
      applyBaseline(seen, known, analysed, TODAY).stale.map(({ fingerprint }) => fingerprint);
    expect(staleOf(result)).toEqual(['gone']);
    // Ignored by the configuration, but there.
    expect(staleOf(result, sampleResult())).toEqual(['gone']);
    expect(staleOf({ ...result, omitted: { FL102: 3 } })).toEqual([]);
    expect(staleOf({ ...result, inputs: result.inputs.map((input) => ({ ...input, error: 'cut' })) })).toEqual([]);
  });

  test('never a count: one more of a kind is new', () => {
    const outcome = applyBaseline(result, baseline(entry('a1')), result, TODAY);
    expect(outcome.result.findings.map(({ fingerprint }) => fingerprint)).toEqual(['a2', 'b1']);
  });
});

describe('a baseline made', () => {
  test('an entry a finding, sorted; what was said of it before is kept', () => {
    const earlier = baseline(
      entry('a2', { reason: 'fixed in 7.3', expires: '2027-01-01' }),
      entry('b1', { rule: 'FL204', expires: '2026-11-22', reason: 'was' }),
      entry('gone'),
    );
    const { pasid: _, device: __, ...bare } = finding('0f', { id: 'FL901' });
    expect(baselineOf([...result.findings, bare], earlier, TODAY)).toEqual({
      baselineVersion: 1,
      entries: [
        { fingerprint: 'a1', rule: 'FL102', about: '0000:01:00.0 PASID 1', firstSeen: '2026-11-23' },
        {
          fingerprint: 'a2',
          rule: 'FL102',
          about: '0000:01:00.0 PASID 1',
          firstSeen: '2026-01-02',
          reason: 'fixed in 7.3',
          expires: '2027-01-01',
        },
        { fingerprint: 'b1', rule: 'FL204', about: '0000:01:00.0 PASID 1', firstSeen: '2026-01-02', reason: 'was' },
        { fingerprint: '0f', rule: 'FL901', firstSeen: '2026-11-23' },
      ],
    });
  });

  test('it is read back, and knows all that it was made of', () => {
    const text = JSON.stringify(baselineOf(result.findings, undefined, TODAY));
    const outcome = applyBaseline(result, parseBaseline(text, 'b.json'), result, TODAY);
    expect(outcome.result.findings).toEqual([]);
    expect(outcome.stale).toEqual([]);
  });

  test.each([
    ['{', /^b.json is not JSON: /],
    ['{"entries": []}', /^b.json: baselineVersion: /],
    ['{"baselineVersion": 2, "entries": []}', /^b.json: baselineVersion: /],
    ['{"baselineVersion": 1, "entries": [{"fingerprint": "a", "rule": "FL1"}]}', /^b.json: entries.0.rule: not a rule/],
    ['{"baselineVersion": 1, "entries": [], "findings": 3}', /^b.json: the file: Unrecognized key/],
    ['[]', /^b.json: the file: /],
  ])('%s is refused', (text, expected) => {
    expect(() => parseBaseline(text, 'b.json')).toThrow(UsageError);
    expect(() => parseBaseline(text, 'b.json')).toThrow(expected);
  });
});
