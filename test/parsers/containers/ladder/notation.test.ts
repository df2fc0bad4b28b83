import { describe, expect, test } from 'vitest';
import { LADDER_HELP } from '../../../../parsers/containers/ladder/help.ts';
import { ladderContainer, readLadder } from '../../../../parsers/containers/ladder.ts';
import { containers } from '../../../../parsers/containers/registry.ts';
import { formatTextProblem } from '../../../../src/model/parser.ts';
import { eventLine } from './event-line.ts';

function linesOf(text: string): string[] {
  const reading = readLadder(text);
  expect(reading.problem).toBeUndefined();
  return reading.events.map(eventLine);
}

function problemOf(text: string): string {
  const { problem, events } = readLadder(text);
  expect(events).toEqual([]);
  return problem === undefined ? 'no problem' : formatTextProblem('x.ladder', problem);
}

describe('notation', () => {
  test('the example of the help text', () => {
    const example = LADDER_HELP.split('\n')
      .filter((line) => line.startsWith('    '))
      .join('\n');
    expect(linesOf(example).filter((line) => /guest|host\/wire/.test(line))).toEqual([
      '2 host/wire PR1 G1 P1',
      '2 guest/wire PR1 G1 P1 M1',
      '4 host/wire PS1 G1 P1 response-failure',
      '6 host/wire PR2 G1 P1',
      '6 guest/wire PS1 G1 P1 M1',
      '7 guest/wire PR2 G1 P1 M1',
      '8 host/wire PS1 G1 P1',
      '9 guest/wire PS2 G1 P1 M1',
    ]);
  });

  test('codes, no PASID, hexadecimal numbers, stop markers, instances without a number', () => {
    const text = [
      '# Dev         Host',
      '1 PR1 G0x1f P- ->',
      '2    <-       PS1 (I)',
      '3 SM G2 P0x10  ->',
      '4    <-       PS G3 P7 (R)',
      '5    <-       PS G3 P7 (S)',
      '6    <-       PS G3 P7 (A)',
    ];
    expect(linesOf(text.join('\n'))).toEqual([
      '1 device/wire PR1 G31',
      '1 host/wire PR1 G31',
      '2 host/wire PS1 G31 invalid-request',
      '2 device/wire PS1 G31 invalid-request',
      '3 device/wire SM G2 P16',
      '3 host/wire SM G2 P16',
      '4 host/wire PS G3 P7 reserved',
      '4 device/wire PS G3 P7 reserved',
      '5 host/wire PS G3 P7',
      '5 device/wire PS G3 P7',
      '6 host/wire PS G3 P7 abort',
      '6 device/wire PS G3 P7 abort',
    ]);
  });

  test('events of a lane', () => {
    const text = ['# Host', '1 bind P1', '2 drain(start) P1', '3 drain(end) P1', '4 gap(12)', '5 overflow', '6 reset'];
    expect(linesOf(text.join('\n'))).toEqual([
      '1 host/none pasid-bound P1',
      '2 host/none drain P1 start',
      '3 host/none drain P1 end',
      '4 host/none capture-gap 12',
      '5 host/none queue-overflow',
      '6 host/none device-reset',
    ]);
  });

  test('a lane in brackets was not recorded', () => {
    expect(linesOf('# (Dev)      Host\n1 PR1 G1 P1  ->\n2  <-        PS1 G1 P1')).toEqual([
      '1 host/wire PR1 G1 P1',
      '2 host/wire PS1 G1 P1',
    ]);
  });

  test('a text without arrows in the lowest lane came from below', () => {
    expect(linesOf('# Host      Guest\n1 PR1 G1 P1  -> PR1\n2 accept   <-  PS1')).toEqual([
      '1 host/wire PR1 G1 P1',
      '1 host/core PR1 G1 P1',
      '1 guest/wire PR1 G1 P1',
      '2 guest/wire PS1 G1 P1',
      '2 host/core PS1 G1 P1 accept',
      '2 host/wire PS1 G1 P1',
    ]);
  });

  test('halves, a lost message, a message that nobody saw sent', () => {
    const text = ['# Dev      Host', '1 PR1 G1 --~', '2 PR2 G2 --x', '3      ~-> PR1', '4      ?-> PR3 G3'];
    const reading = readLadder(text.join('\n'));
    expect(reading.messages.map(({ sentAt, receivedAt }) => [sentAt, receivedAt])).toEqual([
      [1e9, 3e9],
      [2e9, undefined],
      [undefined, 4e9],
    ]);
  });

  test('names of devices and guests', () => {
    const text = [
      '# 0000:01:00.0   Host    Guest',
      '# M1 = vm3',
      '# D2 = 0000:02:00.0',
      '1 PR1 G1 P1 --> ---> M1 PR1',
      '2 D2 PR2 G1 P1 ->',
    ];
    expect(linesOf(text.join('\n')).filter((line) => !line.includes('device/'))).toEqual([
      '1 host/wire PR1 G1 P1 0000:01:00.0',
      '1 host/core PR1 G1 P1 0000:01:00.0',
      '1 guest/wire PR1 G1 P1 vm3 0000:01:00.0',
      '2 host/wire PR2 G1 P1 0000:02:00.0',
    ]);
  });

  test('times: absolute, after the row above, below the drawing, on a wall clock', () => {
    const absolute = '# time        Dev       Host\n1 12.000001   PR1 G1    ->\n2 +0.000000250 PR2 G2   ->';
    expect(linesOf(absolute).map((line) => line.split(' ')[0])).toEqual([
      '12.000001',
      '12.000001',
      '12.00000125',
      '12.00000125',
    ]);
    const below = '# Dev       Host\n1 PR1 G1    ->\n# step 1: 3.5, lines 7';
    expect(readLadder(below)).toMatchObject({
      scale: { unit: 'seconds', epoch: 0, digits: 1 },
      events: [{ time: 3.5e9 }, { time: 3.5e9 }],
    });
    const wall = readLadder('# time              Dev       Host\n1 1700000000.000001 PR1 G1    ->');
    expect([wall.scale, wall.events[0]?.time]).toEqual([{ unit: 'seconds', epoch: 1_700_000_000, digits: 6 }, 1000]);
  });

  test('quoted mails, code fences, comments, tabs, Windows line ends, box characters', () => {
    const text = ['> ```', '> #\tDev\t\tHost', '> 1\tPR1 G1 ──────▶ ; seen twice', '> # and so on', '> ```', ''];
    expect(linesOf(text.join('\r\n'))).toEqual(['1 device/wire PR1 G1', '1 host/wire PR1 G1']);
  });

  test('source lines have line and byte offset', () => {
    const { events } = readLadder('# Dév is no heading\n# Dev     Host\n1 PR1 G1 ->', 3);
    expect(events[1]?.source).toEqual({ input: 3, line: 3, offset: 36, text: '1 PR1 G1 ->' });
  });
});

