import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registry } from '../../../parsers/registry.ts';
import { CHECK_FORMATS } from '../../../src/cli/command-options.ts';
import { run } from '../../../src/cli/run.ts';
import { rules } from '../../../src/rules/registry.ts';
import { sampleSession } from '../sample-session.ts';
import { skipWithout } from '../skip-without.ts';
import { type OfferOf, offerOfBash, offerOfFish, offerOfZsh, typedIntoBash } from './shells.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['trace.txt', 'guest.txt', 'my trace.txt']) writeFileSync(join(folder, name), '');
mkdirSync(join(folder, 'traces'));

const SHELLS: readonly [string, OfferOf][] = [
  ['bash', offerOfBash],
  ['zsh', offerOfZsh],
  ['fish', offerOfFish],
];

async function scriptFor(shell: string): Promise<string> {
  const session = sampleSession({ args: ['completion', shell] });
  expect(await run(session)).toBe(0);
  return session.printed();
}

const starting = (words: readonly string[], start: string): string[] =>
  words.filter((word) => word.startsWith(start)).sort();
const ruleIds = rules.flatMap(({ id, name }) => [id, name]);

describe.each(SHELLS)('%s', (shell, offerOf) => {
  const skipped = skipWithout(shell);
  let script = '';
  beforeAll(async () => {
    script = await scriptFor(shell);
  });

  test.skipIf(skipped !== '').each([
    ['faultlog ch', ['check']],
    ['faultlog help gr', ['groups']],
    ['faultlog --v', ['--version']],
    ['faultlog check --time', ['--timeout']],
    ['faultlog check --no-l', ['--no-ladder']],
    ['faultlog check trace.txt --strict-', ['--strict-coverage']],
    ['faultlog check --format ', [...CHECK_FORMATS].sort()],
    ['faultlog check --format=js', ['--format=json', '--format=jsonl']],
    ['faultlog check -f js', ['json', 'jsonl']],
    ['faultlog check --format json=tr', ['json=trace.txt', 'json=traces']],
    ['faultlog events --format ', ['csv', 'jsonl', 'text']],
    ['faultlog check --fail-on ', ['error', 'never', 'note', 'warning']],
    ['faultlog rules --severity w', ['warning']],
    ['faultlog ladder --times ', ['absolute', 'delta', 'none']],
    ['faultlog check --config tr', ['trace.txt', 'traces']],
    ['faultlog check tr', ['trace.txt', 'traces']],
    ['faultlog check --timeout 1s tr', ['trace.txt', 'traces']],
    ['faultlog check gu', ['guest.txt', 'guest:', 'guest=']],
    ['faultlog check guest=tr', ['guest=trace.txt', 'guest=traces']],
    ['faultlog check guest:vm3=tr', ['guest:vm3=trace.txt', 'guest:vm3=traces']],
    ['faultlog check host=a.txt guest:vm3=b.txt vmm=tr', ['vmm=trace.txt', 'vmm=traces']],
    ['faultlog check --offset ', ['driver=', 'guest=', 'vmm=']],
    ['faultlog explain FL2', starting(ruleIds, 'FL2')],
    ['faultlog explain crossed-', starting(ruleIds, 'crossed-')],
    [
      'faultlog check --framing dmesg',
      starting(
        registry.framings.map(({ name }) => name),
        'dmesg',
      ),
    ],
    [
      'faultlog check --dialect intel-',
      starting(
        registry.dialects.map(({ name }) => name),
        'intel-',
      ),
    ],
    ['faultlog formats kp', ['kprobe', 'kprobe-queues']],
    ['faultlog completion ', ['bash', 'fish', 'zsh']],
  ])(`%s<tab>${skipped}`, (line, expected) => {
    expect(offerOf(script, line, folder)).toEqual(expected);
  });
});

describe('the line editor of bash', () => {
  const skipped = skipWithout('script');

  test.skipIf(skipped !== '').each([
    ['faultlog che\ttrac\t.t\t', ['check', 'trace.txt']],
    ['faultlog check guest:vm3=trace.\t', ['check', 'guest:vm3=trace.txt']],
    ['faultlog check my\t', ['check', 'my trace.txt']],
    ['faultlog check --format json=trace.\t', ['check', '--format', 'json=trace.txt']],
    ['faultlog check --format=sar\tguest=tra\t.t\t', ['check', '--format=sarif', 'guest=trace.txt']],
    ['faultlog check --offset gu\t1.5', ['check', '--offset', 'guest=1.5']],
  ])(`%j${skipped}`, async (keys, expected) => {
    expect(typedIntoBash(await scriptFor('bash'), keys, folder)).toEqual(expected);
  });
});
