import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readLadder } from '../../../parsers/containers/ladder.ts';
import { drawEvents, drawLadder, type LadderOptions } from '../../../src/format/ladder.ts';
import { newEvent, type TraceEvent } from '../../../src/model/event.ts';
import { pasid, prgi } from '../../../src/model/ids.ts';
import { messagesOfEvents } from '../../../src/model/ladder-messages.ts';
import type { ObservationPoint } from '../../../src/model/lane.ts';
import { nanoseconds } from '../../../src/model/time.ts';

/** The drawing of a fixture, with a line end in front so that it stands at the margin. */
function drawn(name: string, options: LadderOptions = {}): string {
  const text = readFileSync(new URL(`../../../fixtures/ladder/${name}.ladder`, import.meta.url), 'utf8');
  const reading = readLadder(text);
  return `\n${drawEvents(reading.events, { scale: reading.scale, ...options })}`;
}

describe('the defining cases, drawn from their events', () => {
  test('§6.1 at the usual width', () => {
    expect(drawn('6.1-late-answer')).toMatchInlineSnapshot(`
      "
      #  Dev                Host                   mdev drv                VFIO/QEMU          Guest
      1                      <-------------------- reg(handler)
      2  PR1 G1 P1 ------------------------------> M1 PR1 G1               inject ----------> M1 PR1 G1
      3                      <-------------------- unreg(handler)
      4   <---------------- PS1 G1 P1 (F)
      5                                            unreg(handler)
      6                      <-------------------- reg(handler)
      7  PR2 G1 P1 ------------------------------> M2 PR2 G1               inject ----------> M2 PR2 G1
      8                                                                     <---------------- M1 PS1 G1
      9                     accept ?? <----------- PS1 G1 P1
      10                                                                    <---------------- M2 PS2 G1
      11                    accept <-------------- PS2 G1 P1
      "
    `);
  });

  test('§6.2: arrows that cross', () => {
    expect(drawn('6.2-crossed-in-flight')).toMatchInlineSnapshot(`
      "
      #  Dev                  Host                 mdev drv             VFIO/QEMU            Guest
      7  PR2 G1 P1 --.
      8               '-----> PR2 G1 P1 --.
      8                                    \\                        .-- PS1 G1 P1 <--------- M1 PS1 G1
      9                                     '----> M1 PR2 G1 ------/--> inject ------------> M1 PR2 G1
      10                      accept <------------ PS1 G1 P1 <----'
      11                      reject <------------ PS2 G1 P1 <------------------------------ M1 PS2 G1
      "
    `);
  });

  test('§6.2 with line drawing characters', () => {
    expect(drawn('6.2-crossed-in-flight', { unicode: true, width: 80 })).toMatchInlineSnapshot(`
      "
      #  Dev              Host             mdev drv         VFIO/QEMU        Guest
      7  PR2 G1 P1 ──╮
      8               ╰─▶ PR2 G1 P1 ──╮
      8                                ╲                ╭── PS1 G1 P1 ◀───── M1 PS1 G1
      9                                ╰─▶ M1 PR2 G1 ──╱──▶ inject ────────▶ M1 PR2 G1
      10                  accept ◀──────── PS1 G1 P1 ◀─╯
      11                  reject ◀──────── PS2 G1 P1 ◀────────────────────── M1 PS2 G1
      "
    `);
  });

  test('§6.2 in 60 columns: short texts are marked and explained', () => {
    expect(drawn('6.2-crossed-in-flight', { width: 60 })).toMatchInlineSnapshot(`
      "
      #  Dev         Host          Drv         VMM         Guest
      7  PR2~ --.
      8          '-> PR2~ --.
      8                      \\             .-- PS1~ <----- PS1~
      9                       '--> PR2~ --/--> inj ------> PR2~
      10             accept <----- PS1~ <-'
      11             reject <----- PS2~ <----------------- PS2~
      # PR1 = M1 G1 P1
      # PR2 = M1 G1 P1
      "
    `);
  });

  test('§6.4: names of guests, times after the row above, line numbers', () => {
    expect(drawn('6.4-two-guests', { times: 'delta', lines: true, width: 110 })).toMatchInlineSnapshot(`
      "
      # time  Dev                  Host              mdev drv             VFIO/QEMU            Guest
      1    1  PR1 G1 P1 ---------------------------> M1 PR1 G1            inject ------------> M1 PR1 G1  ; 4
      2   +1  PR2 G1 P2 ---------------------------> M2 PR2 G1            inject ------------> M2 PR2 G1  ; 5
      3   +1                                                               <------------------ M2 PS2 G1  ; 6
      4   +1   <------------------ accept <--------- PS2 G1 P2                                            ; 7
      5   +1                                                               <------------------ M1 PS1 G1  ; 8
      6   +1   <------------------ accept <--------- PS1 G1 P1                                            ; 9
      # M1 = vm1
      # M2 = vm2
      "
    `);
  });

  test('§6.5 in 60 columns with times and line numbers: they go below', () => {
    expect(drawn('6.5-lost-on-the-way', { times: 'absolute', lines: true, width: 60 })).toMatchInlineSnapshot(`
      "
      # Dev          Host      mdev drv     VFIO/QEMU    Guest
      1 PR1 G1 P1 -----------> M1 PR1 G1    inject ----> M1 PR1 G1
      2                                              x-- M1 PS1 G1
      3 PR2 G2 P1 -----------> M1 PR2 G2    inject ----> M1 PR2 G2
      4              accept <- PS2 G2 P1 <-------------- M1 PS2 G2
      5 PR3 G3 P1 -----------> M1 PR3 G3    inject ----> M1 PR3 G3
      6              accept <- PS3 G3 P1 <-------------- M1 PS3 G3
      # step 1: 10.000000, lines 2
      # step 2: 10.000400, lines 3
      # step 3: 10.001000, lines 4
      # step 4: 10.001500, lines 5
      # step 5: 25.000000, lines 6
      # step 6: 25.000300, lines 7
      "
    `);
  });
});

