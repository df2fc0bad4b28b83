import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hexDigits,
  newWord64,
  pageDigits,
  readDecimal,
  readHex,
  readInteger,
  signed,
  unsigned,
} from '../../../parsers/decode/word64.ts';

const word = newWord64();
const any64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const RUNS = { seed: 20_261_123, numRuns: 1_000 };

const currentValue = () => (BigInt(word.hi) << 32n) | BigInt(word.lo);

describe('words of 64 bits', () => {
  it('reads what bigint prints, in both radices', () => {
    fc.assert(
      fc.property(any64, (value) => {
        const hex = value.toString(16);
        expect([readHex(`${hex} `, 0, word), currentValue()]).toEqual([hex.length, value]);
        expect([readInteger(`0x${hex}`, 0, word), currentValue()]).toEqual([hex.length + 2, value]);
        expect([readDecimal(`${value}`, 0, word), currentValue()]).toEqual([`${value}`.length, value]);
        expect(hexDigits(word)).toBe(hex);
        expect(pageDigits(word)).toBe((value >> 12n).toString(16));
      }),
      RUNS,
    );
  });

  it('reads negative numbers as two’s complement', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: -1n }), (value) => {
        readDecimal(`${value}`, 0, word);
        expect(currentValue()).toBe(BigInt.asUintN(64, value));
      }),
      RUNS,
    );
  });

  it.each([
    ['', readHex],
    ['g', readHex],
    ['10000000000000000', readHex],
    ['18446744073709551616', readDecimal],
    ['-', readDecimal],
    ['x', readDecimal],
    ['0x', readInteger],
  ])('refuses %j', (text, read) => {
    expect(read(text, 0, word)).toBe(-1);
  });

  it('takes leading zeros for nothing', () => {
    expect(readHex('00000000000000000001', 0, word)).toBe(20);
    expect(unsigned(word)).toBe(1);
  });

  it.each([
    ['-22', -22],
    ['4294967274', -22],
    ['0xffffffea', -22],
    ['0xffffffffffffffea', -22],
    ['0', 0],
    ['160', 160],
  ])('reads the return value %s', (text, value) => {
    readInteger(text, 0, word);
    expect(signed(word)).toBe(value);
  });
});
