import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { probe } from '../../src/intake/probe.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/framing/${name}`, import.meta.url));

test.each([
  ['ftrace-default.txt', 'ftrace', { ftrace: 33, header: 12 }],
  ['ftrace-latency.txt', 'ftrace-latency', { 'ftrace-latency': 25, header: 18 }],
  ['trace-cmd-3.4-lost.txt', 'trace-cmd', { 'trace-cmd': 14, header: 2 }],
  ['perf-script-g.txt', 'perf-script', { 'perf-script': 2, plain: 36 }],
  ['dmesg-r.txt', 'dmesg', { dmesg: 9 }],
  ['dmesg-notime.txt', 'plain', { plain: 9 }],
])('%s looks like %s', (name, framing, counts) => {
  const found = probe(fixture(name), registry);
  expect(found.framing?.name).toBe(framing);
  expect(Object.fromEntries(found.counts)).toEqual(counts);
  expect(found.container).toBeUndefined();
  const count = new Map(Object.entries(counts)).get(framing);
  expect(found.reason).toContain(`${count} of the first ${found.lines} lines read as ${framing}, the first is: `);
});

test('an empty trace is told by its header', () => {
  const found = probe(Buffer.from('# tracer: nop\n#\n# entries-in-buffer/entries-written: 0/0   #P:4\n'), registry);
  expect([found.framing?.name, found.reason]).toEqual(['ftrace', 'its header lines are those of ftrace']);
});

test('what is no text is named', () => {
  const found = probe(Uint8Array.from([0x1f, 0x8b, 8, 0]), registry);
  expect([found.container?.name, found.framing]).toEqual(['gzip', undefined]);
  expect(probe(new Uint8Array(), registry)).toMatchObject({ lines: 0, reason: 'it has no lines', framing: undefined });
});
