import { describe, expect, it } from 'vitest';
import { answer, attached, drain, REPORTER, request, submitted, verdicts } from './trace-lines.ts';

const BEFORE = [request(9, { prgi: 5 }), submitted(9.0005, { prgi: 5 }), answer(9.001, { prgi: 5 })];
const AFTER = [request(30, { prgi: 5 }), submitted(30.0005, { prgi: 5 }), answer(30.001, { prgi: 5 })];

describe('an answer whose key was answered, with the PRGI in flight under another PASID', () => {
  const first = [attached(8), request(9, { prgi: 5 }), answer(9.001, { prgi: 5 })];
  const stray = [request(10.02, { pasid: 2 }), answer(10.03), answer(10.04, { pasid: 2 })];
  const last = [request(30, { prgi: 5 }), answer(30.001, { prgi: 5 })];

  it('is a second one if the host had answered before a handler had the group', async () => {
    const refused = [answer(10, { by: REPORTER, code: 2 }), request(10.001)];
    expect(await verdicts([...first, ...refused, ...stray, ...last])).toEqual(['FL102 certain 1/1']);
  });

  it('is of the wrong PASID if its handler still owed one', async () => {
    const closed = [request(10), drain(10.01), answer(10.0101, { code: 1 })];
    expect(await verdicts([...first, ...closed, ...stray, ...last])).toEqual(['FL104 certain 1/1']);
  });
});

/** The line at the core names no device (semantics §1). */
describe('a submitted answer that goes no further', () => {
  const open = [request(10), submitted(10.1), request(12, { prgi: 7 }), submitted(12.1, { prgi: 7 })];
  const rest = [answer(12.2, { prgi: 7 }), ...AFTER];

  it('is lost for the one device that uses its key', async () => {
    expect(await verdicts([...BEFORE, ...open, ...rest])).toContain('FL302 certain 1/1');
  });

  it('is a second one of the group before if the host answers itself what was open', async () => {
    const answered = [request(9.5), submitted(9.55), answer(9.551)];
    const lines = [...BEFORE, ...answered, request(10), submitted(10.1), drain(10.2), answer(10.201, { code: 1 })];
    expect(await verdicts(lines)).toEqual(['FL501 certain 1/1 warning', 'FL102 likely 1/1 warning']);
  });

  it('may be another device’s, if that one has used the key too', async () => {
    const other = [request(9.5, { bus: 2 }), submitted(9.6), answer(9.601, { bus: 2 })];
    const said = await verdicts([...BEFORE, ...other, ...open, ...rest]);
    expect(said.filter((each) => each.startsWith('FL30'))).toEqual(['FL301 certain 1/1', 'FL302 possible 1/1']);
  });
});
