import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registry } from '../../../parsers/registry.ts';
import { FramingChoice } from '../../../src/intake/framing-choice.ts';
import { newFramedLine } from '../../../src/model/parser.ts';
import { readPrefix } from '../../reference/framings.ts';
import { type Framed, frameLine } from './frame-line.ts';

const folder = fileURLToPath(new URL('../../../fixtures/framing/', import.meta.url));
/** Lines of each fixture by framing; `plain` are call chains, functions and unprefixed lines. */
const EXPECTED = [
  'dmesg-d.txt: 9 dmesg',
  'dmesg-notime.txt: 9 plain',
  'dmesg-r.txt: 9 dmesg',
  'dmesg-x.txt: 9 dmesg',
  'dmesg.txt: 9 dmesg',
  'ftrace-7.2-latency-tgid.txt: 27 ftrace-latency, 18 header',
  'ftrace-7.2-trace_pipe-lost-live.txt: 19 ftrace, 1 header',
  'ftrace-clock-counter.txt: 31 ftrace, 12 header',
  'ftrace-clock-tai.txt: 31 ftrace, 12 header',
  'ftrace-clock-x86-tsc.txt: 31 ftrace, 12 header',
  'ftrace-default.txt: 33 ftrace, 12 header',
  'ftrace-fields.txt: 31 ftrace, 12 header',
  'ftrace-function_graph-latency.txt: 1 ftrace-graph, 16 header, 43 plain',
  'ftrace-function_graph.txt: 1 ftrace-graph, 4 header, 35 plain',
  'ftrace-latency-tgid.txt: 27 ftrace-latency, 18 header',
  'ftrace-latency.txt: 25 ftrace-latency, 18 header',
  'ftrace-nocontext-info.txt: 2 header, 37 plain',
  'ftrace-noirq-info-tgid.txt: 37 ftrace, 6 header',
  'ftrace-noirq-info.txt: 31 ftrace, 6 header',
  'ftrace-overrun.txt: 27 ftrace, 13 header',
  'ftrace-print-tgid.txt: 31 ftrace, 12 header',
  'ftrace-stacktrace.txt: 6 ftrace, 54 header',
  'ftrace-trace_pipe-lost.txt: 19 ftrace, 1 header',
  'ftrace-verbose-latency.txt: 19 ftrace-verbose, 9 header',
  'perf-script-default.txt: 32 perf-script',
  'perf-script-fields.txt: 32 perf-script',
  'perf-script-g.txt: 2 perf-script, 36 plain',
  'perf-script-header.txt: 43 header, 17 perf-script',
  'perf-script-ns.txt: 32 perf-script',
  'trace-cmd-3.1.6-lost.txt: 2 header, 14 trace-cmd',
  'trace-cmd-3.3-instance.txt: 1 header, 19 trace-cmd',
  'trace-cmd-3.3-opt-R.txt: 1 header, 19 trace-cmd',
  'trace-cmd-3.3-opt-l.txt: 19 ftrace-latency, 1 header',
  'trace-cmd-3.3-opt-raw-ts.txt: 1 header, 19 trace-cmd',
  'trace-cmd-3.3-opt-t.txt: 1 header, 19 trace-cmd',
  'trace-cmd-3.3-opt-ts-diff.txt: 1 header, 19 trace-cmd',
  'trace-cmd-3.4-lost.txt: 2 header, 14 trace-cmd',
];

const lost = (fact: object): Framed => ({ framing: 'header', payload: JSON.stringify(fact) });

describe('samples', () => {
  for (const framing of registry.framings) {
    test.each(framing.samples)(`${framing.name} alone claims %j`, (sample) => {
      expect(framing.parse(sample, newFramedLine())).toBe(true);
      const others = registry.framings.filter((other) => other !== framing && other.name !== 'plain');
      expect(others.filter((other) => other.parse(sample, newFramedLine())).map((other) => other.name)).toEqual([]);
    });
  }
});

