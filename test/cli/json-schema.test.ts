import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../readme-blocks.ts';

const CAPTURE = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
const OTHER_CAPTURE = join(ROOT, 'fixtures/pri/pri-intel-handler-6.12.107/h02-answered-twice.txt');
const documentSchema = z.record(z.string(), z.unknown());

/** A shipped JSON Schema as a validator. */
function shippedSchema(name: string): z.ZodType {
  const text = readFileSync(join(ROOT, `dist/schema/${name}.json`), 'utf8');
  return z.fromJSONSchema(documentSchema.parse(JSON.parse(text)));
}

/** What the built program prints: one document, or one a line. */
function printedBy(...args: string[]): unknown[] {
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'dist/faultlog.js'), ...args, CAPTURE], {
    encoding: 'utf8',
  });
  const texts = args.includes('jsonl') ? stdout.trimEnd().split('\n') : [stdout];
  return texts.map((text) => documentSchema.parse(JSON.parse(text)));
}

describe('the JSON Schemas in dist/schema hold for what the program prints', () => {
  test.each([
    ['result', ['check', '--format', 'json']],
    ['check-record', ['check', '--format', 'jsonl']],
    ['event', ['events', '--format', 'jsonl']],
    ['group', ['groups', '--format', 'jsonl']],
    ['stats', ['stats', '--format', 'json']],
    ['diff', ['diff', '--format', 'json', OTHER_CAPTURE]],
  ])('%s', (name, args) => {
    const schema = shippedSchema(name);
    const printed = printedBy(...args);
    expect(printed.length).toBeGreaterThan(0);
    for (const document of printed) expect(schema.safeParse(document).error).toBeUndefined();
    expect(schema.safeParse({ kind: 'page-request', input: -1 }).success).toBe(false);
  });

  test('config: known keys, and no others', () => {
    const schema = shippedSchema('config');
    expect(schema.safeParse({ thresholds: { timeout: '2s' }, severity: { FL403: 'off' } }).error).toBeUndefined();
    expect(schema.safeParse({ treshold: {} }).success).toBe(false);
  });

  test('baseline: entries by fingerprint, and nothing that counts', () => {
    const schema = shippedSchema('baseline');
    const entry = { fingerprint: 'a1', rule: 'FL102', firstSeen: '2026-11-23', reason: 'known', expires: '2027-01-01' };
    expect(schema.safeParse({ baselineVersion: 1, entries: [entry] }).error).toBeUndefined();
    expect(schema.safeParse({ baselineVersion: 1, entries: [{ ...entry, count: 3 }] }).success).toBe(false);
  });
});
