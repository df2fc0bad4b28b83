import { sanitise } from '../../base/text.ts';
import { type ClockScale, formatTime, type Nanoseconds, NS_PER_SECOND } from '../../model/time.ts';
import { type LadderRow, sourcesOf } from './marks.ts';

/** What stands beside the drawing, a text for each row. */
export interface Lead {
  readonly steps: readonly string[];
  /** Empty without `times`. */
  readonly times: readonly string[];
  /** Absolute times for the legend; the same rows. */
  readonly absoluteTimes: readonly string[];
  /** Numbers of the lines that a row rests on; empty texts without `lines`. */
  readonly sources: readonly string[];
}

export interface LeadOptions {
  /** Absent: the rows are numbered, but steps of a ladder keep their numbers. */
  readonly times?: 'absolute' | 'delta';
  readonly lines?: boolean;
  readonly scale?: ClockScale;
  /** What a line number of this input is prefixed with, where there are several inputs. */
  inputName?(input: number): string;
}

export function leadOf(rows: readonly LadderRow[], options: LeadOptions): Lead {
  const scale = exactScale(rows, options.scale ?? { unit: 'seconds', epoch: 0, digits: 6 });
  const absoluteTimes = rows.map((row) => formatTime(row.time, scale));
  return {
    steps: stepNumbers(rows, options),
    times: timesOf(rows, absoluteTimes, scale, options.times),
    absoluteTimes: options.times === undefined ? [] : absoluteTimes,
    sources: options.lines ? sourceTexts(rows, options) : rows.map(() => ''),
  };
}

/** More digits than the capture prints, if the times have them. */
function exactScale(rows: readonly LadderRow[], scale: ClockScale): ClockScale {
  let { digits } = scale;
  while (digits < 9 && rows.some((row) => row.time % 10 ** (9 - digits) !== 0)) digits += 1;
  const unit = scale.unit === 'ticks' ? 'ticks' : 'seconds';
  return { ...scale, unit, digits };
}

const MAX_STEP = 1_000_000;

function stepNumbers(rows: readonly LadderRow[], options: LeadOptions): string[] {
  const isStep = (time: Nanoseconds): boolean =>
    time % NS_PER_SECOND === 0 && time >= 0 && time < MAX_STEP * NS_PER_SECOND;
  const keeps = options.times === undefined && options.scale?.unit === 'steps' && rows.every((row) => isStep(row.time));
  if (keeps) return rows.map((row) => String(row.time / NS_PER_SECOND));
  let step = 0;
  let last: Nanoseconds | undefined;
  return rows.map((row) => {
    if (row.time !== last) step += 1;
    last = row.time;
    return String(step);
  });
}

function timesOf(
  rows: readonly LadderRow[],
  absolute: readonly string[],
  scale: ClockScale,
  times: LeadOptions['times'],
): string[] {
  if (times === undefined) return [];
  if (times === 'absolute') return [...absolute];
  const first = absolute[0];
  const isTicks = scale.unit === 'ticks';
  return rows.map((row, index) => {
    const before = rows[index - 1];
    if (before === undefined) return first ?? '';
    const gap = row.time - before.time;
    if (isTicks) return `+${gap}`;
    const whole = Math.floor(gap / NS_PER_SECOND);
    const fraction = String(gap - whole * NS_PER_SECOND)
      .padStart(9, '0')
      .slice(0, scale.digits);
    return scale.digits === 0 ? `+${whole}` : `+${whole}.${fraction}`;
  });
}

function sourceTexts(rows: readonly LadderRow[], options: LeadOptions): string[] {
  const sources = rows.map(sourcesOf);
  const inputs = new Set(sources.flat().map((line) => line.input));
  return sources.map((lines) =>
    lines
      .map(({ input, line }) => {
        if (inputs.size < 2) return String(line);
        return `${sanitise(options.inputName?.(input) ?? String(input + 1))}:${line}`;
      })
      .join(', '),
  );
}