describe('lines', () => {
  const payload = 'iotlb_inv dmar0: 0x900e2 0x0 0x0 0x0';
  const qi = (fields: object): Framed => ({ framing: 'ftrace', eventName: 'qi_submit', payload, ...fields });
  test.each<[string, string, Framed]>([
    [
      'four flags',
      ` irq/24-dmar0-52    [001] d.h3    12.444336: qi_submit: ${payload}`,
      qi({ time: '12.444336', cpu: 1, pid: 52, task: 'irq/24-dmar0' }),
    ],
    [
      'five flags and nanoseconds',
      `          <idle>-0       [003] d.s3.    12.444336789: qi_submit: ${payload}`,
      qi({ time: '12.444336789', cpu: 3, pid: 0, task: '<idle>' }),
    ],
    [
      'seven flags and a CPU above 999',
      `           bash-77      [1023] dNh.1.b   12.444336: qi_submit: ${payload}`,
      qi({ time: '12.444336', cpu: 1023, pid: 77, task: 'bash' }),
    ],
    [
      'no flags',
      ` bash-77      [002]     24.033001: qi_submit: ${payload}`,
      qi({ time: '24.033001', cpu: 2, pid: 77, task: 'bash' }),
    ],
    [
      'a tgid',
      `              dd-308     (    307) [003] d..1.    24.495060: qi_submit: ${payload}`,
      qi({ time: '24.495060', cpu: 3, pid: 308, task: 'dd' }),
    ],
    [
      'an unknown tgid',
      `           <...>-308     (-------) [003]     24.495060: qi_submit: ${payload}`,
      qi({ time: '24.495060', cpu: 3, pid: 308 }),
    ],
    [
      'a raw count',
      ` dd-3       [003] d.s3. 205967866133: qi_submit: ${payload}`,
      qi({ time: '205967866133', cpu: 3, pid: 3, task: 'dd' }),
    ],
    [
      'a comm with everything',
      `  a-1 [002] b: c-48     [003] d.s3.    12.5: qi_submit: ${payload}`,
      qi({ time: '12.5', cpu: 3, pid: 48, task: 'a-1 [002] b: c' }),
    ],
    [
      'a kernel message in an event of an old kernel',
      '          <idle>-0       [002] d.h1    38.806320: console: [   38.806000] DMAR: DRHD: handling fault status reg 2',
      {
        framing: 'ftrace',
        eventName: 'console',
        time: '38.806320',
        cpu: 2,
        pid: 0,
        task: '<idle>',
        payload: 'DMAR: DRHD: handling fault status reg 2',
      },
    ],
    [
      'function tracer',
      '          <idle>-0       [002] d.h1.   237.752649: dmar_fault <-__handle_irq_event_percpu',
      {
        framing: 'ftrace',
        time: '237.752649',
        cpu: 2,
        pid: 0,
        task: '<idle>',
        payload: 'dmar_fault <-__handle_irq_event_percpu',
      },
    ],
    [
      'raw time of trace-cmd directly behind the flags',
      '          <idle>-0     [002] d.h2.263593295376: qi_submit:            x',
      {
        framing: 'trace-cmd',
        eventName: 'qi_submit',
        time: '263593295376',
        cpu: 2,
        pid: 0,
        task: '<idle>',
        payload: 'x',
      },
    ],
    [
      'instance of trace-cmd',
      'labbuf:           a b-17     [002] d.h2.   393.628384: qi_submit:            x',
      { framing: 'trace-cmd', eventName: 'qi_submit', time: '393.628384', cpu: 2, pid: 17, task: 'a b', payload: 'x' },
    ],
    [
      'perf, comm with blanks, no CPU',
      'my: task 1 [x]   374   60.714622:  intel_iommu:qi_submit: x',
      {
        framing: 'perf-script',
        eventName: 'qi_submit',
        time: '60.714622',
        pid: 374,
        task: 'my: task 1 [x]',
        payload: 'x',
      },
    ],
    [
      'perf with a period',
      '            bash   374/375   [003]    60.714622:          1 intel_iommu:qi_submit: x',
      {
        framing: 'perf-script',
        eventName: 'qi_submit',
        time: '60.714622',
        cpu: 3,
        pid: 375,
        task: 'bash',
        payload: 'x',
      },
    ],
    [
      'bpftrace in brackets, seconds',
      '[   12.345678] faultlog rsp dev=x pasid=1 grpid=3 code=0',
      { framing: 'bpftrace', eventName: 'faultlog', time: '12.345678', payload: 'rsp dev=x pasid=1 grpid=3 code=0' },
    ],
    [
      'a log line of dmesg that quotes a trace',
      '[   12.345678] x-1 [003] d..1. 12.5: qi_submit: y',
      { framing: 'dmesg', time: '12.345678', payload: 'x-1 [003] d..1. 12.5: qi_submit: y' },
    ],
    [
      'overwritten',
      '# entries-in-buffer/entries-written: 230/1809   #P:4',
      lost({ kind: 'entries', inBuffer: 230, written: 1809 }),
    ],
    [
      'overwritten, latency',
      '# latency: 0 us, #25/31, CPU#0 | (M:desktop VP:0)',
      lost({ kind: 'entries', inBuffer: 25, written: 31 }),
    ],
    [
      'complete',
      '# entries-in-buffer/entries-written: 230/230   #P:4',
      lost({ kind: 'entries', inBuffer: 230, written: 230 }),
    ],
    ['a CPU starts', '##### CPU 3 buffer started ####', lost({ kind: 'cpu-started', cpu: 3 })],
    ['lost', 'CPU:3 [LOST 226 EVENTS]', lost({ kind: 'lost', cpu: 3, lost: 226 })],
    ['lost, how many is not known', 'CPU:3 [LOST EVENTS]', lost({ kind: 'lost', cpu: 3 })],
    ['dropped', 'CPU:12 [2480 EVENTS DROPPED]', lost({ kind: 'lost', cpu: 12, lost: 2480 })],
    ['lost by perf', 'swapper 0 [001] 12.5: PERF_RECORD_LOST lost 17', lost({ kind: 'lost', lost: 17 })],
    ['lost by bpftrace', 'Lost 12 events', lost({ kind: 'lost', lost: 12 })],
    [
      'no prefix',
      'DMAR: DRHD: handling fault status reg 2',
      { framing: 'plain', payload: 'DMAR: DRHD: handling fault status reg 2' },
    ],
  ])('%s', (_, line, expected) => {
    expect(frameLine(line)).toEqual(expected);
  });
});

