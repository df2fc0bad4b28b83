import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyDecoder, type TerminalInput } from '../../../src/ui/input/decode-keys.ts';

function keysOf(...chunks: readonly string[]): readonly (string | TerminalInput)[] {
  const decoder = new KeyDecoder();
  const inputs = [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.flush()];
  return inputs.map((input) => (input.kind === 'key' ? input.key : input));
}

describe('keys of a terminal', () => {
  test.each([
    ['j', ['j']],
    ['jk', ['j', 'k']],
    ['\r', ['enter']],
    ['\n', ['enter']],
    ['\t', ['tab']],
    ['\x7f', ['backspace']],
    [' ', ['space']],
    ['\x04', ['ctrl-d']],
    ['\x1a', ['ctrl-z']],
    ['\x1b', ['esc']],
    ['\x1b[A', ['up']],
    ['\x1bOB', ['down']],
    ['\x1b[1;2C', ['right']],
    ['\x1b[5~', ['pageup']],
    ['\x1b[Z', ['shift-tab']],
    ['\x1bOP', ['f1']],
    ['\x1b[11~', ['f1']],
    ['\x1b[[B', ['f2']],
    ['\x1b[12~', ['f2']],
    ['\x1bx', ['alt-x']],
    ['\x1b\x1b[A', ['esc', 'up']],
    ['é日', ['é', '日']],
    // What no key is bound to, and what a terminal answers, is not taken for letters.
    ['\x1b[20~q', ['q']],
    ['\x1b[?62;4cq', ['q']],
    ['\x1b]11;rgb:0000/0000/0000\x07q', ['q']],
    ['\x1bP1$r0m\x1b\\q', ['q']],
  ])('%j', (chunk, keys) => {
    expect(keysOf(chunk)).toEqual(keys);
  });

  test('a paste is one, whatever is in it', () => {
    expect(keysOf('a\x1b[200~q\x1b[A\nx\x1b[201~b')).toEqual(['a', { kind: 'paste', text: 'q\x1b[A\nx' }, 'b']);
  });

  test('mouse: wheel and left button; a release is nothing', () => {
    expect(keysOf('\x1b[<64;3;4M\x1b[<65;3;4M\x1b[<0;10;5M\x1b[<0;10;5m')).toEqual([
      { kind: 'mouse', action: 'wheel-up', column: 2, row: 3 },
      { kind: 'mouse', action: 'wheel-down', column: 2, row: 3 },
      { kind: 'mouse', action: 'press', column: 9, row: 4 },
    ]);
  });

  const pieces = fc.constantFrom(
    'j',
    '\r',
    '\x1b[A',
    '\x1bOP',
    '\x1b[5~',
    '\x1b[<64;3;4M',
    '\x1b[200~x\x1b[201~',
    '日',
    '\x1b]0;t\x07',
  );

  test('the cuts between chunks do not matter', () => {
    fc.assert(
      fc.property(fc.array(pieces), fc.array(fc.nat(40)), (parts, cuts) => {
        const whole = parts.join('');
        const chunks: string[] = [];
        let rest = whole;
        for (const cut of cuts) {
          chunks.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        expect(keysOf(...chunks, rest)).toEqual(keysOf(whole));
      }),
      { seed: 3301, numRuns: 500 },
    );
  });

  test('any input is taken in bounded memory and without an error', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (chunks) => {
        for (const key of keysOf(...chunks)) expect(key).toBeDefined();
      }),
      { seed: 3302 },
    );
    const decoder = new KeyDecoder();
    for (let index = 0; index < 100; index += 1) decoder.push(`\x1b[200~${'x'.repeat(10_000)}`);
    expect(decoder.push('\x1b[201~').length).toBeLessThanOrEqual(1);
  });
});
