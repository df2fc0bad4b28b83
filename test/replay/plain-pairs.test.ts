import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import type { Result } from '../../src/model/result.ts';
import type { Observation } from '../../src/replay/observation.ts';
import { Replay } from '../../src/replay/replay.ts';
import { input } from '../intake/fake-parsers.ts';
import { placedInput } from '../intake/placed-input.ts';
import { Random } from '../sim/random.ts';

const limits = { ...DEFAULT_LIMITS, slowNs: 2_000_000, timeoutNs: 50_000_000 };

const resultOf = (spec: InputSpec): Promise<Result> => analyse([spec], registry, { limits });

/** Lines of a file are rows, and plain pairs need no object; those of a stream are events. */
async function expectSame(content: Uint8Array): Promise<Result> {
  const [short, long] = [await resultOf(placedInput(content)), await resultOf(input(content))];
  expect(short).toEqual(long);
  return short;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = globSync('fixtures/**/*.txt', { cwd: root });
const captures = globSync('../shared/captures/pri-*/*.txt', { cwd: root }).filter((path) => !/truth|how/.test(path));

describe('the short way for plain pairs gives what the replay of events gives', () => {
  test('all fixtures', async () => {
    for (const path of fixtures) await expectSame(readFileSync(`${root}/${path}`));
  });

  test.skipIf(captures.length === 0)(`captures${captures.length === 0 ? ' (no ../shared)' : ''}`, async () => {
    for (const path of captures) await expectSame(readFileSync(`${root}/${path}`));
  });

  test('generated captures with all that can go wrong', async () => {
    const found = new Set<string>();
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const { findings } = await expectSame(Buffer.from(captureOf(seed)));
      for (const { id } of findings) found.add(id);
    }
    expect([...found].sort()).toEqual([
      'FL101',
      'FL102',
      'FL103',
      'FL104',
      'FL105',
      'FL106',
      'FL107',
      'FL201',
      'FL203',
      'FL204',
      'FL205',
      'FL301',
      'FL302',
      'FL304',
      'FL305',
      'FL306',
      'FL401',
      'FL402',
      'FL404',
      'FL501',
      'FL901',
      'FL902',
      'FL903',
      'FL904',
    ]);
  });

  test('nearly all groups of a calm capture are plain', async () => {
    const stream = readEvents([placedInput(Buffer.from(captureOf(0, 3000)))], registry, { mergeWindowNs: 1e9 });
    const closed = { plain: 0, others: 0 };
    const emit = ({ kind }: Observation): void => {
      if (kind === 'group-closed') closed.others += 1;
    };
    const replay = new Replay(limits, emit, () => {
      closed.plain += 1;
    });
    for await (const { run } of stream) {
      for (let index = 0; index < run.length; index += 1) {
        const row = run.rowAt(index);
        const event = row >= 0 ? undefined : run.at(index);
        if (event !== undefined) replay.push(event);
        else if (run.source !== undefined) replay.pushRow(run.source, row);
      }
    }
    replay.finish({ end: 'unknown' });
    expect(closed).toEqual({ plain: 1224, others: 85 });
  });

  test('what was in flight for longer than rows are kept is read again', async () => {
    const lines = ['# tracer: nop', requestLine(1000, 0, 1, 1, 7, true), requestLine(1010, 1, 1, 2, 9, false)];
    let sequence = 2;
    for (let pair = 0; pair < 20_000; pair += 1) {
      const micros = 2000 + pair * 2;
      lines.push(requestLine(micros, sequence, 1, 3, 8, true), responseLine(micros + 1, 1, 3, 8, 0, 30));
      sequence += 1;
    }
    lines.push(responseLine(70_000, 1, 1, 7, 0, 30), responseLine(70_001, 1, 1, 7, 0, 30), '');
    const { findings } = await expectSame(Buffer.from(lines.join('\n')));
    expect(findings.map(({ id, evidence }) => [id, ...evidence.map(({ line }) => line)])).toEqual([
      ['FL301', 2, 40_004],
      ['FL102', 40_005, 2, 40_004],
      ['FL306', 3],
    ]);
  });
});

const below = (random: Random, limit: number): number => Math.floor(random.next() * limit);

/** The higher the seed, the more goes wrong; nothing does with seed 0. */
const RUNS = 200;
const LINES = 250;

function captureOf(seed: number, count = LINES): string {
  const random = new Random(seed);
  const trouble = seed / RUNS;
  const lines = ['# tracer: nop'];
  let micros = 1_000_000;
  let sequence = below(random, 2) * 17;
  const open: [number, number, number][] = [];
  const isOdd = (share: number): boolean => below(random, 10_000) < share * trouble * 10_000;
  while (lines.length < count) {
    micros += below(random, 9) + (isOdd(0.01) ? below(random, 60_000) : 0);
    const prgi = below(random, 12);
    const pasid = isOdd(0.2) ? 1 + below(random, 3) : 1 + (prgi % 3);
    const key: [number, number, number] = [below(random, 2), pasid, prgi];
    const [rid] = key;
    const busy = open.some((other) => other[0] === rid && other[2] === prgi);
    if (isOdd(0.06)) lines.push(oddLine(random, micros, key));
    else if (open.length > 0 && below(random, 5) < 2) {
      const [answered = key] = open.splice(below(random, open.length), 1);
      const code = isOdd(0.2) ? 1 + below(random, 2) : 0;
      const target: [number, number, number] = isOdd(0.1) ? key : answered;
      lines.push(responseLine(micros, ...target, code, isOdd(0.1) ? 53 : 30 + below(random, 3)));
      if (isOdd(0.1)) lines.push(lines.at(-1) ?? '');
    } else if (!busy || isOdd(0.2)) {
      const isLast = below(random, 4) > 0;
      lines.push(requestLine(micros, sequence, rid, pasid, prgi, isLast));
      sequence += isOdd(0.02) ? 2 + below(random, 4) : 1;
      if (isLast) open.push(key);
    }
  }
  for (const key of open) {
    micros += 3;
    if (!isOdd(0.3)) lines.push(responseLine(micros, ...key, 0, 30));
  }
  return `${lines.join('\n')}\n`;
}

