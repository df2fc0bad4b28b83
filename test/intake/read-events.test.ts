import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEvents } from '../../src/intake/read-events.ts';
import type { ReadOptions } from '../../src/intake/read-options.ts';
import type { TraceEvent } from '../../src/model/event.ts';
import { formatTime } from '../../src/model/time.ts';
import { batchesOf, eventsOf, fakeParsers, input, traceLine } from './fake-parsers.ts';

const options: ReadOptions = { mergeWindowNs: 1_000_000_000 };
const read = (texts: readonly string[], more: Partial<ReadOptions> = {}) =>
  readEvents(
    texts.map((text) => input(text)),
    fakeParsers,
    { ...options, ...more },
  );
const sequences = (events: readonly TraceEvent[]) => events.map((event) => event.sequence ?? event.reason);

describe('one input', () => {
  test('events carry line, offset, text, time, CPU, task and pid; the report counts', async () => {
    const first = traceLine(12_000_001, '1');
    const third = traceLine(12_000_003, '3', 'fake_event', 2);
    const stream = read([`# tracer: nop\n${first}${traceLine(12_000_002, 'quiet')}${third}nothing`]);
    const [a, b] = await eventsOf(stream);
    const [report] = stream.reports;
    expect(a).toMatchObject({
      sequence: 1,
      time: 1000,
      cpu: 0,
      task: 'task',
      pid: 12,
      lane: 'host',
      dialect: 'fake-trace',
    });
    expect(a?.source).toEqual({ input: 0, line: 2, offset: 14, text: first.trimEnd() });
    expect(b).toMatchObject({ sequence: 3, time: 3000, cpu: 2 });
    expect(b?.source.line).toBe(4);
    expect(report).toMatchObject({
      lines: 5,
      events: 2,
      unread: 0,
      firstTime: 1000,
      lastTime: 3000,
      scale: { unit: 'seconds', epoch: 12, digits: 6 },
      late: undefined,
      error: undefined,
    });
    expect([...(report?.framings ?? [])]).toEqual([['ftrace', 3]]);
    expect([...(report?.dialects ?? [])]).toEqual([['fake-trace', 2]]);
  });

  test('lines that name an IOMMU and that no dialect reads are counted, a task of that name is not', async () => {
    const stream = read([
      traceLine(1, 'IOMMU unknown', 'iommu_thing') +
        traceLine(2, 'prev_comm=IOMMU', 'sched_switch') +
        traceLine(3, 'not a number') +
        traceLine(4, 'IOMMU: something', 'console') +
        '# a comment about the IOMMU\n' +
        '            IOMMU-12      [000] d..1.     1.000005: sched_waking: comm=x\n',
    ]);
    await eventsOf(stream);
    expect(stream.reports[0]?.unread).toBe(3);
    expect(stream.reports[0]?.unreadSamples.map((sample) => sample.line)).toEqual([1, 3, 4]);
  });

  test('unread lines are counted by shape, and the commonest shown', async () => {
    const of = (shape: string, times: number) =>
      Array.from({ length: times }, (_, n) => `[    1.00000${n}] IOMMU: ${shape} ${n} at 0x${n}f00\n`);
    const shapes = 'abcdefg'.split('').flatMap((letter, n) => of(`text-${letter.repeat(3)}-of`, n + 1));
    const stream = read([shapes.join('')]);
    await eventsOf(stream);
    const [report] = stream.reports;
    expect(report?.unread).toBe(28);
    expect(report?.unreadSamples.map(({ text, count }) => [text.slice(15), count])).toEqual([
      ['IOMMU: text-ggg-of 0 at 0x0f00', 7],
      ['IOMMU: text-fff-of 0 at 0x0f00', 6],
      ['IOMMU: text-eee-of 0 at 0x0f00', 5],
      ['IOMMU: text-ddd-of 0 at 0x0f00', 4],
      ['IOMMU: text-ccc-of 0 at 0x0f00', 3],
    ]);
  });

  test('console events and log lines go to the log dialects, known events without a prefix to the trace dialects', async () => {
    const lines = [
      traceLine(1_000_000, 'FAULT 1', 'console'),
      traceLine(2_000_000, '[    2.000000] FAULT 2', 'console'),
      '[    3.000000] FAULT 3\n',
      '[    4.000000] fake_event: 4\n',
      'FAULT 5\n',
      'sys:fake_event: 6\n',
    ];
    const events = await eventsOf(read([lines.join('')]));
    expect(events.map((event) => [event.sequence, event.dialect])).toEqual([
      [1, 'fake-log'],
      [2, 'fake-log'],
      [3, 'fake-log'],
      [4, 'fake-trace'],
      [5, 'fake-log'],
      [6, 'fake-trace'],
    ]);
  });

  test('a configured probe name stands for its function', async () => {
    const text = traceLine(1, '7', 'my_probe');
    const probeNames = new Map([['my_probe', 'probed_function']]);
    expect(sequences(await eventsOf(read([text], { probeNames })))).toEqual([7]);
    expect(await eventsOf(read([text]))).toEqual([]);
  });

  test('header and marker lines become capture gaps at the time of the next event', async () => {
    const stream = read([
      `# entries-in-buffer/entries-written: 3/10   #P:4\n${traceLine(1_000_000, '1')}##### CPU 3 buffer started ####\n` +
        `CPU:1 [LOST 5 EVENTS]\n${traceLine(2_000_000, 'quiet')}${traceLine(3_000_000, '2')}CPU:2 [LOST EVENTS]\n`,
    ]);
    const events = await eventsOf(stream);
    expect(events.map(({ kind, reason, cpu, lost, time }) => [kind, reason, cpu, lost, time])).toEqual([
      ['capture-gap', 'overwritten', undefined, 7, 0],
      ['fault', undefined, 0, undefined, 0],
      ['capture-gap', 'cpu-started', 3, undefined, 2e9],
      ['capture-gap', 'lost', 1, 5, 2e9],
      ['fault', undefined, 0, undefined, 2e9],
      ['capture-gap', 'lost', 2, undefined, 2e9],
    ]);
    expect(stream.reports[0]?.lostEvents).toBe(12);
  });

  test('raw counts give an order and no seconds', async () => {
    const line = (count: number, payload: string) => `  task-1       [000] d..1. ${count}: fake_event: ${payload}\n`;
    const stream = read([line(205_967_866_133, '2') + line(205_967_866_100, '1')]);
    expect((await eventsOf(stream)).map((event) => event.time)).toEqual([-33, 0]);
    expect(stream.reports[0]?.scale).toEqual({ unit: 'ticks', epoch: 205_967_866_133, digits: 0 });
  });

  test('text without times keeps its order, and nothing gets a time', async () => {
    const events = await eventsOf(read(['FAULT 2\nFAULT 1\nFAULT 3\n']));
    expect(events.map((event) => [event.sequence, event.time])).toEqual([
      [2, undefined],
      [1, undefined],
      [3, undefined],
    ]);
  });

  test('time that runs back by more than the window is reported with its first place', async () => {
    const stream = read([traceLine(9_000_000, '1') + traceLine(7_000_000, '2') + traceLine(7_000_001, '3')]);
    expect(sequences(await eventsOf(stream))).toEqual([2, 3, 1]);
    expect(stream.reports[0]?.late).toMatchObject({ count: 2, line: 2, backwardsNs: 2e9 });
  });

  test('chunks of seven bytes and carriage returns change nothing but offsets', async () => {
    const lines = Array.from({ length: 50 }, (_, index) =>
      traceLine(1_000_000 + ((index * 7919) % 101), String(index)),
    );
    const shape = (events: readonly TraceEvent[]) =>
      events.map((event) => [event.sequence, event.time, event.source.line, event.source.text]);
    const whole = await eventsOf(read([lines.join('')]));
    const small = await eventsOf(readEvents([input(lines.join(''), 7)], fakeParsers, options));
    const returns = await eventsOf(read([lines.join('').replaceAll('\n', '\r\n')]));
    expect(small).toEqual(whole);
    expect(shape(returns)).toEqual(shape(whole));
  });
});

