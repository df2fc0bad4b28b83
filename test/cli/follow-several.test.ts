import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { sampleSession } from './sample-session.ts';

const FOLDER = 'fixtures/pri/pri-intel-handler-7.2.13';
const TRACE = readFileSync(`${FOLDER}/h02-answered-twice.txt`, 'utf8').split(/(?<=\n)/);
/** What writes the pipes may be slow, and is late only behind this. */
const PATIENT = ['--merge-window', '10s'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultlog-follow-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A pipe with a name, which somebody writes to while it is followed. */
function pipe(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

/** Writes to pipes, round about, a piece each; ends when all is written. */
async function writeTo(pieces: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const streams = Object.entries(pieces).map(([path, texts]) => ({
    stream: createWriteStream(path),
    texts: [...texts],
  }));
  while (streams.some(({ texts }) => texts.length > 0)) {
    for (const { stream, texts } of streams) {
      const text = texts.shift();
      if (text !== undefined) await new Promise((resolve) => stream.write(text, resolve));
    }
  }
  for (const { stream } of streams) stream.end();
}

/** The records of the report, without the names of inputs. */
async function printedBy(args: readonly string[]): Promise<unknown[]> {
  const session = sampleSession({ args: ['check', '--format', 'jsonl', ...args] });
  await run(session);
  return session
    .printed()
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('{"type":"live-finding"'))
    .map((line) => JSON.parse(line.replaceAll(/"path":"[^"]*"/g, '"path":""')));
}

/** The events of each CPU, with the header, as its own `trace_pipe` gives them. */
function perCpu(lines: readonly string[]): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  for (const line of lines) {
    const cpu = /\[(\d{3})\] /.exec(line)?.[1];
    if (cpu !== undefined) parts.set(cpu, [...(parts.get(cpu) ?? []), line]);
  }
  return parts;
}

test('the pipes of all CPUs are one trace, in order of time', async () => {
  for (const name of readdirSync(FOLDER).filter((each) => /^h\d\d-[^.]*\.txt$/.test(each))) {
    const parts = perCpu(readFileSync(`${FOLDER}/${name}`, 'utf8').split(/(?<=\n)/));
    const files = [...parts].map(([cpu, lines]) => {
      const path = join(folder, `${name}-${cpu}.txt`);
      writeFileSync(path, lines.join(''));
      return path;
    });
    const pipes = [...parts].map(([cpu, lines]): [string, string[]] => [pipe(`${name}-${cpu}`), lines]);
    const followed = printedBy([...PATIENT, '--follow', ...pipes.map(([path]) => path)]);
    await writeTo(Object.fromEntries(pipes));
    expect([name, await followed]).toEqual([name, await printedBy([...PATIENT, ...files])]);
  }
});

test('a log and a trace of one machine', async () => {
  const log = join(folder, 'dmesg.txt');
  const trace = join(folder, 'trace.txt');
  const lines = [
    '[   13.047850] IOMMU: dmar0: PRQ overflow detected\n',
    '[   13.047850] DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x1000 [fault reason 0x06] PTE Read access is not set\n',
    '[   14.047850] dmar0: Invalid page request: 300000100080101 7f2b3c4d50ff\n',
  ];
  writeFileSync(log, lines.join(''));
  writeFileSync(trace, TRACE.join(''));
  const [logPipe, tracePipe] = [pipe('log'), pipe('trace')];
  const followed = printedBy([...PATIENT, '--follow', logPipe, tracePipe]);
  await writeTo({ [logPipe]: lines, [tracePipe]: TRACE });
  expect(await followed).toEqual(await printedBy([...PATIENT, log, trace]));
});

test('lanes are joined at the end as if they had been files', async () => {
  const other = readFileSync(`${FOLDER}/h01-orderly.txt`, 'utf8').split(/(?<=\n)/);
  const files = [join(folder, 'host.txt'), join(folder, 'guest.txt')];
  writeFileSync(files[0] ?? '', TRACE.join(''));
  writeFileSync(files[1] ?? '', other.join(''));
  const [host, guest] = [pipe('host'), pipe('guest')];
  const followed = printedBy([...PATIENT, '--follow', `host=${host}`, `guest=${guest}`]);
  await writeTo({ [host]: TRACE, [guest]: other });
  expect(await followed).toEqual(await printedBy([...PATIENT, `host=${files[0]}`, `guest=${files[1]}`]));
});

describe('an input that says nothing', () => {
  test('holds no other up, and one that cannot be read is told', async () => {
    let interrupt = (): void => undefined;
    const session = sampleSession({
      args: [
        'check',
        '--format',
        'concise',
        '--merge-window',
        '100ms',
        '--follow',
        '-',
        join(folder, 'none.txt'),
        pipe('trace'),
      ],
      stdin: new PassThrough(),
      onInterrupt: (listener) => {
        interrupt = listener;
      },
    });
    const code = run(session);
    const writer = createWriteStream(join(folder, 'trace'));
    writer.write(TRACE.join(''));
    await new Promise<void>((resolve) => {
      session.stdout.stream.on('data', () => {
        if (session.printed().includes('warning FL204')) resolve();
      });
    });
    interrupt();
    writer.end();
    expect(await code).toBe(2);
    expect(session.complained()).toContain('none.txt: there is no such file');
  });
});
