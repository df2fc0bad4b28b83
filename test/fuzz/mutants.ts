import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { registry } from '../../parsers/registry.ts';

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));
/** Small: many inputs find more than long ones. */
const SEED_BYTES = 1200;
const TEXTS = new Set(['.txt', '.log', '.ladder', '.json']);

/** Bytes of fixtures, of samples and of containers' beginnings: what a parser may take for its own. */
function seeds(): readonly Buffer[] {
  const files = readdirSync(fixtures, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (TEXTS.has(extname(entry.name)) || entry.name.endsWith('.dat')))
    .flatMap((entry) => windowsOf(readFileSync(`${entry.parentPath}/${entry.name}`)));
  const samples = [...registry.framings, ...(registry.wrappings ?? [])].map(({ samples: lines }) => lines.join('\n'));
  const messages = registry.dialects.map((dialect) => dialect.samples.map(({ line }) => line).join('\n'));
  return [...files, ...[...samples, ...messages, ...JOURNALS].map((text) => Buffer.from(text))];
}

/** The beginning, and lines from the middle. */
function windowsOf(bytes: Buffer): readonly Buffer[] {
  const middle = bytes.indexOf('\n', bytes.length / 2) + 1;
  const beginning = bytes.subarray(0, SEED_BYTES);
  return middle <= SEED_BYTES ? [beginning] : [beginning, bytes.subarray(middle, middle + SEED_BYTES)];
}

const JOURNALS = [
  '{"__CURSOR":"s=1","_TRANSPORT":"kernel","_SOURCE_MONOTONIC_TIMESTAMP":"15643146","MESSAGE":"DMAR: x"}\n',
  '{\n\t"__CURSOR" : "s=1",\n\t"MESSAGE" : [68,77,65,82]\n}\n',
  '__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795413692048251\nMESSAGE\n\x04\0\0\0\0\0\0\0DMAR\n\n',
  '{\n   "dmesg": [\n      {\n         "time": 1.5,\n         "msg": "DMAR: x"\n      }\n   ]\n}\n',
  'Mon 2026-11-23 06:01:32.048251 UTC [s=8;i=1]\n    MESSAGE=DMAR: x\n',
];

type Mutation = (bytes: Buffer, at: number, length: number, other: Buffer, byte: number) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (bytes) => bytes,
  (bytes, at, length) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
  (bytes, at, length) => Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]),
  (bytes, at, length, other) => Buffer.concat([bytes.subarray(0, at), other.subarray(0, length), bytes.subarray(at)]),
  (bytes, at, length, other) => Buffer.concat([bytes.subarray(0, at), other.subarray(length)]),
  (bytes, at, length, _, byte) => Buffer.from(bytes).fill(byte, at, Math.min(bytes.length, at + (length % 9))),
  (bytes, at, _, __, byte) => Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)]),
  (bytes) => Buffer.from(bytes.toString('latin1').split('\n').reverse().join('\n'), 'latin1'),
  (bytes, at) => Buffer.from(bytes.toString('latin1').replaceAll('\n', at % 2 === 0 ? '\r\n' : ' '), 'latin1'),
  (bytes, _, length) =>
    Buffer.from(bytes.toString('latin1').replaceAll(/[0-9]+/g, '9'.repeat((length % 40) + 1)), 'latin1'),
  (bytes, at) =>
    Buffer.from(
      bytes.toString('latin1').replaceAll(/ /g, (blank, place: number) => (place === at ? '\n' : blank)),
      'latin1',
    ),
];

/** Fixtures with one to three mutations, sometimes packed (and then cut), and bytes behind the beginning of a container. */
export function mutants(): fc.Arbitrary<Buffer> {
  const known = seeds();
  const seed = fc.constantFrom(...known);
  const step = fc.record({
    mutation: fc.constantFrom(...MUTATIONS),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 400 }),
    other: seed,
    byte: fc.integer({ min: 0, max: 255 }),
  });
  const mutated = fc
    .tuple(seed, fc.array(step, { minLength: 1, maxLength: 3 }))
    .map(([start, steps]) =>
      steps.reduce<Buffer>(
        (bytes, { mutation, at, length, other, byte }) =>
          mutation(bytes, Math.floor(at * bytes.length), length, other, byte),
        start,
      ),
    );
  const packed = fc.tuple(mutated, fc.double({ min: 0.3, max: 1, noNaN: true })).map(([bytes, share]) => {
    const whole = gzipSync(bytes);
    return whole.subarray(0, Math.ceil(whole.length * share));
  });
  const noise = fc
    .tuple(seed, fc.integer({ min: 0, max: 64 }), fc.uint8Array({ maxLength: 2000 }))
    .map(([start, length, bytes]) => Buffer.concat([start.subarray(0, length), bytes]));
  return fc.oneof({ arbitrary: mutated, weight: 8 }, { arbitrary: noise, weight: 3 }, { arbitrary: packed, weight: 1 });
}
