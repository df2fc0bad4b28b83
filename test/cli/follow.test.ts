import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { type SampleSession, sampleSession } from './sample-session.ts';

const LINES = readFileSync('fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt', 'utf8').split(/(?<=\n)/);
const WINDOW = ['--merge-window', '100ms'];
const FAULT = (second: number, address: string): string =>
  `[  ${second}.000000] DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x${address}000 [fault reason 0x06] PTE Read access is not set\n`;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'faultlog-follow-'));
  folders.push(made);
  return made;
}

/** A run that goes on until it is interrupted. */
interface Following {
  readonly session: SampleSession;
  readonly code: Promise<number>;
  interrupt(): void;
  /** Resolves when standard output and error hold the text. */
  until(text: string): Promise<void>;
}

function follow(args: readonly string[], parts: Partial<SampleSession> = {}): Following {
  let onInterrupt = (): void => undefined;
  const session = sampleSession({
    args,
    onInterrupt: (listener) => {
      onInterrupt = listener;
    },
    ...parts,
  });
  const outputs = [session.stdout.stream, session.stderr.stream];
  return {
    session,
    code: run(session),
    interrupt: () => onInterrupt(),
    until: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!`${session.printed()}${session.complained()}`.includes(text)) return;
          for (const stream of outputs) stream.off('data', look);
          resolve();
        };
        for (const stream of outputs) stream.on('data', look);
        look();
      }),
  };
}

describe('a pipe', () => {
  test('gives findings while it is open, and the report at its end', async () => {
    const stdin = new PassThrough();
    const following = follow(['check', '--format', 'concise', ...WINDOW, '--follow', '-'], { stdin });
    stdin.write(LINES.join(''));
    await following.until(':35:1: error FL102');
    const early = following.session.printed();
    stdin.end();
    expect(await following.code).toBe(1);
    expect(early.split('\n').map((line) => line.slice(0, 30))).toEqual([
      '<stdin>:29:1: error FL102 0000',
      '<stdin>:35:1: error FL102 0000',
      '<stdin>:23:1: warning FL204 00',
      '',
    ]);
    const whole = sampleSession({
      args: ['check', '--format', 'concise', ...WINDOW, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt'],
    });
    await run(whole);
    expect(
      following.session
        .printed()
        .slice(early.length)
        .replaceAll(/^\S+?:/gm, ''),
    ).toBe(whole.printed().replaceAll(/^\S+?:/gm, ''));
  });

  test('reads half a line no sooner than its end comes', async () => {
    const stdin = new PassThrough();
    const following = follow(['events', '--format', 'jsonl', ...WINDOW, '--follow', '-'], { stdin });
    const line = FAULT(1, 'aaaa');
    stdin.write(FAULT(0, '1111') + line.slice(0, 60));
    await following.until('0x1111000');
    stdin.write(line.slice(60));
    await following.until('0xaaaa000');
    stdin.end();
    expect(await following.code).toBe(0);
    const events = following.session.printed().trim().split('\n');
    expect(events.map((text) => JSON.parse(text)).map(({ line: at, offset }) => [at, offset])).toEqual([
      [1, 0],
      [2, FAULT(0, '1111').length],
    ]);
  });

  test('that nobody writes to is ended by an interrupt', async () => {
    const following = follow(['check', '--follow', '-'], { stdin: new PassThrough() });
    await new Promise((resolve) => setImmediate(resolve));
    const interrupted = setInterval(following.interrupt, 5);
    expect(await following.code).toBe(0);
    clearInterval(interrupted);
    expect(following.session.printed()).toMatch(/^Nothing to judge/);
  });
});

describe('a file', () => {
  test('is read on as it grows; an interrupt ends it with the report and its code', async () => {
    const path = join(folder(), 'trace.txt');
    writeFileSync(path, LINES.slice(0, 20).join(''));
    const following = follow(['check', '--format', 'jsonl', ...WINDOW, '--follow', path]);
    appendFileSync(path, LINES.slice(20).join(''));
    await following.until('"live-finding","id":"FL204"');
    following.interrupt();
    expect(await following.code).toBe(1);
    const records = following.session
      .printed()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ type, id }) => [type, id])).toEqual([
      ['live-finding', 'FL102'],
      ['live-finding', 'FL102'],
      ['live-finding', 'FL204'],
      ['input', undefined],
      ['finding', 'FL102'],
      ['finding', 'FL102'],
      ['finding', 'FL102'],
      ['finding', 'FL204'],
      ['summary', undefined],
    ]);
    expect(records[4].evidence).toEqual(records[0].evidence);
  });

  test('that is empty at first', async () => {
    const path = join(folder(), 'kern.log');
    writeFileSync(path, '');
    const following = follow(['check', '--format', 'concise', ...WINDOW, '--follow', path]);
    setImmediate(() => appendFileSync(path, FAULT(1, 'abcd')));
    await following.until('FL401');
    following.interrupt();
    expect(await following.code).toBe(0);
  });

  test('is followed by the new one when it is rotated, the line that it did not end ends there', async () => {
    const path = join(folder(), 'kern.log');
    writeFileSync(path, FAULT(1, '1111') + FAULT(2, '2222').trimEnd());
    const following = follow(['events', '--format', 'jsonl', ...WINDOW, '--follow', path]);
    await following.until('0x1111000');
    renameSync(path, `${path}.1`);
    writeFileSync(path, FAULT(3, '3333'));
    await following.until('0x3333000');
    following.interrupt();
    expect(await following.code).toBe(0);
    const events = following.session
      .printed()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ line, address }) => [line, address])).toEqual([
      [1, '0x1111000'],
      [2, '0x2222000'],
      [3, '0x3333000'],
    ]);
    expect(following.session.complained()).toBe(
      `faultlog: ${path} was rotated: reading on from its start\n          Its line 1 is line 3 here.\n`,
    );
  });

  test('is read from its start when it was truncated', async () => {
    const path = join(folder(), 'kern.log');
    writeFileSync(path, FAULT(1, '1111') + FAULT(2, '2222'));
    const following = follow(['events', '--format', 'jsonl', ...WINDOW, '--follow', path]);
    await following.until('0x2222000');
    truncateSync(path);
    await following.until('was truncated');
    appendFileSync(path, FAULT(3, '3333'));
    await following.until('0x3333000');
    following.interrupt();
    expect(await following.code).toBe(0);
    expect(following.session.complained()).toBe(
      `faultlog: ${path} was truncated: reading on from its start\n          Its line 1 is line 3 here.\n`,
    );
  });

  test('that is gone is waited for', async () => {
    const path = join(folder(), 'kern.log');
    writeFileSync(path, FAULT(1, '1111'));
    const following = follow(['events', '--format', 'jsonl', ...WINDOW, '--follow', path]);
    await following.until('0x1111000');
    renameSync(path, `${path}.1`);
    await following.until('is gone');
    writeFileSync(path, FAULT(3, '3333'));
    await following.until('0x3333000');
    following.interrupt();
    expect(await following.code).toBe(0);
  });
});

