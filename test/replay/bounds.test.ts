import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import { MAX_FINDINGS_PER_RULE } from '../../src/analysis/finding-collector.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Result } from '../../src/model/result.ts';
import {
  MAX_IOMMUS,
  MAX_KEYS,
  MAX_MEMBERS,
  MAX_PASIDS,
  MAX_REQUESTERS,
  MAX_WAITING,
} from '../../src/replay/table-sizes.ts';
import { reportText } from '../../src/report/text.ts';
import { input } from '../intake/fake-parsers.ts';
import { textParsers } from '../intake/text-parsers.ts';
import { analyseTexts } from '../truth/analyse-text.ts';

test('tens of thousands of answers that wait for a request at once are judged, not a crash', async () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => response(10 + index * 1e-5, index % 512));
  const { findings } = await analyseTexts([`${[...lines, response(20, 1)].join('\n')}\n`]);
  expect(new Set(findings.map((finding) => finding.id))).toEqual(new Set(['FL902']));
});

function response(time: number, prgi: number): string {
  const word1 = (prgi << 3).toString(16);
  return `  app-300  [001] .....  ${time.toFixed(6)}: qi_submit: page_grp_resp dmar0: 0x101000019 0x${word1} 0x0 0x0`;
}

test('of groups without end that stay open the oldest are let go, and nobody is accused of answering them', async () => {
  const lines = [response(9.9, 0)]; // Traced before the first request, which it answers.
  for (let index = 0; index < 20_000; index += 1) lines.push(request(10 + index * 1e-5, index % 512, 1 + (index >> 9)));
  lines.push(response(10.5, 3));
  const { findings, groups } = await analyseTexts([`${lines.join('\n')}\n`]);
  expect(findings.filter((finding) => finding.severity === 'error')).toEqual([]);
  expect(findings.find((finding) => finding.count !== undefined && finding.id === 'FL902')?.count).toBe(
    20_000 - 1 - 8192,
  );
  expect(groups.length).toBe(20_000);
});

test('of instances of one key without end the oldest are let go', async () => {
  // Answers are recorded.
  const lines = [response(9.9, 0)];
  for (let index = 0; index < 1000; index += 1) lines.push(request(10 + index * 1e-5, 7, 1, index));
  const { findings } = await analyseTexts([`${lines.join('\n')}\n`]);
  expect(findings.find(({ id, count }) => id === 'FL902' && count !== undefined)?.count).toBe(1000 - 256);
});

describe('what is beyond a table is counted, and what is in it is judged as ever', () => {
  /** Each key is asked for and answered; the first ones are answered twice. */
  const answered = async (
    count: number,
    keyOf: (index: number) => Key,
    parsers: typeof registry = registry,
  ): Promise<Result> => {
    const lines: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const at = 10 + index * 1e-5;
      lines.push(requestOf(at, index, keyOf(index)), responseOf(at + 3e-6, keyOf(index)));
    }
    const at = 10 + count * 1e-5;
    // Once more for a key that is known, and for one that was kept out.
    lines.push(
      requestOf(at, count, keyOf(1)),
      responseOf(at + 1e-6, keyOf(1)),
      responseOf(at + 2e-6, keyOf(count - 1)),
    );
    const content = `${lines.join('\n')}\n`;
    return analyse([input(content)], parsers, { limits: DEFAULT_LIMITS });
  };

  const expectBound = async (
    table: keyof NonNullable<Result['beyondBounds']>,
    most: number,
    keyOf: (index: number) => Key,
  ): Promise<void> => {
    const beyond = 10;
    const result = await answered(most + beyond, keyOf);
    // Requests and answers, and the answer at the end.
    expect(result.beyondBounds).toEqual({ [table]: 2 * beyond + 1 });
    expect(result.counts.groups.answered).toBe(most + 1);
    expect(result.findings).toEqual([]);
    expect(result.coverage.gaps).toEqual([]);
    const text = [...reportText(result, { colour: false, width: 100, isVerbose: false, isQuiet: false })].join('');
    expect(text).toContain(`${2 * beyond + 1} events not judged: more `);
  };

  const full = (index: number): Key => ({ pasid: 1 + (index >> 9), prgi: index & 511, rid: 0x100, iommu: 'dmar0' });

  test('keys', () => expectBound('keys', MAX_KEYS, full));

  test('PASIDs', () =>
    expectBound('pasids', MAX_PASIDS, (index) => ({ pasid: index, prgi: 3, rid: 0x100, iommu: 'dmar0' })));

  test('devices', () =>
    expectBound('requesters', MAX_REQUESTERS, (index) => ({ pasid: 1, prgi: 3, rid: index, iommu: 'dmar0' })));

  test('IOMMUs', async () => {
    const keyOf = (index: number): Key => ({ pasid: 1, prgi: 3, rid: 0x100, iommu: `dmar${index}` });
    const { beyondBounds } = await answered(MAX_IOMMUS + 10, keyOf);
    expect(beyondBounds).toEqual({ iommus: 21 });
  });

  test('rows and events alike', async () => {
    expect(await answered(MAX_KEYS + 10, full)).toEqual(await answered(MAX_KEYS + 10, full, textParsers));
  });
});