function requestLine(
  micros: number,
  sequence: number,
  rid: number,
  pasid: number,
  prgi: number,
  isLast: boolean,
): string {
  const text = `dmar0/0000:01:00.${rid} seq# ${sequence}: rid=0x10${rid} addr=0x${(micros % 4096).toString(16)} rw--${isLast ? 'l' : '-'} pasid=0x${pasid} index=0x${prgi.toString(16)}`;
  return ` irq/24-dmar0-pr-53      [000] ..... ${time(micros)}: prq_report: ${text}`;
}

function responseLine(micros: number, rid: number, pasid: number, prgi: number, code: number, pid: number): string {
  const task = pid === 53 ? ' irq/24-dmar0-pr-53   ' : `     kworker/u8:0-${pid}   `;
  return `${task}   [00${pid & 3}] d..1. ${time(micros)}: qi_submit: page_grp_resp dmar0: 0x${pasid}010${rid}${code}019 0x${(prgi << 3).toString(16)} 0x0 0x0`;
}

function time(micros: number): string {
  return `${String(Math.floor(micros / 1e6)).padStart(5)}.${String(micros % 1e6).padStart(6, '0')}`;
}

/** Whatever else may stand in such a capture. */
function oddLine(random: Random, micros: number, [rid, pasid, prgi]: [number, number, number]): string {
  const task = `            bash-7${below(random, 2)}      [002] ..... `;
  const at = time(micros);
  const late = time(Math.max(0, micros - below(random, 3_000_000)));
  const stopMarker = ` irq/24-dmar0-pr-53      [000] ..... ${at}: prq_report: dmar0/0000:01:00.${rid} seq# 0: rid=0x10${rid} addr=0x0 ----l pasid=0x${pasid} index=0x${prgi.toString(16)}`;
  const odd = [
    `CPU:${below(random, 4)} [LOST ${1 + below(random, 9)} EVENTS]`,
    `${task}${at}: qi_submit: inv_wait dmar0: 0x200000045 0x0 0x0 0x0`,
    `${task}${at}: qi_submit: p_iotlb_inv dmar0: 0x${pasid}00010026 0x0 0x0 0x0`,
    [
      `${task}${at}: qi_submit: inv_wait dmar0: 0x200000045 0x0 0x0 0x0`,
      `${task}${at}: qi_submit: p_iotlb_inv dmar0: 0x${pasid}00010026 0x0 0x0 0x0`,
      `${task}${at}: qi_submit: p_dev_tlb_inv dmar0: 0x100000${pasid}010${rid}0008 0x7ffffffffffff800 0x0 0x0`,
    ].join('\n'),
    stopMarker,
    ` irq/24-dmar0-pr-53      [000] ..... ${at}: prq_report: dmar0/0000:01:00.${rid} seq# 0: rid=0x10${rid} addr=0x1 rw--l pasid=0x${pasid} index=0x${prgi.toString(16)} private=0x1/0x2`,
    responseLine(Math.max(0, micros - below(random, 3_000_000)), rid, pasid, prgi, 0, 31),
    responseLine(micros, rid, pasid, prgi, 1, 53),
    [stopMarker, responseLine(micros + 1, rid, pasid, prgi, 0, 30)].join('\n'),
    `${task}${late}: sched_waking: iommu`,
    `${task}${at}: iommu_detach_device_pasid: (iommu_detach_device_pasid+0x0/0x1) pasid=${pasid}`,
    `${task}${at}: iommu_attach_device_pasid: (iommu_attach_device_pasid+0x0/0x1) pasid=${pasid}`,
    `${task}${at}: console: DMAR: IOMMU: dmar0: PRQ overflow detected`,
    `${task}${at}: console: DMAR: [DMA Read NO_PASID] Request device [01:00.${rid}] fault addr 0x1000 [fault reason 0x06] PTE Read access is not set`,
    `${task}${at}: console: DMAR: DRHD: handling fault status reg 40`,
    `${task}${at}: console: DMAR: VT-d detected Invalidation Time-out Error: SID 100`,
    `${task}${at}: iopf_queue_remove_device: (iopf_queue_remove_device+0x0/0x1)`,
    `${task}${at}: iopf_group_response: (iopf_group_response+0x0/0x1) pasid=0x${pasid} grpid=0x${prgi.toString(16)} code=0x0`,
  ];
  return odd[below(random, odd.length)] ?? '';
}
