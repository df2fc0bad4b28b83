import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ROOT } from '../../readme-blocks.ts';
import { Pane, PROGRAM, SKIPPED } from './tmux.ts';

const CAPTURE = 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt';
const folder = mkdtempSync(join(tmpdir(), 'faultlog-journeys-'));
afterAll(() => rmSync(folder, { recursive: true }));

let pane: Pane;
afterEach(() => pane.close());

async function browse(file = CAPTURE, env: Readonly<Record<string, string>> = {}): Promise<void> {
  pane = new Pane({ columns: 80, rows: 24, env });
  pane.type(`node ${PROGRAM} browse ${file}\n`);
  await pane.waitFor(/warnings +!/);
}

describe.skipIf(SKIPPED !== '')(`what a person looks for${SKIPPED}`, () => {
  test('each view by its number, and back to the root', async () => {
    await browse();
    const titles = ['1 Overview', '2 Findings', '3 Groups', '4 Ladder', '5 Events', '6 Raw', '7 Latency', '8 Help'];
    for (const [index, title] of titles.entries()) {
      pane.press(String(index + 1));
      await pane.waitUntil((screen) => screen.startsWith(title), title);
    }
    for (const title of titles.toReversed().slice(1)) {
      pane.press('q');
      await pane.waitUntil((screen) => screen.startsWith(title), `back at ${title}`);
    }
    pane.press('q');
    await pane.waitFor(/\n\$$/);
  });

  test('a finding, its ladder, its raw line, and the same way back', async () => {
    await browse();
    pane.press('Down', 'Enter');
    await pane.waitFor(/> ✗ error {3}FL102 spurious-duplicate \(certain\)/);
    pane.press('l');
    const ladder = await pane.waitFor('4 Ladder  FL102 spurious-duplicate 0000:01:00.0 PASID 1 PRGI 2');
    expect(ladder).toMatch(/\n> ✗ 7 .*◀─+ PS1 G2 P1 \(I\) +; 35\n/);
    pane.press('Enter');
    const raw = await pane.waitFor(/\n> ✗ 35 .*15\.158514: qi_submit/);
    expect(raw).toContain('6 Raw  h02-answered-twice.txt line 35 of 78');
    pane.press('Escape');
    await pane.waitFor('4 Ladder');
    pane.press('Escape');
    await pane.waitFor('2 Findings  2 of 4');
    pane.press('Escape');
    await pane.waitFor('1 Overview');
  });

  test('search, next and previous match, and what is not there', async () => {
    await browse();
    pane.press('6');
    pane.type('/DETACH_pasid');
    await pane.waitFor('/DETACH_pasid');
    pane.press('Enter');
    await pane.waitFor('not found: DETACH_pasid');
    pane.type('/detach_pasid');
    pane.press('Enter');
    await pane.waitFor('line 54 of 78');
    pane.press('n');
    await pane.waitFor('line 66 of 78');
    pane.press('n');
    await pane.waitFor(/line 54 of 78[\s\S]*went on at the first row/);
    pane.press('N');
    await pane.waitFor('line 66 of 78');
  });

  test('a filter says how many rows it leaves, and where it is wrong', async () => {
    await browse();
    pane.press('5');
    pane.type('&pasid=2 kind=page-response');
    await pane.waitFor('&pasid=2 kind=page-response  3 rows');
    pane.press('Enter');
    await pane.waitFor('of 3, & pasid=2 kind=page-response');
    pane.type('&');
    pane.press('C-u');
    pane.type('pasid=2 laency>1ms');
    const wrong = await pane.waitFor('Did you mean latency?');
    const [pointer = '', typed = ''] = wrong.split('\n').slice(-2);
    expect(typed).toBe('&pasid=2 laency>1ms');
    expect(pointer.indexOf('vvvvvv')).toBe(typed.indexOf('laency'));
    pane.press('Enter');
    await pane.waitUntil((screen) => screen.includes('Did you mean latency?'), 'the line stays');
    pane.press('Escape');
    await pane.waitFor('? help');
    pane.type('&');
    pane.press('C-u', 'Enter');
    await pane.waitFor('of 53');
  });

  test('a line, a time, a mark, and what is saved', async () => {
    await browse();
    pane.press('5');
    pane.type(':goto 40\n');
    await pane.waitFor('5 Events  25 of 53');
    pane.type('ma:time 15.2\n');
    await pane.waitFor('5 Events  26 of 53');
    pane.type("'a");
    await pane.waitFor('5 Events  25 of 53');
    pane.press('2');
    await pane.waitFor('2 Findings');
    const saved = join(folder, 'report.md');
    pane.type(`:save ${saved}\n`);
    await pane.waitFor('saved ');
    const text = readFileSync(saved, 'utf8');
    expect(text).toMatch(
      /^## faultlog: Findings, 1 of 4 by severity\n\nh02-answered-twice\.txt\n\n```text\n {2}✗ error {3}FL102/,
    );
    expect(text.trimEnd().endsWith('```')).toBe(true);
    pane.type(':save /nowhere/report.md\n');
    await pane.waitFor('/nowhere/report.md: its folder does not exist. Make the folder first.');
  });
});

