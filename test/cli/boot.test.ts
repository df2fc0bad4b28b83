import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-boot-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function faultlog(...args: string[]): Promise<{ code: number; printed: string; complained: string }> {
  const session = sampleSession({ args });
  const code = await run(session);
  return {
    code,
    printed: session.printed().replaceAll(`${folder}/`, ''),
    complained: session.complained().replaceAll(`${folder}/`, ''),
  };
}

/** Addresses of the faults that are read, with `boot` where one begins. */
async function faults(...args: string[]): Promise<readonly string[]> {
  const { printed } = await faultlog('events', '--format', 'jsonl', ...args);
  const rows =
    printed.trim() === ''
      ? []
      : printed
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
  return rows.map(({ address, reason }) => address ?? reason);
}

const START = '[    0.000000] Linux version 6.12.107+deb13-amd64 (debian-kernel@lists.debian.org)';
const fault = (seconds: number, page: string): string =>
  `[${seconds.toFixed(6).padStart(12)}] DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x${page}000 [fault reason 0x06] PTE Read access is not set`;
const lines = (...text: string[]): string => `${text.join('\n')}\n`;
const ID = (digit: string): string => digit.repeat(32);

const THREE = lines(
  START,
  fault(10, '1'),
  fault(500, '2'),
  START,
  fault(12, '3'),
  START,
  fault(11, '4'),
  fault(13, '5'),
);

describe('--boot', () => {
  const log = file('kern.log', THREE);

  test.each<[string, readonly string[]]>([
    ['0', ['0x4000', '0x5000']],
    ['-1', ['0x3000']],
    ['-2', ['0x1000', '0x2000']],
    ['1', ['0x1000', '0x2000']],
    ['2', ['0x3000']],
    ['+3', ['0x4000', '0x5000']],
  ])('%s chooses', async (number, expected) => {
    expect(await faults('--boot', number, log)).toEqual(expected);
  });

  test('the summary is about the boot alone', async () => {
    const { printed } = await faultlog('check', '--format', 'json', '--boot', '-2', log);
    expect(JSON.parse(printed)).toMatchObject({
      inputs: [{ events: 2, dialects: { 'intel-dmar-fault': 2 }, firstTime: '10.000000', lastTime: '500.000000' }],
      counts: { events: { fault: 2 } },
    });
  });

  test('a pipe is read twice', async () => {
    const session = sampleSession({ args: ['events', '--format', 'jsonl', '--boot', '-1', '-'], input: THREE });
    expect(await run(session)).toBe(0);
    expect(
      session
        .printed()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).address),
    ).toEqual(['0x3000']);
  });

  test.each(['4', '-3'])('%s is out of range: says which there are', async (number) => {
    const { code, complained } = await faultlog('check', '--boot', number, log);
    expect(code).toBe(2);
    expect(complained).toBe(
      `faultlog: --boot ${number}: there are 3 boots\n          1 (kern.log:1, 10.000000 to 500.000000 s), 2 (kern.log:4, 12.000000 to 12.000000 s), 3 (kern.log:6, 11.000000 to 13.000000 s); 0 is the last, -1 the one before it, 1 the first.\n`,
    );
  });

  test('what is no number, and what has no boots', async () => {
    expect((await faultlog('check', '--boot', 'last', log)).complained).toBe(
      'faultlog: --boot last: not a boot\n          Give 0 for the last, -1 for the one before, 1 for the first.\n',
    );
    const trace = 'fixtures/pri/pri-intel-handler-7.2.13/h01-orderly.txt';
    expect((await faultlog('check', '--boot', '0', trace)).complained).toBe(
      'faultlog: --boot 0: no input is a log with boots\n          Leave --boot out for traces.\n',
    );
    expect((await faultlog('check', '--boot', '0', '--follow', log)).complained).toBe(
      'faultlog: --boot and --follow exclude each other\n          What is followed is the boot that runs.\n',
    );
  });

  test('a trace beside a log is not touched', async () => {
    const trace = 'fixtures/pri/pri-intel-handler-7.2.13/h01-orderly.txt';
    const { printed } = await faultlog('check', '--format', 'json', '--boot', '1', log, trace);
    const { inputs } = JSON.parse(printed);
    expect(inputs.map(({ events }: { events: number }) => events > 0)).toEqual([true, true]);
    expect(inputs[0].events).toBe(2);
  });
});

