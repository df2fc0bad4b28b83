import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import type { GroupRow } from '../../src/model/group.ts';
import { GROUP_STATES } from '../../src/model/group-state.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Result } from '../../src/model/result.ts';
import { ROOT } from '../readme-blocks.ts';
import { answer, request, trace } from '../replay/trace-lines.ts';

const FIXTURES = join(ROOT, 'fixtures');
const captures = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(txt|ladder|dat)$/.test(path) && !path.startsWith('expected'))
  .sort();

function shippedSchema(name: string): z.ZodType {
  const text = readFileSync(join(ROOT, `dist/schema/${name}.json`), 'utf8');
  return z.fromJSONSchema(z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
}

async function run(inputs: readonly InputSpec[]): Promise<{ readonly result: Result; readonly rows: GroupRow[] }> {
  const rows: GroupRow[] = [];
  const result = await analyse(inputs, registry, { limits: DEFAULT_LIMITS, onGroup: (row) => rows.push(row) });
  return { result, rows };
}

function input(path: string): InputSpec {
  return { path, lane: 'host', open: () => createReadStream(join(FIXTURES, path)) };
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Sums that must follow from the rest of the document and from the group rows. */
function expectSums({ counts, coverage, latency, findings }: Result, rows: readonly GroupRow[]): void {
  expect(Object.keys(counts.groups).sort()).toEqual([...GROUP_STATES].sort());
  const inUse = Object.fromEntries(Object.entries(counts.groups).filter(([, count]) => count > 0));
  expect(inUse).toEqual(tally(rows.map(({ state }) => state)));
  expect(counts.byRule).toEqual(tally(findings.map(({ id }) => id)));
  expect(counts.findings).toEqual({
    error: 0,
    warning: 0,
    note: 0,
    ...tally(findings.map(({ severity }) => severity)),
  });
  expect(counts.consequences).toBe(findings.flatMap(({ consequences = [] }) => consequences).length);
  const answered = rows.filter(({ state, latencyNs }) => /answered$/.test(state) && latencyNs !== undefined);
  expect(latency?.count ?? 0).toBe(answered.length);
  expect(coverage.openAtEnd).toBeLessThanOrEqual(rows.filter(({ response }) => response === undefined).length);
}

/** One exchange as host and guest see it. */
function twoLanes(): InputSpec[] {
  const host = trace([request(10), answer(10.3)]);
  const guest = trace([request(10.1), answer(10.2)]);
  return [host, guest].map((text, index) => ({
    path: `lane-${index}.txt`,
    lane: index === 0 ? 'host' : 'guest',
    open: () => Readable.from([Buffer.from(text)]),
  }));
}

describe('the JSON of several lanes', () => {
  it('counts each group once, where the device sees it', async () => {
    const { result, rows } = await run(twoLanes());
    expect(rows.length).toBe(1);
    expectSums(result, rows);
  });
});

describe('the JSON of every fixture', () => {
  const ofResult = shippedSchema('result');
  const ofGroup = shippedSchema('group');

  it.each(captures)('%s: fits the shipped schemas, and its sums are those of its rows', async (path) => {
    const { result, rows } = await run([input(path)]);
    expect(ofResult.safeParse(JSON.parse(JSON.stringify(result))).error).toBeUndefined();
    for (const row of rows) expect(ofGroup.safeParse(JSON.parse(JSON.stringify(row))).error).toBeUndefined();
    if (result.omitted === undefined) expectSums(result, rows);
  });
});