describe.skipIf(SKIPPED !== '')(`the configuration${SKIPPED}`, () => {
  test('judges what is browsed', async () => {
    const config = join(folder, 'config.json');
    const ignore = [{ rule: 'FL204', reason: 'two guests share the function' }];
    writeFileSync(config, JSON.stringify({ severity: { FL102: 'warning' }, ignore }));
    pane = new Pane({ columns: 80, rows: 24 });
    pane.type(`node ${PROGRAM} browse --config ${config} ${CAPTURE}\n`);
    const screen = await pane.waitFor(/warnings +!/);
    expect(screen).toContain('3 warnings, no error in 5 page-request groups');
    expect(screen).toContain('> ! warning FL102');
    expect(screen).toContain('ignored   1 finding (FL204 1) left out by the configuration');
    expect(screen).not.toContain('warning FL204');
  });
});

describe.skipIf(SKIPPED !== '')(`a file that changes while it is browsed${SKIPPED}`, () => {
  const file = join(folder, 'trace.txt');

  test.each([
    ['grows', 'has grown', () => writeFileSync(file, 'more\n', { flag: 'a' })],
    ['shrinks', 'is shorter than it was', () => truncateSync(file, 1000)],
    ['goes', 'was removed', () => rmSync(file)],
    [
      'is replaced',
      'was replaced',
      () => {
        copyFileSync(join(ROOT, CAPTURE), `${file}.new`);
        renameSync(`${file}.new`, file);
      },
    ],
  ])('%s: a message, and the UI stays', async (_, message, change) => {
    copyFileSync(join(ROOT, CAPTURE), file);
    await browse(file);
    pane.press('6');
    await pane.waitFor(/line 1 of 78[\s\S]*prilab-run/);
    change();
    await pane.waitFor(message);
    pane.press('j');
    await pane.waitFor('line 2 of 78');
    pane.press('2');
    await pane.waitFor('2 Findings');
  });
});

describe.skipIf(SKIPPED !== '')(`terminals of other kinds${SKIPPED}`, () => {
  test('16 colours; none with NO_COLOR, and nothing lost by it', async () => {
    await browse();
    expect(pane.styledScreen()).toMatch(/\x1b\[1m\x1b\[31m|\x1b\[31m|\x1b\[1;31m/);
    expect(pane.styledScreen()).not.toMatch(/\x1b\[[\d;]*38;/);
    const coloured = pane.screen();
    pane.close();
    await browse(CAPTURE, { NO_COLOR: '1' });
    expect(pane.screen()).toBe(coloured);
    expect(pane.styledScreen()).not.toMatch(/\x1b\[(?:\d+;)*[349][0-7](?:;\d+)*m/);
  });

  test('a locale without UTF-8: ASCII alone', async () => {
    pane = new Pane({ columns: 80, rows: 24, env: { LC_ALL: 'POSIX' } });
    pane.type(`node ${PROGRAM} browse ${CAPTURE}\n`);
    const screen = await pane.waitFor(/warnings +!/);
    expect(screen).toMatch(/^[\n\x20-\x7e]*$/);
    expect(screen).toContain('v complete');
    expect(screen).toContain('> x error   FL102');
    pane.press('l');
    const ladder = await pane.waitFor('4 Ladder');
    expect(ladder).toMatch(/^[\n\x20-\x7e]*$/);
    expect(ladder).toMatch(/<-+ PS1 G1 P1/);
  });

  test('a screen reader: lines of text, no drawing', async () => {
    pane = new Pane({ columns: 80, rows: 24, env: { INK_SCREEN_READER: 'true' } });
    pane.type(`node ${PROGRAM} browse ${CAPTURE}\n`);
    await pane.waitFor('3 errors, 1 warning in 5 page-request groups');
    expect(pane.flag('alternate_on')).toBe('0');
    pane.press('2', 'j');
    const screen = await pane.waitFor('row 2 of 4');
    expect(screen.replaceAll('\n', ' ')).toContain(
      'error FL102 spurious-duplicate (certain): Second response invalid request for PRGI 2',
    );
    expect(screen).not.toMatch(/[─│▁-█]/);
    pane.press('Q');
    await pane.waitFor(/\$$/);
  });

  test('from a pipe: keys come from the terminal', async () => {
    pane = new Pane({ columns: 80, rows: 24 });
    pane.type(`cat ${CAPTURE} | node ${PROGRAM} browse -\n`);
    await pane.waitFor('✓ complete');
    pane.press('6');
    await pane.waitFor('<stdin> line 1 of 78');
    pane.press('G');
    await pane.waitFor(/queue_remove_device/);
    pane.press('Q');
    await pane.waitFor(/\n\$$/);
  });
});
