import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readLadder } from '../../parsers/containers/ladder.ts';
import { run } from '../../src/cli/run.ts';
import { ROOT } from '../readme-blocks.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-ladder-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FIXTURES = join(ROOT, 'fixtures');
const TWICE = join(FIXTURES, 'pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');
const ORDERLY = join(FIXTURES, 'pri/pri-intel-sva-7.2.13/a01-normal-groups.txt');
const CROSSED = join(FIXTURES, 'ladder/6.2-crossed-in-flight.ladder');

async function faultlog(args: readonly string[], input?: string) {
  const session = sampleSession({ args, cwd: folder, ...(input !== undefined && { input }) });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}

/** The rows of a drawing, their columns one blank apart. */
const rowsOf = (drawing: string): string[] =>
  drawing.split('\n').flatMap((line) => (/^\s*\d/.test(line) ? [line.trim().replaceAll(/\s+/g, ' ')] : []));

describe('ladder', () => {
  test('a finding: its lines, other hops of the same messages, epochs of the PASID', async () => {
    const { code, printed, complained } = await faultlog(['ladder', '--finding', '1', '--lines', TWICE]);
    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(printed.split('\n')[0]).toBe(
      '# finding 1: error FL102 spurious-duplicate (certain): 0000:01:00.0 PASID 1 PRGI 1',
    );
    expect(rowsOf(printed).slice(0, 8)).toEqual([
      '1 bind P1 ; 13',
      '2 PR1 G1 P1 --------------------> PR1 G1 ; 15',
      '3 PR1 G1 P1 ------------> ; 17',
      '4 <----------------------------- PS1 G1 P1 ; 24',
      '5 <------------------ PS1 G1 P1 ; 26',
      '6 <----------------------------- PS1 G1 P1 ; 27',
      '7 <------------------ PS1 G1 P1 ; 29',
      '8 unbind P1 ; 54',
    ]);
  });

  test('a filter: all events of a range by it are those of the range, and verdicts choose among them', async () => {
    const range = await faultlog(['ladder', '--pasid', '1', '--lines', TWICE]);
    expect(await faultlog(['ladder', '--where', 'pasid=1', '--lines', TWICE])).toEqual(range);
    expect(await faultlog(['ladder', '--where', 'line>0', '--pasid', '1', '--lines', TWICE])).toEqual(range);
    const { printed } = await faultlog(['ladder', '--where', 'id=FL102 instance=1', '--lines', TWICE]);
    const events = await faultlog(['events', '--format', 'jsonl', '--where', 'id=FL102 instance=1', TWICE]);
    const drawn = rowsOf(printed).map((row) => Number(row.split('; ')[1]));
    const listed = events.printed
      .trimEnd()
      .split('\n')
      .map((line) => Number(JSON.parse(line).line));
    expect(listed.filter((line) => drawn.includes(line))).toEqual(drawn);
    expect(drawn).toContain(24);
    expect(drawn).not.toContain(45);
    expect((await faultlog(['ladder', '--where', 'prgi=500', TWICE])).complained).toContain(
      'there is no event to draw that passes the filter',
    );
  });

  test('one instance of a group has the number that the replay gave it, on every hop', async () => {
    const { printed } = await faultlog(['ladder', '--group', '01:00.0/1/3#2', '--lines', TWICE]);
    const requests = rowsOf(printed).filter((row) => row.includes('; 45') || row.includes('; 47'));
    expect(requests).toEqual([
      expect.stringMatching(/^\d+ PR2 G3 P1 -+> PR2 G3 ; 45$/),
      expect.stringMatching(/^\d+ PR2 G3 P1 -+> ; 47$/),
    ]);
    expect(rowsOf(printed).filter((row) => row.includes('PS2'))).toHaveLength(4);
  });

  test('what is drawn is an input: the same messages, the same findings', async () => {
    const { printed } = await faultlog(['ladder', '--times', 'absolute', CROSSED]);
    const original = readLadder(readFileSync(CROSSED, 'utf8'));
    const again = readLadder(printed);
    expect(again.problem).toBeUndefined();
    const shape = (reading: typeof original) =>
      reading.events.map(({ kind, lane, point, instanceLabel, prgi }) => [kind, lane, point, instanceLabel, prgi]);
    expect(shape(again)).toEqual(shape(original));
    writeFileSync(join(folder, 'again.ladder'), (await faultlog(['ladder', TWICE])).printed);
    expect(await faultlog(['check', '-f', 'concise', '--exit-zero', 'again.ladder'])).toMatchObject({
      code: 0,
      complained: '',
      printed: expect.stringMatching(/^again\.ladder:\d+:1: error FL102 /),
    });
  });

  test('standard input is drawn like the file', async () => {
    const file = await faultlog(['ladder', '--finding', '2', TWICE]);
    const piped = await faultlog(['ladder', '--finding', '2', '-'], readFileSync(TWICE, 'utf8'));
    expect(piped).toEqual(file);
  });

  test('ranges, widths, times and characters', async () => {
    const range = await faultlog(['ladder', '--pasid', '2', '--from', '15.08', '--to', '15.09', TWICE]);
    expect(rowsOf(range.printed)).toEqual([
      expect.stringMatching(/^1 PR1 G1 P2 -+> PR1 G1$/),
      expect.stringMatching(/^2 PR1 G1 P2 -+>$/),
    ]);
    const narrow = await faultlog(['ladder', '--width', '60', '--lines', '--times', 'delta', CROSSED]);
    expect(Math.max(...narrow.printed.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
    const boxes = await faultlog(['ladder', '--unicode', CROSSED]);
    expect(boxes.printed).toContain('╲');
    expect((await faultlog(['ladder', '--ascii', CROSSED])).printed).not.toMatch(/[^\n -~]/);
  });

  test('a long capture: the first few hundred events, and how many are left out', async () => {
    const head = readFileSync(TWICE, 'utf8').split('\n').slice(0, 12).join('\n');
    const lines = Array.from({ length: 1000 }, (_, at) => {
      const time = `16.${String(at).padStart(6, '0')}`;
      return `    irq/24-dmar0-pr-53      [000] .....    ${time}: prq_report: dmar0/0000:01:00.0 seq# ${at}: rid=0x100 addr=0x100 rw--l pasid=0x1 index=0x${(at % 512).toString(16)}`;
    });
    const { code, printed } = await faultlog(['ladder', '-'], `${head}\n${lines.join('\n')}\n`);
    expect(code).toBe(0);
    expect(rowsOf(printed)).toHaveLength(600);
    expect(printed).toMatch(/\n# 400 events left out\n$/);
  });

  test.each([
    [['--finding', '9', TWICE], /^faultlog: there is no finding 9: the analysis has 4 findings\n {10}faultlog check /],
    [['--finding', '1', ORDERLY], /^faultlog: there is no finding 1: the analysis has 0 findings\n/],
    [
      ['--group', '01:00.0/1/9', TWICE],
      /^faultlog: there is no group 0000:01:00.0\/1\/9\n {10}There are 0000:01:00.0\/1\/1#1, /,
    ],
    [['--group', 'nonsense', TWICE], /^faultlog: --group nonsense: not a page-request group\n {10}Give DEV\//],
    [['--group', '01:00.0/1/3#2', '--finding', '1', TWICE], /^faultlog: option '--finding <number>' cannot be used /],
    [['--from', '99', TWICE], /^faultlog: there is no event to draw in this range\n/],
    [['--width', '20', TWICE], /^faultlog: --width 20: not a count\n {10}Give a whole number from 60 on\.\n/],
    [['--times', 'relative', TWICE], /^faultlog: --times relative: unknown value\n/],
  ])('ladder %j: two lines and 2', async (args, expected) => {
    const { code, printed, complained } = await faultlog(['ladder', ...args]);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained).toMatch(expected);
    expect(complained.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('ladders of check', () => {
  const drawings = (text: string): number => text.match(/^ {4}# .*\bHost\b/gm)?.length ?? 0;

  test('the worst errors are drawn, with their lines, within the width', async () => {
    const { printed } = await faultlog(['check', TWICE]);
    expect(drawings(printed)).toBe(3);
    expect(printed).toMatch(/^ {4}7 {2}<-+ PS1 G1 P1 {2,}; 29$/m);
    const rows = printed.split('\n').filter((line) => /^ {4}\d+ .*; \d+$/.test(line));
    // What follows the last message is left out.
    expect(rows.filter((row) => row.includes('unbind'))).toEqual([]);
    expect(rows.filter((row) => row.includes(' bind P1'))).not.toEqual([]);
    expect(rows.length).toBeGreaterThan(15);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(100);
  });

  test('--no-ladder, --quiet and machine formats draw none', async () => {
    expect(drawings((await faultlog(['check', '--no-ladder', TWICE])).printed)).toBe(0);
    expect(drawings((await faultlog(['check', '--quiet', TWICE])).printed)).toBe(0);
    expect((await faultlog(['check', '-f', 'concise', TWICE])).printed).not.toContain('PS1');
  });

  test('above 32 MiB the report says why it draws none, and what does', async () => {
    const unrelated = `${'Nov 23 05:00:00 host systemd[1]: Started a unit of no interest here.'.padEnd(127)}\n`;
    writeFileSync(join(folder, 'big'), [readFileSync(TWICE, 'utf8'), unrelated.repeat(33 * 8192)].join(''));
    const { printed } = await faultlog(['check', 'big']);
    expect(drawings(printed)).toBe(0);
    expect(printed.match(/^ {4}# .*$/gm)).toEqual([
      '    # not drawn: inputs above 32 MiB are not read a second time for drawings; faultlog ladder --finding 1 or check --ladder draws it',
    ]);
    expect(drawings((await faultlog(['check', '--ladder', 'big'])).printed)).toBe(3);
  });

  test('standard input gives what the file gives', async () => {
    writeFileSync(join(folder, 'stdin'), readFileSync(TWICE));
    const file = await faultlog(['check', 'stdin']);
    const piped = await faultlog(['check', '-'], readFileSync(TWICE, 'utf8'));
    expect({ ...piped, printed: piped.printed.replaceAll('<stdin>', 'stdin') }).toEqual(file);
  });
});

describe('formats ladder', () => {
  test('describes the notation', async () => {
    const { code, printed } = await faultlog(['formats', 'ladder']);
    expect(code).toBe(0);
    expect(printed).toContain('HEADING');
    expect(printed).toContain('ARROWS');
    expect((await faultlog(['formats'])).printed).not.toContain('HEADING');
  });
});