describe('boots are told by', () => {
  test("the kernel's first line; the first one of a log says nothing", async () => {
    expect(await faults(file('a.log', THREE))).toEqual([
      '0x1000',
      '0x2000',
      'boot',
      '0x3000',
      'boot',
      '0x4000',
      '0x5000',
    ]);
  });

  test('its clock, where that line was filtered out', async () => {
    const log = file('b.log', lines(fault(400, '1'), fault(500, '2'), fault(12, '3'), fault(13, '4')));
    expect(await faults(log)).toEqual(['0x1000', '0x2000', 'boot', '0x3000', '0x4000']);
  });

  test("journalctl's separators, with ids or without; the kernel's line behind one is no further boot", async () => {
    const entry = (at: string, page: string): string =>
      `Nov 23 06:0${at}:32 host kernel: DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x${page}000 [fault reason 0x06] PTE Read access is not set`;
    const log = file(
      'journal.txt',
      lines(
        '-- Journal begins at Mon 2026-11-23 06:00:00 UTC, ends at Mon 2026-11-23 06:09:00 UTC. --',
        `-- Boot ${ID('a')} --`,
        entry('1', '1'),
        '-- Reboot --',
        'Nov 23 06:03:30 host kernel: Linux version 6.12.107 (gcc)',
        entry('3', '2'),
        `-- Boot ${ID('c')} --`,
        entry('5', '3'),
      ),
    );
    expect(await faults(log)).toEqual(['0x1000', 'boot', '0x2000', 'boot', '0x3000']);
    const { printed } = await faultlog('check', '--format', 'json', log);
    expect(
      JSON.parse(printed).inputs[0].boots.map(({ number, id, line }: Record<string, unknown>) => [number, id, line]),
    ).toEqual([
      [1, ID('a'), 2],
      [2, undefined, 4],
      [3, ID('c'), 7],
    ]);
  });

  const fields = (boot: string, seconds: number, page: string): Record<string, string> => ({
    _BOOT_ID: boot,
    _TRANSPORT: 'kernel',
    _SOURCE_MONOTONIC_TIMESTAMP: `${seconds}000000`,
    MESSAGE: fault(seconds, page).slice(15),
  });
  const entries = [
    fields(ID('a'), 50, '1'),
    fields(ID('a'), 60, '2'),
    fields(ID('b'), 55, '3'),
    fields(ID('b'), 56, '4'),
  ];

  test.each([
    ['json', entries.map((entry) => JSON.stringify(entry)).join('\n')],
    ['json-pretty', entries.map((entry) => JSON.stringify(entry, undefined, 8)).join('\n')],
    [
      'export',
      entries
        .map((entry) =>
          Object.entries(entry)
            .map(([name, value]) => `${name}=${value}\n`)
            .join(''),
        )
        .join('\n'),
    ],
  ])('_BOOT_ID of the journal as %s', async (name, text) => {
    const log = file(`journal-${name}`, `${text}\n`);
    expect(await faults(log)).toEqual(['0x1000', '0x2000', 'boot', '0x3000', '0x4000']);
    expect(await faults('--boot', '-1', log)).toEqual(['0x1000', '0x2000']);
    const { printed } = await faultlog('check', '--verbose', '--no-ladder', log);
    expect(printed).toContain(`boot 2    journal-${name}:`);
    expect(printed).toContain(`, journal ${ID('b')}\n`);
    expect(printed).not.toContain('\\x1e');
  });

  test('the parts of a rotated log, in any order of the arguments', async () => {
    const parts = [
      file('messages.2.gz', gzipSync(lines(START, fault(10, '1'), fault(5000, '2')))),
      file('messages.1', lines(fault(6000, '3'), START, fault(11, '4'))),
      file('messages', lines(fault(900, '5'), fault(20, '6'), fault(30, '7'))),
    ];
    const all = ['0x1000', '0x2000', '0x3000', 'boot', '0x4000', '0x5000', 'boot', '0x6000', '0x7000'];
    expect(await faults(...parts)).toEqual(all);
    expect(await faults(...parts.toReversed())).toEqual(all);
    expect(await faults('--boot', '-1', ...parts)).toEqual(['0x4000', '0x5000']);
    expect(await faults('--boot', '1', ...parts)).toEqual(['0x1000', '0x2000', '0x3000']);
    const names = parts.map((part) => basename(part));
    for (const [archive, order] of [
      ['logs.tar', names],
      ['logs.tar.gz', names.toReversed()],
    ] as const) {
      const packed = spawnSync('tar', ['-caf', archive, ...order], { cwd: folder });
      expect(packed.status).toBe(0);
      expect(await faults(join(folder, archive))).toEqual(all);
      expect(await faults('--boot', '0', join(folder, archive))).toEqual(['0x6000', '0x7000']);
    }
  });
});

