import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { containers } from '../../../parsers/containers/registry.ts';
import { unpacked } from '../../../src/intake/unpack.ts';

const FAULT = 'DMAR: DRHD: handling fault status reg 2';
const kernel = {
  __CURSOR: 's=8;i=1',
  __REALTIME_TIMESTAMP: '1795413692048251',
  __MONOTONIC_TIMESTAMP: '15713198',
  _SOURCE_MONOTONIC_TIMESTAMP: '15643146',
  _TRANSPORT: 'kernel',
  _HOSTNAME: 'host',
  SYSLOG_IDENTIFIER: 'kernel',
  MESSAGE: FAULT,
};
const other = {
  __REALTIME_TIMESTAMP: '1795413693000001',
  _TRANSPORT: 'stdout',
  _HOSTNAME: 'host',
  SYSLOG_IDENTIFIER: 'qemu',
  MESSAGE: 'vtd: "x"\nsecond',
};
const LINES = [`[   15.643146] ${FAULT}`, '1795413693.000001 host qemu: vtd: "x" second'];

/** The decoded lines, also with the bytes in pieces of 7; and the container that took them. */
async function decode(text: string | Buffer): Promise<{ name: string | undefined; lines: readonly string[] }> {
  const bytes = Buffer.from(text);
  const whole = await collect([bytes]);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) => bytes.subarray(at * 7, at * 7 + 7));
  expect(await collect(pieces)).toBe(whole);
  return { name: containers.find((container) => container.matches(bytes))?.name, lines: whole.split('\n') };
}

async function collect(pieces: readonly Buffer[]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of unpacked(Readable.from(pieces), containers)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const filled = (lines: readonly string[]) => lines.filter((line) => line !== '');

describe('the journal as JSON', () => {
  const objects = [kernel, other];

  test('an object a line: line for line', async () => {
    const { name, lines } = await decode(`${objects.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
    expect([name, lines]).toEqual(['journal-json', [...LINES, '']]);
  });

  test('json-seq, json-sse, json-pretty, and an array of jq', async () => {
    const seq = objects.map((entry) => `\u001e${JSON.stringify(entry)}\n`).join('');
    const sse = objects.map((entry) => `data: ${JSON.stringify(entry)}\n\n`).join('');
    const pretty = objects
      .map((entry) => `${JSON.stringify(entry, undefined, '\t').replaceAll('": ', '" : ')}\n`)
      .join('');
    for (const text of [seq, sse, pretty, `${JSON.stringify(objects, undefined, 2)}\n`]) {
      const { name, lines } = await decode(text);
      expect([name, filled(lines)]).toEqual(['journal-json', LINES]);
      expect(lines.length).toBe(text.split('\n').length);
    }
  });

  test('a message stands at its own line', async () => {
    const text = JSON.stringify(kernel, undefined, 1);
    const { lines } = await decode(text);
    expect(lines.indexOf(LINES[0] ?? '')).toBe(text.split('\n').findIndex((line) => line.includes('MESSAGE')));
  });

  test('bytes, several values, no time, and no JSON', async () => {
    const bytes = { ...kernel, MESSAGE: [...Buffer.from(FAULT)] };
    const several = { ...kernel, MESSAGE: [FAULT, 'more'] };
    const text = [bytes, several, { _TRANSPORT: 'kernel', MESSAGE: FAULT }].map((entry) => JSON.stringify(entry));
    const { lines } = await decode(`${[...text, '{"MESSAGE":"DMAR: cut'].join('\n')}\n`);
    expect(lines).toEqual([LINES[0], LINES[0], FAULT, '{"MESSAGE":"DMAR: cut', '']);
  });
});

describe('other forms', () => {
  test('export, with a value that is no text', async () => {
    const entry = (fields: object) =>
      Object.entries(fields)
        .map(([name, value]) => `${name}=${value}\n`)
        .join('');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(other.MESSAGE)));
    const { MESSAGE, ...rest } = other;
    const text = Buffer.concat([
      Buffer.from(`${entry(kernel)}\n${entry(rest)}MESSAGE\n`),
      length,
      Buffer.from(`${MESSAGE}\n\n`),
    ]);
    const { name, lines } = await decode(text);
    expect([name, filled(lines)]).toEqual(['journal-export', LINES]);
    expect(lines.indexOf(LINES[0] ?? '')).toBe(7);
  });

  test('verbose', async () => {
    const text = [kernel, other]
      .map(({ MESSAGE, ...rest }) => {
        const fields = Object.entries({ ...rest, MESSAGE: MESSAGE.replace('\n', ' ') });
        return `Mon 2026-11-23 06:01:32.048251 UTC [s=8;i=1]\n${fields.map(([name, value]) => `    ${name}=${value}\n`).join('')}`;
      })
      .join('');
    const { name, lines } = await decode(text);
    // The date of an entry without the kernel's time stands in its first line only where no field has it.
    expect([name, filled(lines)]).toEqual(['journal-verbose', LINES]);
  });

  test('dmesg -J', async () => {
    const text = `{\n   "dmesg": [\n      {\n         "pri": 5,\n         "time":    15.643146,\n         "msg": ${JSON.stringify(FAULT)}\n      },{\n         "msg": "a \\"b\\""\n      }\n   ]\n}\n`;
    const { name, lines } = await decode(text);
    expect([name, filled(lines)]).toEqual(['dmesg-json', [LINES[0], 'a "b"']]);
    expect(lines.indexOf(LINES[0] ?? '')).toBe(5);
  });

  test('syslog messages without line ends', async () => {
    const messages = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (n) => `<3>2026-11-23T05:20:4${n}.000000+00:00 host kernel: <${n}> ${FAULT}`,
    );
    const { name, lines } = await decode(messages.join(''));
    expect([name, lines]).toEqual(['syslog-stream', [...messages, '']]);
  });

  test.each(['{"kind":"page-request","time":"1.5"}\n', '[   15.643146] {"MESSAGE":1}\n', `<3>[    1.0] ${FAULT}\n`])(
    'is none: %s',
    async (text) => {
      expect((await decode(text)).name).toBeUndefined();
    },
  );
});
