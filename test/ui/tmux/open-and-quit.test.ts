import { afterEach, describe, expect, test } from 'vitest';
import { Pane, PROGRAM, SKIPPED } from './tmux.ts';

const CAPTURE = 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt';

let pane: Pane | undefined;
afterEach(() => {
  pane?.close();
  pane = undefined;
});

describe.skipIf(SKIPPED !== '')(`in a terminal${SKIPPED}`, () => {
  test('browse opens on the overview, q leaves the terminal as it was', async () => {
    pane = new Pane({ columns: 80, rows: 24 });
    pane.type(`node ${PROGRAM} browse ${CAPTURE}\n`);
    const screen = await pane.waitFor('✓ complete');
    expect(screen).toContain('1 Overview');
    expect(screen).toContain('3 errors, 1 warning in 5 page-request groups');
    expect(pane.flag('alternate_on')).toBe('1');
    expect(pane.flag('cursor_flag')).toBe('0');
    pane.press('q');
    await pane.waitFor(/\n\$$/);
    expect(pane.flag('alternate_on')).toBe('0');
    expect(pane.flag('cursor_flag')).toBe('1');
    pane.type('echo code $?; stty -a\n');
    const after = await pane.waitFor(/iexten/);
    expect(after).toContain('code 0\n');
    expect(after).toMatch(/ icanon .* echo /);
  });

  test('a file alone is browsed', async () => {
    pane = new Pane({ columns: 80, rows: 24 });
    pane.type(`node ${PROGRAM} ${CAPTURE}\n`);
    await pane.waitFor('✓ complete');
    pane.press('Q');
    await pane.waitFor(/\n\$$/);
  });

  test('without a terminal: the report of check, and a hint', async () => {
    pane = new Pane({ columns: 100, rows: 40 });
    pane.type(`node ${PROGRAM} browse ${CAPTURE} 2>&1 | head -5\n`);
    const screen = await pane.waitFor('page-request groups');
    expect(screen).toContain('browse needs a terminal to draw on and to read keys from: this is the report of check');
    expect(screen).toContain('3 errors, 1 warning in 5 page-request groups');
  });
});
