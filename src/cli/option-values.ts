import { DURATION_FORM, parseDuration } from '../base/duration.ts';
import { UsageError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import type { SourceAnchor } from '../report/pipeline.ts';

/** Parsers of option values. All throw a UsageError that names the option and says what it takes. */

export function durationOption(option: string): (value: string) => number {
  return (value) => {
    const ns = parseDuration(value);
    if (ns === undefined) throw new UsageError(`${option} ${value}: not a duration`, `Give ${DURATION_FORM}.`);
    if (ns === 0) throw new UsageError(`${option} ${value}: no time at all`, 'Give a duration above 0.');
    return ns;
  };
}

export function countOption(option: string, minimum: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(count) || count < minimum) {
      throw new UsageError(`${option} ${value}: not a count`, `Give a whole number from ${minimum} on.`);
    }
    return count;
  };
}

/** A boot as `journalctl --boot` counts: 0 the last, -1 the one before, 1 the first. */
export function bootOption(value: string): number {
  if (/^[+-]?\d{1,6}$/.test(value)) return Number(value);
  throw new UsageError(`--boot ${value}: not a boot`, 'Give 0 for the last, -1 for the one before, 1 for the first.');
}

export function choiceOption<T extends string>(
  option: string,
  choices: readonly T[],
): ((value: string) => T) & Choices {
  const parse = (value: string): T => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) return choice;
    throw new UsageError(`${option} ${value}: unknown value`, `${didYouMean(value, choices)}Choose ${oneOf(choices)}.`);
  };
  return Object.assign(parse, { choices });
}

/** What a parser of values knows of them: completion offers what parsing takes. */
export interface Choices {
  readonly choices: readonly string[];
}

/** PASIDs in decimal or as `0x…`; repeatable and comma-separated. */
export function pasidOption(value: string, earlier: readonly number[] = []): readonly number[] {
  const pasids = value.split(',').map((part) => {
    const pasid = /^(?:\d+|0x[0-9a-f]+)$/i.test(part.trim()) ? Number(part) : Number.NaN;
    if (Number.isNaN(pasid) || pasid > 0xfffff) {
      throw new UsageError(`--pasid ${value}: not a PASID`, 'Give a number up to 0xfffff, decimal or with 0x.');
    }
    return pasid;
  });
  return [...earlier, ...pasids];
}

/** A lane's stated clock offset: base time = lane time + seconds. */
export interface StatedOffset {
  /** `guest`, `guest:vm1`. */
  readonly lane: string;
  readonly seconds: number;
}

/** `LANE=±seconds`, repeatable. */
export function offsetOption(value: string, earlier: readonly StatedOffset[] = []): readonly StatedOffset[] {
  const match = /^([a-z]+(?::[^=]+)?)=([+-]?\d+(?:\.\d+)?)s?$/i.exec(value);
  if (match === null) {
    throw new UsageError(`--offset ${value}: not an offset`, 'Give LANE=±seconds, like guest=+1.25 or guest:vm1=-0.5.');
  }
  const [, lane = '', seconds = ''] = match;
  return [...earlier, { lane, seconds: Number.parseFloat(seconds) }];
}

/** Repeatable and comma-separated words. */
export function listOption(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, ...value.split(',').map((part) => part.trim())];
}

/** `FILE[:LINE]` of a committed file; without a line its first. */
export function anchorOption(value: string): SourceAnchor {
  const match = /^(?<path>.*?)(?::(?<line>\d+))?$/s.exec(value);
  const { path = '', line = '1' } = match?.groups ?? {};
  const number = Number(line);
  if (path === '' || path.startsWith('/') || path.split('/').includes('..') || !(number >= 1 && number < 2 ** 31)) {
    throw new UsageError(
      `--sarif-anchor ${value}: not a place in the repository`,
      'Give FILE or FILE:LINE, the file relative to the root of the repository.',
    );
  }
  return { path: path.replace(/^(?:\.\/)+/, ''), line: number };
}

/** Seconds on the capture's clock. */
export function secondsOption(option: string): (value: string) => number {
  return (value) => {
    if (!/^\d+(?:\.\d+)?s?$/.test(value)) {
      throw new UsageError(`${option} ${value}: not a time`, "Give seconds on the capture's clock, like 15.08.");
    }
    return Number.parseFloat(value);
  };
}

export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = suggest(word, candidates);
  return near === undefined ? '' : `Did you mean ${near}? `;
}

export function oneOf(choices: readonly string[]): string {
  if (choices.length < 2) return choices.join('');
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}

/** Parser of `--task N` and `--task N-M`. */
export function taskRangeOption(value: string): { readonly first: number; readonly last: number } {
  const [, from, to] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(value) ?? [];
  const first = Number(from);
  const last = to === undefined ? first : Number(to);
  if (from !== undefined && last >= first) return { first, last };
  throw new UsageError(`--task ${value}: not a range of tasks`, 'Give a number from 0, or two like 0-9.');
}