describe('several inputs', () => {
  test('kernel logs come first, then traces, merged by time with one epoch each', async () => {
    const stream = read([
      traceLine(7_000_000, '3') + traceLine(9_000_000, '5'),
      '[    1.000000] FAULT 1\n[    2.500000] FAULT 2\n',
      traceLine(8_000_000, '4') + traceLine(9_000_000, '6'),
    ]);
    const batches = await batchesOf(stream);
    expect(batches.map((batch) => [batch.domain, sequences(batch.events)])).toEqual([
      ['log', [1, 2]],
      ['trace', [3, 4, 5, 6]],
    ]);
    expect(batches[1]?.events.map((event) => event.time)).toEqual([0, 1e9, 2e9, 2e9]);
    expect(stream.reports.map((report) => [report.scale.epoch, report.firstTime, report.lastTime])).toEqual([
      [7, 0, 2e9],
      [1, 0, 1.5e9],
      [7, 1e9, 2e9],
    ]);
  });

  test('a capture that is cut at any line gives the same sequence as the whole', async () => {
    const step = fc.oneof(
      fc.tuple(fc.nat(50_000), fc.constantFrom('1', '2', 'quiet')),
      fc.constantFrom('CPU:1 [LOST 5 EVENTS]\n', '##### CPU 3 buffer started ####\n'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(40), async (steps, cut) => {
        let time = 4_900_000;
        const lines = steps.map((given) => {
          if (typeof given === 'string') return given;
          time += given[0];
          return traceLine(time, given[1]);
        });
        const wholeStream = read([lines.join('')]);
        const partStream = read([lines.slice(0, cut).join(''), lines.slice(cut).join('')]);
        const whole = await eventsOf(wholeStream);
        const parts = await eventsOf(partStream);
        const shown = (events: readonly TraceEvent[], stream: typeof wholeStream) =>
          events.map((event) => {
            const scale = stream.reports[event.source.input]?.scale;
            const { kind, sequence, reason, time: at } = event;
            if (at === undefined || scale === undefined || kind !== 'fault') return [kind, sequence, reason];
            return [kind, sequence, reason, formatTime(at, scale)];
          });
        expect(shown(parts, partStream)).toEqual(shown(whole, wholeStream));
      }),
      { seed: 20_261_123, numRuns: 200 },
    );
  });

  test('an input that fails is named, the others are read', async () => {
    const failing = {
      ...input('', 1, 'gone.txt'),
      open: () =>
        new Readable({
          read() {
            this.destroy(new Error('no such file'));
          },
        }),
    };
    const late = {
      ...input('', 1, 'torn.txt'),
      open: () =>
        Readable.from(
          (async function* torn() {
            yield Buffer.from(traceLine(1_000_000, '1').repeat(1000));
            throw new Error('read error');
          })(),
        ),
    };
    const stream = readEvents([failing, late, input(traceLine(2_000_000, '9'))], fakeParsers, options);
    const events = await eventsOf(stream);
    expect(events.length).toBe(1001);
    expect(events.at(-1)?.sequence).toBe(9);
    expect(stream.reports.map((report) => report.error?.message)).toEqual(['no such file', 'read error', undefined]);
  });
});

