import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import type { Lane } from '../../src/model/lane.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { answer, probe, REPORTER, reported, request, trace } from '../replay/trace-lines.ts';
import { type Analysed, analyseTexts } from '../truth/analyse-text.ts';

/** What `faultlog recipe` writes above a trace: the clock that the text does not say. */
function traceOf(lines: readonly string[], clock: string | undefined): string {
  const text = trace(lines);
  return clock === undefined ? text : text.replace('# tracer', `# clock: ${clock}\n# tracer`);
}

function spoken({ findings }: Analysed): string[] {
  return findings
    .filter(({ id }) => id !== 'FL902')
    .map(({ id, certainty, pasid, prgi, count }) => `${id} ${certainty} ${pasid ?? '-'}/${prgi ?? '-'} ×${count ?? 1}`);
}

function messageOf({ findings }: Analysed, id: string): string | undefined {
  return findings.find((finding) => finding.id === id)?.message;
}

const OVERFLOW = [
  '[   10.500000] IOMMU: dmar0: PRQ overflow detected',
  '[   10.500100] IOMMU: dmar0: PRQ overflow cleared',
  '',
].join('\n');

/** Semantics §7: a common clock declared by the capture. */
describe('a kernel log on the clock of the trace', () => {
  const across = [
    request(9, { prgi: 5 }),
    answer(9.001, { prgi: 5 }),
    request(10, { last: false, pasid: 2 }),
    request(11),
    answer(11.1, { code: 1 }),
  ];

  it.each(['perf', 'global'])('with the trace clock %s: parts the requests around an overflow', async (clock) => {
    const found = await analyseTexts([traceOf(across, clock), OVERFLOW]);
    expect(spoken(found)).toEqual(['FL304 certain -/- ×1', 'FL402 certain 1/1 ×1']);
    expect(messageOf(found, 'FL304')).toContain('1 group still collecting and 0 sealed groups were open at that time');
    expect(found.groups.map(({ pasid, state }) => [pasid, state])).toContainEqual([2, 'hardware-finished']);
  });

  it.each([undefined, 'local', 'mono', 'boot', 'x86-tsc'])('not with the trace clock %s', async (clock) => {
    const found = await analyseTexts([traceOf(across, clock), OVERFLOW]);
    expect(messageOf(found, 'FL304')).toContain('its place in the trace is not known');
  });

  it('not where another program wrote the times', async () => {
    const log = OVERFLOW.replace(/^\[ +([\d.]+)\]/gm, '2026-11-28T10:00:$1+00:00 host kernel:').replace(
      /:10\./g,
      ':10.',
    );
    const found = await analyseTexts([traceOf(across, 'perf'), log]);
    expect(messageOf(found, 'FL304')).toContain('its place in the trace is not known');
  });

  it('parts what was read between the two lines of an overflow too', async () => {
    const lines = [...across.slice(0, 2), request(10.50005, { last: false, pasid: 2 }), ...across.slice(3)];
    const found = await analyseTexts([traceOf(lines, 'perf'), OVERFLOW]);
    expect(spoken(found)).toEqual(['FL304 certain -/- ×1', 'FL402 certain 1/1 ×1']);
  });

  it('is told once by the log and by the event console', async () => {
    const lines = OVERFLOW.split('\n').filter((line) => line !== '');
    const told = lines.map((line, index) => probe(10.5 + index * 1e-4, 'console', line));
    const found = await analyseTexts([traceOf([...across.slice(0, 3), ...told, ...across.slice(3)], 'perf'), OVERFLOW]);
    expect(spoken(found)).toEqual(['FL304 certain -/- ×1', 'FL402 certain 1/1 ×1']);
  });

  it('says nothing of how long the trace ran, nor when it began', async () => {
    const open = [request(9, { prgi: 5 }), answer(9.001, { prgi: 5 }), request(10), answer(10.1, { prgi: 7 })];
    const log = `[    1.000000] IOMMU: dmar0: PRQ overflow detected\n[   99.000000] IOMMU: dmar0: PRQ overflow detected\n`;
    const found = await analyseTexts([traceOf(open, 'perf'), log]);
    expect(spoken(found)).toEqual(['FL304 certain -/- ×1', 'FL304 certain -/- ×1']);
    expect(found.findings.filter(({ id }) => id === 'FL902').map(({ prgi }) => prgi)).toEqual([1, 7]);
  });

  /** Two refusals of one key: of a traced request, and later of one that is never traced, which the log names. */
  const twice = (...between: readonly string[]): string[] => [
    request(9, { prgi: 5 }),
    answer(9.001, { prgi: 5 }),
    ...between,
    answer(10.1, { code: 1, by: REPORTER }),
    request(10.2),
    answer(10.7001, { code: 1, by: REPORTER }),
    request(11, { prgi: 5 }),
    answer(11.1, { prgi: 5 }),
    request(25, { prgi: 5 }),
    answer(25.1, { prgi: 5 }),
  ];
  const LOG = '[   10.700000] dmar0: Invalid page request: 101000101 0020000f\n';

  it.each([
    ['perf', []],
    ['perf', [reported(10)]],
    [undefined, []],
    [undefined, [reported(10)]],
  ] as const)('with the trace clock %s: both refusals are known (%#)', async (clock, between) => {
    const text = traceOf(twice(...between), clock);
    const { findings } = await analyseTexts([text, LOG]);
    const traced = text.split('\n').findIndex((line) => line.includes(' 10.200000: ')) + 1;
    expect(spoken({ findings, groups: [] })).toEqual(['FL107 certain 1/1 ×1', 'FL107 certain 1/1 ×1']);
    const evidence = findings.map((finding) => finding.evidence.map(({ input, line }) => `${input}:${line}`).sort());
    expect(evidence).toEqual([[`0:${traced - 1}`, `0:${traced}`].sort(), [`0:${traced + 1}`, '1:1']]);
  });

  const queuedTwice = [request(9), answer(10), answer(11), request(12, { prgi: 5 }), answer(12.1, { prgi: 5 })];
  const timeOut = (time: number): string =>
    `[   ${time.toFixed(6)}] DMAR: VT-d detected Invalidation Time-out Error: SID 100\n`;

  it.each([
    ['perf', 10.5, []],
    ['perf', 11.5, ['certain']],
    [undefined, 10.5, ['possible']],
    [undefined, 11.5, ['possible']],
  ] as const)(
    'with the trace clock %s and a time-out at %d: an answer queued twice',
    async (clock, time, certainty) => {
      const { findings } = await analyseTexts([traceOf(queuedTwice, clock), timeOut(time)]);
      const seconds = findings.filter(({ id }) => id === 'FL102');
      expect(seconds.map((finding) => finding.certainty)).toEqual(certainty);
    },
  );

  it('without a time-out an answer queued twice is a second one', async () => {
    const { findings } = await analyseTexts([traceOf(queuedTwice, undefined), OVERFLOW]);
    expect(findings.filter(({ id }) => id === 'FL102').map(({ certainty }) => certainty)).toEqual(['certain']);
  });
});