describe('problems have line and column', () => {
  const heading = '# Dev         Host        mdev drv       VFIO/QEMU        Guest';

  test.each([
    [
      'an unknown column',
      '# Dev      Hots',
      'x.ladder:1:12: unknown column `Hots`; the columns are Dev, Host, mdev drv, VFIO/QEMU, Guest',
    ],
    [
      'a column twice',
      '# Dev   Guest   VM',
      'x.ladder:1:17: `VM` is a second guest column; several guests share one column and are told apart by M1, M2, …',
    ],
    [
      'no word of the notation',
      `${heading}\n1 PR1 G1 P1 -> banana`,
      'x.ladder:2:16: `banana` is no text of a ladder; a text is a message (`M1 PR1 G1 P1`), `accept`, `reject`, `inject`, or an event such as `reg(handler)`',
    ],
    [
      'a message between two columns',
      '# Dev                                    Host\n1                  PR1 G1 P1',
      'x.ladder:2:20: `PR1 G1 P1` stands in no column: put it under one of Dev, Host',
    ],
    [
      'an arrow that breaks off',
      `${heading}\n1 PR1 G1 P1 --.\n2              x\n3              '-------> PR1 G1`,
      "x.ladder:2:15: this arrow breaks off here: expected `\\`, `|` or the `'` of its head, at or near column 16 of the next line",
    ],
    [
      'an arrow that breaks off at the end',
      `${heading}\n1 PR1 G1 P1 --.`,
      "x.ladder:2:15: this arrow breaks off here: expected `\\`, `|` or the `'` of its head, but the ladder ends here",
    ],
    [
      'a head without a line',
      `${heading}\n1 PR1 G1\n2            '--> PR1`,
      'x.ladder:3:14: no line from above leads to this arrow head',
    ],
    [
      'an arrow without a head',
      `${heading}\n1 PR1 G1 P1 ---`,
      'x.ladder:2:13: this arrow has no head: it ends neither in `>` or `<` nor in a `.` that turns down',
    ],
    [
      'an arrow from nothing',
      `${heading}\n1               -> M1 PR1 G1`,
      'x.ladder:2:16: this arrow starts at no message',
    ],
    [
      'a request to the left',
      `${heading}\n1      <-     PR1 G1 P1`,
      'x.ladder:2:8: this arrow points the wrong way: a page request goes to the right',
    ],
    [
      'two messages on one arrow',
      `${heading}\n1 PR1 G1 P1    ->         M1 PR2 G1`,
      'x.ladder:2:15: this arrow joins two messages: PR1 and PR2',
    ],
    ['an answer to nothing', `${heading}\n1             accept`, 'x.ladder:2:15: no response arrives at this `accept`'],
    [
      'no PRGI',
      `${heading}\n1 PR1 P1 ->`,
      'x.ladder:2:9: this message names no page request group: write its PRGI, as in `PR1 G1 P1`',
    ],
    [
      'steps that go back',
      `${heading}\n2 PR1 G1 ->\n1 PR2 G2 ->`,
      'x.ladder:3:1: time goes backwards: steps and times of a ladder only grow, and a file holds one ladder',
    ],
    ['no step', `${heading}\n  PR1 G1 ->`, 'x.ladder:2:1: the first row of a ladder needs a step number'],
    ['a PASID of 21 bits', `${heading}\n1 PR1 G1 P1048576 ->`, 'x.ladder:2:3: `PR1 G1 P1048576`: a PASID has 20 bits'],
  ])('%s', (_name, text, expected) => {
    expect(problemOf(text)).toBe(expected);
  });
});