describe('bad input', () => {
  const report = async (content: string | Uint8Array) => {
    const stream = readEvents([input(content)], fakeParsers, options);
    const events = await eventsOf(stream);
    return { events, report: stream.reports[0] };
  };

  test('an empty input has no events and no error', async () => {
    expect(await report('')).toMatchObject({ events: [], report: { bytes: 0, lines: 0, error: undefined } });
  });

  test.each([
    ['random bytes', Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919 + (index >> 3) * 31) & 255)],
    ['only NULs', new Uint8Array(4096)],
    ['bzip2', Buffer.from('BZh91AY')],
  ])('%s: an error that says what it is', async (_, bytes) => {
    const { events, report: input } = await report(bytes);
    expect(events).toEqual([]);
    expect(input?.error?.name).toBe('UsageError');
    expect(input?.error?.message).toMatch(/^trace\.txt is /);
  });

  test('NULs, escapes and a missing last newline do no harm', async () => {
    const text = `\0\0\0\0${traceLine(1_000_000, '1')}\u001b[31m\n${traceLine(2_000_000, '2').trimEnd()}`;
    const { events } = await report(text);
    expect(sequences(events)).toEqual([1, 2]);
    expect(events[0]?.source.text.startsWith('\0\0\0\0')).toBe(true);
  });

  test('a line beyond the limit is cut there and counted', async () => {
    const stream = read([`${traceLine(1_000_000, `1 ${'x'.repeat(500)}`)}${traceLine(2_000_000, '2')}`], {
      maxLineBytes: 200,
    });
    const events = await eventsOf(stream);
    expect(events.map((event) => event.source.text.length)).toEqual([200, 64]);
    expect(stream.reports[0]).toMatchObject({ overlong: 1, lines: 2 });
    expect(stream.reports[0]?.diagnostics).toHaveLength(1);
  });

  test('an unknown framing or dialect is a usage error that names the known ones', () => {
    expect(() => read([''], { framing: 'ftrce' })).toThrow(/unknown framing "ftrce"/);
    expect(() => read([''], { dialect: 'x' })).toThrow(/unknown dialect "x"/);
  });

  test('a forced framing reads nothing else', async () => {
    const text = `${traceLine(1_000_000, '1')}[    3.000000] FAULT 3\n`;
    expect(sequences(await eventsOf(read([text], { framing: 'dmesg' })))).toEqual([3]);
    expect(sequences(await eventsOf(read([text], { framing: 'ftrace' })))).toEqual([1]);
    expect(sequences(await eventsOf(read([text], { dialect: 'fake-log' })))).toEqual([3]);
  });
});

test('reading stops where the reader stops: the rest of an endless input is left', async () => {
  let given = 0;
  const endless = {
    ...input(''),
    open: () =>
      Readable.from(
        (function* chunks() {
          for (;;) {
            given += 1;
            yield Buffer.from(traceLine(given * 1000, String(given)).repeat(1000));
          }
        })(),
        { highWaterMark: 1 },
      ),
  };
  let seen = 0;
  for await (const batch of readEvents([endless], fakeParsers, options)) {
    seen += batch.events.length;
    if (seen > 10_000) break;
  }
  expect(given).toBeLessThan(40);
});