test('of requests without end that wait for a last one the oldest are given up', async () => {
  const lines = Array.from({ length: MAX_MEMBERS + 1 }, (_, index) =>
    request(10 + index * 1e-5, 7, 1, index).replace('rw--l', 'rw---'),
  );
  for (const parsers of [registry, textParsers]) {
    const result = await analyse([input(`${lines.join('\n')}\n`)], parsers, { limits: DEFAULT_LIMITS });
    expect(
      result.findings.map(({ id, count, evidence }) => [id, count, Math.max(...evidence.map(({ line }) => line))]),
    ).toEqual([
      ['FL902', 1, MAX_MEMBERS],
      ['FL902', undefined, MAX_MEMBERS + 1],
    ]);
  }
});

test('and those of many groups together', async () => {
  const lines = [request(9, 1, 1, 0), response(9.1, 1), request(9.2, 1, 1, 1), response(9.3, 1)];
  for (let index = 0; index <= MAX_WAITING; index += 1) {
    lines.push(request(10 + index * 1e-5, index % 500, 1, index + 2).replace('rw--l', 'rw---'));
  }
  for (const parsers of [registry, textParsers]) {
    const result = await analyse([input(`${lines.join('\n')}\n`)], parsers, { limits: DEFAULT_LIMITS });
    expect(result.findings.map(({ id, count }) => [id, count])).toEqual([
      ['FL902', 500],
      ['FL902', undefined],
    ]);
  }
});

test('findings of a rule beyond the limit are counted', async () => {
  const lines: string[] = [];
  for (let index = 0; index < MAX_FINDINGS_PER_RULE + 7; index += 1) {
    const at = 10 + index * 1e-5;
    lines.push(request(at, 7, 1, index), responseOf(at + 3e-6, { pasid: 1, prgi: 7, rid: 0x100, iommu: 'dmar0' }, 1));
  }
  const result = await analyse([input(`${lines.join('\n')}\n`)], registry, { limits: DEFAULT_LIMITS });
  expect(result.counts.byRule).toEqual({ FL402: MAX_FINDINGS_PER_RULE });
  expect(result.omitted).toEqual({ FL402: 7 });
});

test('gaps beyond the limit are counted', async () => {
  const lines = [request(10, 7, 1, 0)];
  for (let index = 0; index < 10_003; index += 1) {
    lines.push('CPU:1 [LOST 3 EVENTS]', request(11 + index * 1e-5, 7, 1, index + 1));
  }
  const result = await analyse([input(`${lines.join('\n')}\n`)], registry, { limits: DEFAULT_LIMITS });
  expect(result.coverage.gaps.length).toBe(10_000);
  expect(result.beyondBounds).toEqual({ gaps: 3 });
});

test('of gaps without end the sums are kept, and nobody is accused within one of the last', async () => {
  const GAPS = 12_000;
  const lines: string[] = [];
  for (let index = 0; index < GAPS; index += 1) {
    const at = 10 + index * 1e-4;
    lines.push('CPU:1 [LOST 3 EVENTS]', request(at, index % 500, 1, index), response(at + 1e-5, index % 500));
  }
  // Beyond the timeout: only the gap that follows, on the other CPU, may explain the second answer.
  lines.push(request(30, 1, 1, GAPS), response(30.00001, 1), response(30.00002, 1).replace('[001]', '[000]'));
  lines.push('CPU:1 [LOST 3 EVENTS]', request(30.00003, 2, 1, GAPS + 1), response(30.00004, 2));
  const { findings } = await analyseTexts([`${lines.join('\n')}\n`]);
  expect(findings.find(({ id }) => id === 'FL901')).toMatchObject({
    count: GAPS + 1,
    message: expect.stringMatching(/^The capture lost 36,?003 events in 12,?001 places/),
  });
  expect(findings.map(({ id }) => id)).not.toContain('FL102');
});

interface Key {
  readonly pasid: number;
  readonly prgi: number;
  readonly rid: number;
  readonly iommu: string;
}

const hex = (value: number): string => value.toString(16);

function requestOf(time: number, sequence: number, { pasid, prgi, rid, iommu }: Key): string {
  const device = `0000:${hex(rid >> 8).padStart(2, '0')}:${hex((rid >> 3) & 31).padStart(2, '0')}.${rid & 7}`;
  const key = `pasid=0x${hex(pasid)} index=0x${hex(prgi)}`;
  return `  irq/24-dmar0-pr-97  [001] .....  ${time.toFixed(6)}: prq_report: ${iommu}/${device} seq# ${sequence}: rid=0x${hex(rid)} addr=0x1000 rw--l ${key}`;
}

function responseOf(time: number, { pasid, prgi, rid, iommu }: Key, code = 0): string {
  const low = (BigInt(pasid) << 32n) | (BigInt(rid) << 16n) | BigInt(code << 12) | 0x19n;
  return `           app-300  [001] .....  ${time.toFixed(6)}: qi_submit: page_grp_resp ${iommu}: 0x${low.toString(16)} 0x${hex(prgi << 3)} 0x0 0x0`;
}

function request(time: number, prgi: number, pasid: number, sequence = 1): string {
  return requestOf(time, sequence, { pasid, prgi, rid: 0x100, iommu: 'dmar0' });
}