describe('fixtures', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  const linesOf = (name: string): string[] =>
    readFileSync(folder + name, 'utf8')
      .split('\n')
      .filter((line) => line !== '');

  test('have so many lines a framing', () => {
    const counts = files.map((name) => {
      const choice = new FramingChoice(registry.framings);
      const framings = linesOf(name).map((line) => frameLine(line, choice).framing);
      const unique = [...new Set(framings)].sort();
      return `${name}: ${unique.map((framing) => `${framings.filter((other) => other === framing).length} ${framing}`).join(', ')}`;
    });
    expect(counts).toEqual(EXPECTED);
  });

  test.each(files)('%s reads as the slow reference reads it', (name) => {
    for (const line of linesOf(name)) {
      const fast = frameLine(line);
      if (fast.framing === 'plain' || fast.framing === 'header' || fast.eventName === undefined) continue;
      const slow = readPrefix(line);
      expect(slow, line).toBeDefined();
      const { task, payload = '' } = slow ?? {};
      const named = task === undefined ? {} : { task: task.replace(/^labbuf: +/, '') };
      expect(fast).toEqual({
        ...slow,
        ...named,
        payload: fast.eventName === 'console' ? payload.replace(/^msg=/, '') : payload,
      });
    }
  });
});

describe('generated lines', () => {
  const comm = fc.string({ unit: fc.constantFrom(...'ab9 :-[]()/<>.'), minLength: 1, maxLength: 15 });
  const fields = fc.record({
    task: comm
      .map((text) => text.trim())
      .filter((text) => text !== '' && text !== '<...>' && !/\[\d+\][^[]*\d:/.test(text)),
    pid: fc.nat(4_194_304),
    cpu: fc.nat(511),
    seconds: fc.nat(2_000_000_000),
    fraction: fc.nat(999_999).map((value) => String(value).padStart(6, '0')),
    flags: fc.constantFrom('', 'd.h3', '.....', 'd..1.', 'dNh3.', 'D.s2.1'),
    name: fc.constantFrom('prq_report', 'qi_submit', 'my_probe-2', 'iommu_page_response_entered'),
    payload: fc.constantFrom(
      '',
      'dmar0: 0x1 0x2',
      '(iommu_report_device_fault+0x4/0x210) pasid=1',
      'a: b-1 [001] 2.0: c: d',
    ),
  });

  test('of the trace file, trace-cmd and perf give back what they were made of', () => {
    fc.assert(
      fc.property(fields, ({ task, pid, cpu, seconds, fraction, flags, name, payload }) => {
        const time = `${seconds}.${fraction}`;
        const common = { time, cpu, pid, task, eventName: name, payload };
        const where = `[${String(cpu).padStart(3, '0')}]`;
        const columns = `${where} ${flags === '' ? '' : `${flags} `}${time.padStart(12)}: `;
        const trace = `${task.padStart(16)}-${String(pid).padEnd(7)} ${columns}${name}: ${payload}`;
        expect(frameLine(trace)).toEqual({ framing: 'ftrace', ...common });
        const isLong = name.length >= 20;
        const report = `${task.padStart(16)}-${String(pid).padEnd(5)} ${columns}${`${name}:`.padEnd(21)} ${payload}`;
        expect({ ...frameLine(report), framing: '' }).toEqual({ framing: '', ...common });
        if (!isLong && payload !== '') expect(frameLine(report).framing).toBe('trace-cmd');
        const perf = `${task.padStart(16)} ${String(pid).padStart(7)} ${where} ${time}: ${`sys:${name}:`.padStart(30)} ${payload}`;
        expect(frameLine(perf)).toEqual({ framing: 'perf-script', ...common });
      }),
      { seed: 20_261_123, numRuns: 2000 },
    );
  });

  test('any text is read without harm', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab9 :-[]()/<>.|*us\u0000\u001b'), maxLength: 80 }), (text) => {
        const framed = frameLine(text);
        expect(text.includes(framed.payload) || framed.framing === 'header').toBe(true);
      }),
      { seed: 20_261_123, numRuns: 5000 },
    );
  });
});
