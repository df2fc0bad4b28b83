import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CaptureKind, generateCapture } from './generate.ts';
import { generateDmesg, generateProbed } from './generate-log.ts';
import { generateTraceDat } from './generate-trace-dat.ts';

export const INPUT_KINDS = ['dense', 'sparse', 'dmesg', 'kprobe', 'trace.dat', 'gz'] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

/** What a tool is measured against: its own command line, and the ratio to reach. */
export interface Yardstick {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** `times as long`: faultlog may take so many times as long. `times as fast`: it must be so many times as fast. */
  readonly goal?: { readonly kind: 'times as long' | 'times as fast'; readonly limit: number };
  /** For the shell: the input goes through a pipe. */
  readonly isShell?: true;
}

export interface BenchInput {
  readonly path: string;
  readonly bytes: number;
  /** Lines or records. */
  readonly lines: number;
}

const RECORDED = fileURLToPath(new URL('../../fixtures/trace-dat/', import.meta.url));

/** Writes an input of about `bytes` bytes; for `gz` so much before compression. */
export function writeInput(kind: InputKind, path: string, bytes: number, seed: number): BenchInput {
  const lines = write(kind, path, bytes, seed);
  return { path, lines, bytes: statSync(path).size };
}

function write(kind: InputKind, path: string, bytes: number, seed: number): number {
  switch (kind) {
    case 'dense':
    case 'sparse':
      return generateCapture(path, kind satisfies CaptureKind, bytes, seed);
    case 'dmesg':
      return generateDmesg(path, bytes, seed);
    case 'kprobe':
      return generateProbed(path, bytes, seed);
    case 'trace.dat':
      return generateTraceDat(path, `${RECORDED}a05-interleaved-prgis-7.2.13.dat`, bytes);
    case 'gz': {
      const lines = generateCapture(`${path}.txt`, 'dense', bytes, seed);
      const { status } = spawnSync('sh', ['-c', 'gzip -1 <"$1.txt" >"$1" && rm "$1.txt"', 'sh', path]);
      if (status !== 0) throw new Error(`${path}: gzip failed`);
      return lines;
    }
    default:
      throw new Error(`no input ${kind satisfies never}`);
  }
}

/** What an engineer would use instead. */
export function yardsticksOf(kind: InputKind, path: string, faultlog: readonly string[]): readonly Yardstick[] {
  switch (kind) {
    case 'dense':
      return [
        rg(path, ['prq_report', 'qi_submit'], 3),
        {
          name: 'gawk pair.awk',
          command: 'gawk',
          args: ['-f', script('pair.awk'), path],
          goal: { kind: 'times as fast', limit: 20 },
        },
        { name: 'gawk pair-columns.awk', command: 'gawk', args: ['-f', script('pair-columns.awk'), path] },
        {
          name: 'DuckDB SQL',
          command: process.execPath,
          args: [script('pair.sql.ts'), path],
          goal: { kind: 'times as fast', limit: 2.5 },
        },
      ];
    case 'sparse':
      return [rg(path, ['prq_report', 'qi_submit'], 2.5)];
    case 'dmesg':
      return [rg(path, ['DMAR:', 'AMD-Vi:'], 3)];
    case 'kprobe':
      return [rg(path, ['prq_report', 'qi_submit', 'report_fault', 'group_response'], undefined)];
    case 'trace.dat':
      return [
        {
          name: 'trace-cmd report',
          command: 'trace-cmd',
          args: ['report', path],
          goal: { kind: 'times as fast', limit: 5 },
        },
      ];
    case 'gz':
      return [
        {
          name: 'zcat | faultlog check -',
          command: 'sh',
          args: ['-c', 'zcat "$1" | "$2" "$3" check -', 'sh', path, ...faultlog],
          goal: { kind: 'times as long', limit: 1.3 },
          isShell: true,
        },
        {
          name: 'zcat | rg -c',
          command: 'sh',
          args: ['-c', 'zcat "$1" | rg -c -e prq_report -e qi_submit', 'sh', path],
          isShell: true,
        },
      ];
    default:
      throw new Error(`no input ${kind satisfies never}`);
  }
}

function rg(path: string, needles: readonly string[], limit: number | undefined): Yardstick {
  return {
    name: 'rg -c',
    command: 'rg',
    args: ['-c', ...needles.flatMap((needle) => ['-e', needle]), path],
    ...(limit !== undefined && { goal: { kind: 'times as long', limit } }),
  };
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
