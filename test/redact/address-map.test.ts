import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressMap } from '../../src/redact/address-map.ts';

const SECRET = '5eed'.repeat(16);
const map = new AddressMap(SECRET);
const address = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.bigInt({ min: 0n, max: 1n << 23n }),
  fc.bigInt({ min: 0n, max: 1n << 32n }),
  fc.bigInt({ min: 1n << 46n, max: 1n << 48n }),
  fc.bigInt({ min: (1n << 64n) - (1n << 47n), max: (1n << 64n) - 1n }),
);
const runs = { seed: 20_261_128, numRuns: 2000 };

describe('the map of addresses', () => {
  test('can be undone', () => {
    fc.assert(
      fc.property(address, (value) => map.unmap(map.map(value)) === value && map.map(map.unmap(value)) === value),
      runs,
    );
  });

  test('keeps the place inside 2 MiB and the magnitude, and nothing else of an address', () => {
    const classOf = (value: bigint): number => [32n, 47n, 48n, 52n, 57n].findIndex((bits) => value < 1n << bits);
    fc.assert(
      fc.property(address, (value) => {
        const image = map.map(value);
        return (image & 0x1fffffn) === (value & 0x1fffffn) && classOf(image) === classOf(value);
      }),
      runs,
    );
    const images = [0x101000n, 0x7f2b3c4d5000n, 0xffff888012345000n].map((value) => [value, map.map(value)]);
    for (const [value, image] of images) expect(image).not.toBe(value);
  });

  test('keeps neighbours neighbours, and the flags of a descriptor word below its address', () => {
    fc.assert(
      fc.property(address, fc.bigInt({ min: 0n, max: 0xfffn }), (value, flags) => {
        const page = (value >> 12n) << 12n;
        return page < 0x1000n || map.map(page | flags) === (map.map(page) | flags);
      }),
      runs,
    );
    const start = 0x7f2b3c400000n;
    for (let page = 1n; page < 512n; page += 1n) {
      expect(map.map(start + page * 0x1000n) - map.map(start)).toBe(page * 0x1000n);
    }
  });

  test('leaves what is no address', () => {
    for (const value of [
      0n,
      1n,
      0x18n,
      0xfffn,
      0x7ffffffffffff000n,
      0x7ffffffffffff801n,
      (1n << 64n) - 1n,
      1n << 64n,
    ]) {
      expect(map.map(value)).toBe(value);
    }
  });

  test('no address of 32 bits comes from two, none into the first page', () => {
    const images = new Set<bigint>();
    for (let region = 0n; region < 1n << 11n; region += 1n) {
      const value = (region << 21n) + (region === 0n ? 0x1000n : 0n);
      const image = map.map(value);
      expect(image).toBeGreaterThanOrEqual(0x1000n);
      images.add(image);
    }
    expect(images.size).toBe(1 << 11);
  });

  test('is another one for another secret, for every secret one that moves the first region', () => {
    for (let number = 0; number < 200; number += 1) {
      const other = new AddressMap(number.toString(16).padStart(64, '0'));
      expect(other.map(0x101000n)).not.toBe(0x101000n);
    }
    expect(new AddressMap('0'.repeat(64)).map(0x7f2b3c4d5000n)).not.toBe(map.map(0x7f2b3c4d5000n));
    expect(new AddressMap(SECRET).map(0x7f2b3c4d5000n)).toBe(map.map(0x7f2b3c4d5000n));
  });
});