describe('what is no boot', () => {
  test.each([
    ['a clock that steps back a little', lines(fault(500, '1'), fault(490, '2'))],
    ['a machine that ran for seconds only', lines(fault(90, '1'), fault(12, '2'))],
    [
      'the version in a later line',
      lines(START, fault(400, '1'), `[  450.000000] foo: Linux version 6.1`, fault(500, '2')),
    ],
  ])('%s', async (_, text) => {
    expect(await faults(file('c.log', text))).toHaveLength(2);
  });

  test('the newest first: each boot runs the other way', async () => {
    const early = Array.from({ length: 20 }, (_, index) => fault(10 + index, `a${index}`));
    const late = Array.from({ length: 20 }, (_, index) => fault(500 + index, `b${index}`));
    const text = lines(START, ...early, ...late, START, ...early);
    const log = file('newest.log', lines(...text.trim().split('\n').toReversed()));
    expect(await faults(log)).toEqual(await faults(file('oldest.log', text)));
  });
});

describe('nothing crosses a boot', () => {
  const request = (seconds: number, prgi: number): string =>
    `[${seconds.toFixed(6).padStart(12)}] faultlog req dev=0000:01:00.0 pasid=1 grpid=${prgi} flags=0x3 perm=0x1 addr=0x1000`;
  const answer = (seconds: number, prgi: number): string =>
    `[${seconds.toFixed(6).padStart(12)}] faultlog rsp dev=0000:01:00.0 pasid=1 grpid=${prgi} code=0`;

  test('what was in flight is unknown, an answer is of its own boot, and no clock stepped', async () => {
    const log = file(
      'groups.log',
      lines(
        START,
        request(100, 1),
        answer(101, 1),
        request(102, 2),
        START,
        request(10, 2),
        answer(10.05, 2),
        answer(11, 1),
      ),
    );
    const { printed } = await faultlog('groups', '--format', 'jsonl', log);
    expect(
      printed
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map(({ prgi, instance, state }) => [prgi, instance, state]),
    ).toEqual([
      [2, 1, 'answered'],
      [1, 1, 'answered'],
      [2, 1, 'unknown'],
    ]);
    const checked = await faultlog('check', '--format', 'concise', '--quiet', log);
    expect(checked.printed.split('\n')).toEqual([
      'groups.log:3:1: warning FL501 0000:01:00.0 PASID 1 PRGI 1: Slow answer to PRGI 1 of PASID 1 on 0000:01:00.0: 1 s after its last request (limit 100 ms).',
      'groups.log:4:1: note FL902 0000:01:00.0 PASID 1 PRGI 2: PRGI 2 of PASID 1 on 0000:01:00.0 was in flight when the machine booted again (line 5).',
      'groups.log:8:1: note FL902 0000:01:00.0 PASID 1 PRGI 1: Response success for PRGI 1 of PASID 1 on 0000:01:00.0 on line 8 has no visible request: its request may precede the capture.',
      '',
    ]);
  });
});
