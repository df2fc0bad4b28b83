import { type Nanoseconds, NS_PER_SECOND, nanoseconds } from '../../../src/model/time.ts';
import { columnAt, type LadderColumn, type LadderHeader } from './columns.ts';
import { findItems, type LadderItem } from './items.ts';
import type { LadderLine } from './lines.ts';
import { LadderSyntaxError } from './problem.ts';
import { findRuns } from './runs.ts';
import type { ArtRow } from './trace.ts';

/** A text of a row and the column that it stands in. */
export interface PlacedItem {
  readonly item: LadderItem;
  readonly column: LadderColumn;
  readonly row: LadderRow;
}

export interface LadderRow extends ArtRow {
  readonly time: Nanoseconds;
  readonly items: readonly PlacedItem[];
}

/** Clock of a ladder while its rows are read. */
export interface LadderClock {
  /** Of the last row; undefined before the first. */
  time: Nanoseconds | undefined;
  /** Whole seconds that relative time 0 stands for. */
  epoch: number;
  /** Most digits after the point of any time. */
  digits: number;
  /** Times that a `# step N: T` line gives. */
  readonly stepTimes: ReadonlyMap<number, WrittenTime>;
}

export interface WrittenTime {
  readonly isDelta: boolean;
  readonly seconds: number;
  readonly nanos: number;
  readonly digits: number;
}

/** Reads one row that is neither heading nor comment. */
export function readRow(line: LadderLine, header: LadderHeader, clock: LadderClock): LadderRow {
  const bodyStart = readLead(line, header, clock);
  if (clock.time === undefined) {
    throw new LadderSyntaxError(line.row, bodyStart, 'the first row of a ladder needs a step number');
  }
  const items = findItems(line.text, bodyStart, line.row);
  const art = artOf(line, bodyStart, items);
  const placed: PlacedItem[] = [];
  const row: LadderRow = { line, art, runs: findRuns(art, line.row), time: clock.time, items: placed };
  for (const item of items) {
    const before = placed.at(-1);
    const belongsToVerdict =
      before?.item.kind === 'verdict' && item.kind === 'message' && item.start <= before.item.end + 1;
    placed.push({ item, column: belongsToVerdict ? before.column : columnOf(item, header, line), row });
  }
  return row;
}

function columnOf(item: LadderItem, header: LadderHeader, line: LadderLine): LadderColumn {
  const column = columnAt(header.columns, item.start, item.end);
  if (column !== undefined) return column;
  const text = line.text.slice(item.start, item.end);
  const names = header.columns.map((other) => other.label).join(', ');
  throw new LadderSyntaxError(line.row, item.start, `\`${text}\` stands in no column: put it under one of ${names}`);
}

const STEP = /^\s*(\d{1,9})(?=\s|$)/;
const TIME = /^\s*(\+?)(\d{1,12})(?:\.(\d{1,9}))?(?=\s|$)/;

/** Takes step number and time off the row; returns where the drawing begins. */
function readLead(line: LadderLine, header: LadderHeader, clock: LadderClock): number {
  let at = 0;
  let step: number | undefined;
  if (header.hasStep) {
    const match = STEP.exec(line.text);
    if (match !== null) {
      step = Number(match[1]);
      at = match[0].length;
    }
  }
  const written = header.hasTime ? TIME.exec(line.text.slice(at)) : null;
  if (written !== null) {
    setTime(clock, writtenTime(written), line, at);
    return at + written[0].length;
  }
  if (step === undefined) return at;
  const stated = clock.stepTimes.get(step);
  setTime(clock, stated ?? { isDelta: false, seconds: step, nanos: 0, digits: 0 }, line, 0);
  return at;
}

/** `[sign, seconds, fraction]` of a match of a time. */
export function writtenTime(match: readonly (string | undefined)[]): WrittenTime {
  const [, sign, seconds = '0', fraction = ''] = match;
  return {
    isDelta: sign === '+',
    seconds: Number(seconds),
    nanos: Number(fraction.padEnd(9, '0')),
    digits: fraction.length,
  };
}

/** Relative times must stay exact: 104 days in nanoseconds. */
const EXACT_SECONDS = 9_000_000;

function setTime(clock: LadderClock, written: WrittenTime, line: LadderLine, column: number): void {
  if (!written.isDelta && clock.time === undefined && written.seconds > EXACT_SECONDS) clock.epoch = written.seconds;
  const base = written.isDelta ? (clock.time ?? 0) : 0;
  const seconds = written.isDelta ? written.seconds : written.seconds - clock.epoch;
  const time = nanoseconds(base + seconds * NS_PER_SECOND + written.nanos);
  if (clock.time !== undefined && time < clock.time) {
    throw new LadderSyntaxError(
      line.row,
      column,
      'time goes backwards: steps and times of a ladder only grow, and a file holds one ladder',
    );
  }
  clock.time = time;
  clock.digits = Math.max(clock.digits, written.digits);
}

const ART = /[^\s\-<>.'\\/|~xX?:]+/g;

/** The row without its lead and texts; throws on what is neither text nor arrow. */
function artOf(line: LadderLine, from: number, items: readonly LadderItem[]): string {
  let art = ' '.repeat(Math.min(from, line.text.length)) + line.text.slice(from);
  for (const item of items) {
    art = art.slice(0, item.start) + ' '.repeat(item.end - item.start) + art.slice(item.end);
  }
  for (const stray of art.matchAll(ART)) {
    const advice =
      'a text is a message (`M1 PR1 G1 P1`), `accept`, `reject`, `inject`, or an event such as `reg(handler)`';
    throw new LadderSyntaxError(line.row, stray.index, `\`${stray[0]}\` is no text of a ladder; ${advice}`);
  }
  return art;
}