let line = 0;

/** An event of a host capture, 10 µs after the one before. */
function host(
  kind: TraceEvent['kind'],
  point: ObservationPoint,
  group: number,
  changes: Partial<TraceEvent> = {},
): TraceEvent {
  line += 1;
  const event = newEvent(kind, 'kprobe', point);
  const place = { source: { input: 0, line, offset: 0, text: '' }, time: nanoseconds(line * 10_000), pid: 7 };
  const code = kind === 'page-response' ? ('success' as const) : undefined;
  return Object.assign(
    event,
    place,
    { pasid: pasid(1), prgi: prgi(group), isLast: kind === 'page-request', code },
    changes,
  );
}

describe('events of a capture', () => {
  test('a host alone: lanes that nobody recorded are in brackets, instances are counted', () => {
    line = 0;
    const events = [
      host('page-request', 'core', 1),
      host('page-request', 'wire', 1),
      host('page-response', 'core', 1),
      host('page-response', 'driver-op', 1),
      host('page-response', 'wire', 1),
      host('page-request', 'core', 1, { isLast: false }),
      host('page-request', 'wire', 1, { isLast: false }),
      host('drain', 'none', 0, { prgi: undefined, drainStep: 'start' }),
      host('page-response', 'wire', 1, { code: 'response-failure' }),
      host('page-response', 'core', 9),
      host('response-refused', 'core', 0, { prgi: undefined, pasid: undefined, returnValue: -22 }),
    ];
    const { messages, omitted } = messagesOfEvents(events);
    expect(omitted).toBe(1);
    expect(`\n${drawLadder(messages, { width: 80, lines: true })}`).toMatchInlineSnapshot(`
      "
      # (Dev)                 Host                       (mdev drv)
      1                       PR1 G1 P1 ---------------> PR1 G1      ; 1
      2 PR1 G1 P1 ------------->                                     ; 2
      3                        <------------------------ PS1 G1 P1   ; 3
      4  <------------------- PS1 G1 P1                              ; 5
      5                       PR2+ G1 P1 --------------> PR2+ G1     ; 6
      6 PR2+ G1 P1 ------------>                                     ; 7
      7                       drain(start) P1                        ; 8
      8  <------------------- PS2 G1 P1 (F)                          ; 9
      9                       reject <------------------ PS G9 P1    ; 10
      "
    `);
  });

  test('the caller may know the instances better', () => {
    line = 0;
    const events = [host('page-request', 'wire', 1), host('page-response', 'wire', 1)];
    expect(`\n${drawEvents(events, { labelOf: () => 12 })}`).toMatchInlineSnapshot(`
      "
      # (Dev)                 Host
      1 PR12 G1 P1 ------------>
      2  <------------------- PS12 G1 P1
      "
    `);
  });

  test('nothing to draw', () => {
    expect(drawEvents([])).toBe('');
  });

  test('names from a log cannot break out of the legend', () => {
    line = 0;
    const text = drawEvents([host('page-request', 'wire', 1, { device: 'x\u001b[2J\n1 PR9 G9 ->' })]);
    expect(text.split('\n').filter((row) => row.includes('PR9'))).toEqual(['# Dev = x\\x1b[2J\\x0a1 PR9 G9 ->']);
  });
});