/** A VMM's trace of the host's kernel, and a guest's, whose messages lie within 1 ms of the host's. */
describe('two traces that declare one clock', () => {
  const host = [request(9), answer(9.003), request(30, { prgi: 2 }), answer(30.003, { prgi: 2 })];
  const above = [request(9.001), answer(9.002), request(30.001, { prgi: 2 }), answer(30.002, { prgi: 2 })];

  async function clocksOf(
    lane: Lane,
    clocks: readonly [string | undefined, string | undefined],
    lines: readonly string[] = above,
  ): Promise<unknown> {
    const inputs = [traceOf(host, clocks[0]), traceOf(lines, clocks[1])].map((text, index): InputSpec => {
      const bytes = Buffer.from(text);
      const open = (): Readable => Readable.from([bytes]);
      return { path: `${index}.txt`, lane: index === 0 ? 'host' : lane, sizeBytes: bytes.length, open };
    });
    const { clocks: found } = await analyse(inputs, registry, { limits: DEFAULT_LIMITS });
    return found?.map(({ source, lowNs, highNs }) => [source, lowNs, highNs]);
  }

  it.each(['local', 'mono', 'boot', 'x86-tsc'])('of one kernel with %s: are on it', async (clock) => {
    expect(await clocksOf('vmm', [clock, clock])).toEqual([['common', 0, 0]]);
  });

  /** A request may be traced 100 ms late. */
  const estimated = [['estimated', -101e6, 1e6]];

  it('of different names, or of none, are related by their messages', async () => {
    expect(await clocksOf('vmm', ['mono', 'boot'])).toEqual(estimated);
    expect(await clocksOf('vmm', ['mono', undefined])).toEqual(estimated);
    expect(await clocksOf('vmm', [undefined, undefined])).toEqual(estimated);
  });

  it('of two kernels are on it if the processor counts it', async () => {
    expect(await clocksOf('guest', ['x86-tsc', 'x86-tsc'])).toEqual([['common', 0, 0]]);
    expect(await clocksOf('guest', ['mono', 'mono'])).toEqual(estimated);
  });

  it('are related by their messages where those contradict it', async () => {
    const ahead = [request(59.001), answer(59.002), request(80.001, { prgi: 2 }), answer(80.002, { prgi: 2 })];
    expect(await clocksOf('guest', ['x86-tsc', 'x86-tsc'], ahead)).toEqual([['estimated', -50.101e9, -49.999e9]]);
    expect(await clocksOf('vmm', ['mono', 'mono'], ahead)).toEqual([['estimated', -50.101e9, -49.999e9]]);
  });
});