describe('recognised by content', () => {
  const matches = (text: string): boolean => ladderContainer.matches(new TextEncoder().encode(text));

  test.each([
    ['a heading', '\n  # Dev    Host    Guest\n1 PR1 G1 ->'],
    ['rows without a heading', '    7 PR2 G1 P1  --.\n    8               \\'],
    ['a quoted mail', '> # Dev    Host\n> 1 PR1 G1 ->'],
    ['a broken heading', '# Dev    Host    Gast\n'],
    ['comments in front', '# what happened on Monday\n\n# Dev    Host\n'],
  ])('%s', (_name, text) => {
    expect(matches(text)).toBe(true);
  });

  test.each([
    ['an ftrace text', '# tracer: nop\n#\n# entries-in-buffer/entries-written: 60/60   #P:4\n'],
    [
      'the column heading of ftrace',
      '#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n',
    ],
    ['a kernel log', '[    0.000000] Linux version 6.12\n[    1.0] DMAR: Host address width 39\n'],
    ['a CSV table', 'time,device,pasid\n1,0000:01:00.0,2\n'],
    ['an owners table', 'requester,pasid,owner\n'],
    ['prose', '1 Dev and Host -> Guest\n'],
    ['nothing', ''],
  ])('not %s', (_name, text) => {
    expect(matches(text)).toBe(false);
  });

  test('before it comes to text', () => {
    expect(containers.at(-1)).toBe(ladderContainer);
  });
});