describe('what is not decided yet', () => {
  const request = (seconds: string, prgi: number, cpu = 0): string =>
    `task-1 [00${cpu}] ..... ${seconds}: prq_report: dmar0/0000:01:00.0 seq# ${prgi}: rid=0x100 addr=0x100 rw--l pasid=0x1 index=0x${prgi}\n`;
  const answer = (seconds: string, prgi: number): string =>
    `work-2 [000] ..... ${seconds}: qi_submit: page_grp_resp dmar0: 0x101000019 0x${(prgi << 3).toString(16)} 0x0 0x0\n`;

  test('an answer is missing when the capture itself has passed the timeout', async () => {
    const stdin = new PassThrough();
    const following = follow(['check', '--format', 'concise', '--timeout', '2s', ...WINDOW, '-F', '-'], { stdin });
    stdin.write(request('10.000000', 1) + request('11.900000', 2) + answer('11.950000', 2));
    stdin.write(request('12.100000', 3) + answer('12.150000', 3));
    await following.until('error FL301');
    expect(following.session.printed()).toBe(
      '<stdin>:1:1: error FL301 0000:01:00.0 PASID 1 PRGI 1: No answer to PRGI 1 of PASID 1 on 0000:01:00.0 within the timeout of 2 s: none until the capture ends.\n',
    );
    stdin.end();
    expect(await following.code).toBe(1);
  });

  test('what comes later can take an accusation back', async () => {
    const stdin = new PassThrough();
    const following = follow(['check', '--format', 'concise', ...WINDOW, '-F', '-'], { stdin });
    stdin.write(request('9.900000', 1, 1) + answer('9.950000', 1));
    stdin.write(request('10.000000', 2) + answer('10.050000', 2) + answer('10.090000', 2));
    stdin.write(request('12.000000', 3) + answer('12.050000', 3));
    await following.until('<stdin>:5:1: error FL102');
    // What CPU 1 lost may lie right behind its last event.
    stdin.end(`CPU:1 [LOST 5 EVENTS]\n${request('12.100000', 4, 1)}${answer('12.150000', 4)}`);
    expect(await following.code).toBe(0);
    expect(following.session.complained()).toBe(
      'faultlog: FL102 on 0000:01:00.0, shown for line 5, does not hold any more\n          What came later explains it: see the report.\n',
    );
  });
});

describe('it refuses', () => {
  test('what is no text', async () => {
    const path = join(folder(), 'kern.log.gz');
    writeFileSync(path, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]));
    const following = follow(['check', '--follow', path]);
    expect(await following.code).toBe(2);
    expect(following.session.complained()).toBe(
      `faultlog: --follow reads text, and ${path} is gzip-compressed text (.gz), also several members in one file\n          Analyse it without --follow when it is complete.\n`,
    );
  });
});
