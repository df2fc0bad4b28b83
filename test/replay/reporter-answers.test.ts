import { describe, expect, it } from 'vitest';
import { answer, attached, drain, notes, REPORTER, reported, request, verdicts } from './trace-lines.ts';

/** The device has sent requests before; nothing says that the capture begins with the first of all. */
const BEFORE = [request(9, { prgi: 5 }), answer(9.001, { prgi: 5 })];
const AFTER = [request(20, { prgi: 5 }), answer(20.001, { prgi: 5 })];
const BY_REPORTER = { by: REPORTER };
const REFUSAL = { by: REPORTER, code: 1 };

/** Semantics §3.1, §5: what the task that hands on the requests answers itself. */
describe('a second answer of the reporting task', () => {
  it.each([
    ['after another task’s', [request(10), answer(10.1), answer(10.2, BY_REPORTER)]],
    ['after its own, which was traced early', [answer(10, BY_REPORTER), request(10.1), answer(10.2, BY_REPORTER)]],
    ['traced early like the first', [answer(10, BY_REPORTER), answer(10.01, BY_REPORTER), request(10.1)]],
    [
      'after the request was handed on',
      [reported(9.9), answer(10, BY_REPORTER), answer(10.01, BY_REPORTER), request(10.1)],
    ],
    ['with a refusal’s code', [answer(10, BY_REPORTER), answer(10.01, REFUSAL), request(10.1)]],
    [
      'while members of the group wait',
      [request(9.9, { last: false }), answer(10, BY_REPORTER), answer(10.01, BY_REPORTER), request(10.1)],
    ],
  ])('%s is one too many', async (_, lines) => {
    expect(await verdicts([...BEFORE, ...lines, ...AFTER])).toEqual(['FL102 certain 1/1']);
  });

  it('is one too many at the end of the capture', async () => {
    const twice = [answer(10.1, BY_REPORTER), answer(10.2, BY_REPORTER)];
    expect(await verdicts([...BEFORE, request(10), ...twice])).toEqual(['FL102 certain 1/1']);
    expect(await verdicts([request(10), ...twice])).toEqual(['FL102 certain 1/1']);
  });

  it('is no second one if the first refused a request that is not traced', async () => {
    const lines = [...BEFORE, answer(10, REFUSAL), answer(10.01, BY_REPORTER), request(10.1), ...AFTER];
    expect(await verdicts(lines)).toEqual([]);
    expect(await notes(lines)).toEqual(['FL107 likely 1/1']);
  });
});

describe('an answer that waits when the reporting task refuses a request', () => {
  const answered = [request(10), answer(10.05)];
  const refused = [answer(10.25, REFUSAL), request(10.26)];

  it('is a second one, not the refused request’s', async () => {
    const lines = [...BEFORE, ...answered, answer(10.2), ...refused, ...AFTER];
    expect(await verdicts(lines)).toEqual(['FL102 certain 1/1']);
    expect(await notes(lines)).toEqual(['FL107 certain 1/1']);
  });

  it('is late where the host had closed its group', async () => {
    const lines = [
      ...BEFORE,
      request(10),
      drain(10.05),
      answer(10.051, { code: 2 }),
      answer(10.2),
      ...refused,
      ...AFTER,
    ];
    expect(await verdicts(lines)).toEqual(['FL103 certain 1/1']);
  });

  it('is not for what that task hands on next', async () => {
    const lines = [
      attached(8.9),
      ...BEFORE,
      answer(10.2),
      answer(10.25, { ...REFUSAL, prgi: 7 }),
      request(10.26),
      answer(10.27),
      ...AFTER,
    ];
    expect(await verdicts(lines)).toEqual(['FL101 certain 1/1']);
  });
});
