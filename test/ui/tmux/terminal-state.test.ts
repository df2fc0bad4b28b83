import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { Pane, PROGRAM, SKIPPED } from './tmux.ts';

const CAPTURE = 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt';
const PROMPT = /(^|\n)\$$/;

let pane: Pane;
afterEach(() => pane.close());

async function browse(columns = 80, rows = 24): Promise<void> {
  pane = new Pane({ columns, rows });
  pane.type(`echo before; node ${PROGRAM} browse ${CAPTURE}\n`);
  await pane.waitFor(/warnings +!/);
}

/** Process id of the program that the shell runs. */
function browserOf(shell: number): number {
  const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ');
  return Number(children[0]);
}

/** What `stty` and the terminal say when a program has left it as it should be. */
async function assertSane(): Promise<void> {
  await pane.waitFor(PROMPT);
  expect(pane.flag('alternate_on')).toBe('0');
  await assertUsable();
}

async function assertUsable(): Promise<void> {
  expect(pane.flag('cursor_flag')).toBe('1');
  expect(pane.flag('mouse_any_flag')).toBe('0');
  pane.type('stty -a\n');
  const settings = await pane.waitFor(/iexten/);
  expect(settings).toMatch(/ icanon .* echo /);
  expect(settings).toMatch(/\bisig /);
}

describe.skipIf(SKIPPED !== '')(`the terminal is left as it was${SKIPPED}`, () => {
  test('after suspending, and comes back with fg', async () => {
    await browse();
    pane.press('F2', '2');
    await pane.waitFor('2 Findings');
    pane.press('C-z');
    await pane.waitFor(/Stopped/);
    await assertSane();
    pane.type('clear; fg\n');
    await pane.waitFor('2 Findings');
    expect(pane.flag('alternate_on')).toBe('1');
    pane.press('j');
    await pane.waitFor('2 of 4');
    pane.press('Q');
    await assertSane();
  });

  test('after kill -TSTP from outside, and kill -CONT', async () => {
    await browse();
    const browser = browserOf(pane.shell);
    process.kill(browser, 'SIGTSTP');
    await pane.waitFor(/Stopped/);
    await assertSane();
    pane.type('fg\n');
    await pane.waitFor('1 Overview');
    pane.press('Q');
    await assertSane();
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('after %s', async (signal) => {
    await browse();
    pane.press('F2');
    await pane.waitFor('mouse on');
    expect(pane.flag('mouse_any_flag')).toBe('1');
    process.kill(browserOf(pane.shell), signal);
    await pane.waitFor(PROMPT);
    pane.type('echo code $?\n');
    await pane.waitFor('code 130');
    await assertSane();
    expect(pane.screen()).toContain('before');
  });

  test('after an error that nobody expected, which is told', async () => {
    pane = new Pane({ columns: 100, rows: 40 });
    pane.type(`node --import ./test/ui/tmux/throw-later.ts ${PROGRAM} browse ${CAPTURE}\n`);
    await pane.waitFor('✓ complete');
    pane.press('j');
    const screen = await pane.waitFor('internal error');
    expect(screen).toContain('Error: thrown by a test');
    expect(screen).toContain('faultlog 0.1.0');
    pane.type('echo code $?\n');
    await pane.waitFor('code 2');
    await assertSane();
  });

  test('after kill -9, by reset', async () => {
    await browse();
    pane.press('F2');
    await pane.waitFor('mouse on');
    process.kill(browserOf(pane.shell), 'SIGKILL');
    await pane.waitFor('Killed');
    // Nobody could restore it; what is typed may not even be seen.
    pane.type("\nreset; echo 'reset is 'done\n");
    // The prompt alone may be the one that stood there before.
    await pane.waitFor('reset is done');
    await pane.waitFor(PROMPT);
    // A reset makes terminals leave the alternate screen; tmux alone keeps it, blank, for any program that was killed.
    await assertUsable();
  });
});

describe.skipIf(SKIPPED !== '')(`what a person does with a terminal${SKIPPED}`, () => {
  test('from 200×50 to 80×24, to 30×8 and back', async () => {
    await browse(200, 50);
    pane.press('2');
    const wide = await pane.waitFor(' │ ');
    expect(Math.max(...wide.split('\n').map((line) => [...line].length))).toBeGreaterThan(100);
    pane.resize(80, 24);
    const small = await pane.waitFor('── detail');
    expect(small.split('\n')).toHaveLength(24);
    expect(small).not.toContain(' │ ');
    pane.resize(30, 8);
    await pane.waitFor('needs 40×10, is 30×8; q quits');
    pane.resize(200, 50);
    expect(await pane.waitFor(' │ ')).toBe(wide);
  });

  test('Ctrl-L draws again what something else wrote over', async () => {
    await browse();
    const before = pane.screen();
    const device = pane.flag('pane_tty');
    spawnSync('sh', ['-c', `printf '\\033[3;3Hgarbage' >${device}`]);
    await pane.waitFor('garbage');
    pane.press('C-l');
    await pane.waitUntil((screen) => screen === before, 'the screen as it was');
  });

  test('the wheel and a click, when the mouse is on', async () => {
    await browse();
    pane.press('2', 'F2');
    await pane.waitFor('mouse on');
    // What a terminal sends: wheel down; a press on the fourth row.
    pane.type('\x1b[<65;5;5M');
    await pane.waitFor('4 of 4');
    pane.type('\x1b[<0;5;3M');
    await pane.waitFor('2 of 4');
    pane.press('F2');
    await pane.waitFor('mouse off');
    expect(pane.flag('mouse_any_flag')).toBe('0');
  });
});
