import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import type { TraceEvent } from '../../src/model/event.ts';
import { eventsOf, input } from './fake-parsers.ts';

const folder = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const files = ['framing', 'pri'].flatMap((area) =>
  readdirSync(`${folder}${area}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt') && !/truth|how/.test(name))
    .map((name) => `${area}/${name}`),
);
const options = { mergeWindowNs: 1e9 };

/** Everything about an event but where it stands. */
function shape(events: readonly TraceEvent[]): object[] {
  return events.map(({ source, also, ...rest }) => ({
    ...rest,
    text: source.text,
    also: also?.map((line) => line.text),
  }));
}

test('there are captures', () => {
  expect(files.length).toBeGreaterThan(50);
});

describe.each(files)('%s', (name) => {
  const bytes = readFileSync(folder + name);
  const text = bytes.toString('utf8');
  const read = (...parts: readonly (string | Uint8Array)[]) =>
    eventsOf(
      readEvents(
        parts.map((part) => input(part)),
        registry,
        options,
      ),
    );

  test('reads the same in chunks of seven bytes, and each event names its line', async () => {
    const whole = await read(bytes);
    expect(await eventsOf(readEvents([input(bytes, 7)], registry, options))).toEqual(whole);
    for (const { source } of whole.slice(0, 200)) {
      expect(bytes.toString('utf8', source.offset, source.offset + Buffer.byteLength(source.text))).toBe(source.text);
      expect(bytes.subarray(0, source.offset).filter((byte) => byte === 10).length).toBe(source.line - 1);
    }
  });

  test('reads the same with carriage returns', async () => {
    expect(shape(await read(text.replaceAll('\n', '\r\n')))).toEqual(shape(await read(text)));
  });

  test('cut at a line it reads as the whole', async () => {
    const lines = text.split('\n');
    const whole = shape(await read(text));
    for (const share of [0.03, 0.3, 0.5, 0.71, 0.98]) {
      const at = Math.floor(lines.length * share);
      const parts = await read(`${lines.slice(0, at).join('\n')}\n`, lines.slice(at).join('\n'));
      expect(shape(parts)).toEqual(whole);
    }
  });
});
