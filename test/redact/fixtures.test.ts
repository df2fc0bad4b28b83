import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyse, analyseStream } from '../../src/index.ts';
import { comparable } from '../../src/redact/same-findings.ts';
import { ROOT } from '../readme-blocks.ts';
import { redacted, undone } from './redacted.ts';

/** Recordings and drawings are refused (test/cli/redact.test.ts); the rest of what is no log are notes of ours. */
const NO_TEXT_LOG = /\.(dat|ladder|md|json)$|\.(how|truth)\.txt$/;
/** Every kernel has these tasks. */
const KERNEL_TASK =
  /^(<idle>|swapper.*|kthreadd|kworker.*|(ksoftirqd|migration|rcu.*|cpuhp)\/?.*|irq\/\d+-(dmar|AMD-Vi|arm-smm).*)$/;
/** Hosts and machines that the captures were recorded on. */
const HOSTS = ['labguest', 'prilab', 'debian', 'root@'];

const fixtures = readdirSync(join(ROOT, 'fixtures'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !NO_TEXT_LOG.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
  .sort();

/** Every number that the text can be read as. */
function numbersIn(text: string): Set<bigint> {
  const numbers = [...text.matchAll(/(?<![\w.])(?:0x)?([0-9a-f]{4,16})(?![\w.])/gi)].map(([, digits]) =>
    BigInt(`0x${digits}`),
  );
  const decimals = [...text.matchAll(/(?<![\w.])(\d{5,20})(?![\w.])/g)].map(([, digits = '']) => BigInt(digits));
  return new Set([...numbers, ...decimals]);
}

/** The first page is no address; the last 2 MiB are what negative numbers and `all addresses` look like. */
function isTelling(address: bigint): boolean {
  return address >= 0x1000n && address < (1n << 64n) - (1n << 21n);
}

function hasWord(text: string, name: string): boolean {
  const quoted = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![A-Za-z0-9])${quoted}(?![A-Za-z0-9])`).test(text);
}

describe('a redacted fixture', () => {
  test('there are many', () => {
    expect(fixtures.length).toBeGreaterThan(100);
  });

  test.each(fixtures)('%s: the same findings, no name, no address, and the way back', async (path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const result = await redacted(text);
    const { outcome } = result;
    expect(outcome).toMatchObject({ failedLines: 0, droppedBytes: 0, isFull: false });
    expect(comparable(await analyse([{ text: result.text }]))).toEqual(comparable(await analyse([{ text }])));

    const tasks = new Set<string>();
    const addresses = new Set<bigint>();
    for await (const item of analyseStream([{ text }], { items: ['event'] })) {
      if (item.type !== 'event') continue;
      const { task, address } = item.event;
      if (task !== undefined && !KERNEL_TASK.test(task)) tasks.add(task);
      if (address !== undefined && isTelling(BigInt(address))) addresses.add(BigInt(address));
    }
    expect([...tasks, ...HOSTS].filter((name) => hasWord(result.text, name))).toEqual([]);
    const numbers = numbersIn(result.text);
    const left = [...addresses].filter(
      (address) => numbers.has(address) || (address >= 1n << 32n && numbers.has(address >> 12n)),
    );
    expect(left).toEqual([]);

    expect(await undone(result.text, outcome.key)).toBe(text);
  });
});
