import { describe, expect, it } from 'vitest';
import { answer, request, verdicts } from './trace-lines.ts';

/** Linux 5.14 hands stop markers on, traces and numbers them (log-formats D.2). */
describe('a stop marker that is traced', () => {
  const marker = request(10).replace('rw--l', '----l');
  const around = (...lines: readonly string[]): string[] => [
    request(9),
    answer(9.001),
    ...lines,
    request(12),
    answer(12.1),
  ];

  it('has its number, so that none is missing', async () => {
    expect(await verdicts(around(marker))).toEqual([]);
  });

  it('is owed no answer', async () => {
    expect(await verdicts(around(marker, answer(10.1)))).toEqual(['FL106 certain 1/1 warning']);
  });

  it('closes nothing of its key', async () => {
    expect(await verdicts(around(request(9.9, { last: false }), marker, request(10.1), answer(10.15)))).toEqual([]);
  });
});
