import type { LadderMessage } from '../../src/model/ladder.ts';
import { eventsOfMessages } from '../../src/model/ladder-events.ts';
import type { Container, WholeTextReading } from '../../src/model/parser.ts';
import type { ClockScale } from '../../src/model/time.ts';
import { findArrows } from './ladder/arrows.ts';
import { type LadderColumn, type LadderHeader, readHeader, standardHeader } from './ladder/columns.ts';
import { FieldReader } from './ladder/fields.ts';
import { LADDER_HELP } from './ladder/help.ts';
import { type Legend, readLegend } from './ladder/legend.ts';
import { type LadderLine, splitLadder } from './ladder/lines.ts';
import { messagesOf } from './ladder/messages.ts';
import { LadderSyntaxError } from './ladder/problem.ts';
import { type LadderClock, type LadderRow, readRow } from './ladder/rows.ts';

/** What a ladder says; with a problem, everything else is empty. */
export interface LadderReading extends WholeTextReading {
  /** What the events observe, a message a hop; equal times in the order of the drawing. */
  readonly messages: readonly LadderMessage[];
  readonly columns: readonly LadderColumn[];
}

/** Ladders are drawn by people: more than this is no ladder. */
const MAX_LINES = 100_000;
const MAX_WIDTH = 2_000;

/**
 * Reads a `.ladder` text (semantics §6; `LADDER_HELP` has the notation). Stops at the first thing that it
 * does not understand: a scenario that is read in part would be another scenario.
 *
 * @param input index of the input, for the events' source lines
 */
export function readLadder(text: string, input = 0): LadderReading {
  const lines = splitLadder(text);
  try {
    return { ...readLines(lines, input), lines: lines.length };
  } catch (error) {
    if (!(error instanceof LadderSyntaxError)) throw error;
    const problem = { line: error.row + 1, column: error.column + 1, text: error.message };
    const scale = { unit: 'steps', epoch: 0, digits: 0 } as const;
    return { events: [], messages: [], columns: [], scale, lines: lines.length, problem };
  }
}

function readLines(lines: readonly LadderLine[], input: number): Omit<LadderReading, 'lines'> {
  if (lines.length > MAX_LINES) throw new LadderSyntaxError(MAX_LINES, 0, `a ladder has at most ${MAX_LINES} lines`);
  const legend = readLegend(lines);
  const clock: LadderClock = { time: undefined, epoch: 0, digits: 0, stepTimes: legend.stepTimes };
  const { rows, header } = readRows(lines, clock);
  const columns = header.columns;
  const arrows = findArrows(rows, columns);
  const fields = new FieldReader(rows.values(), arrows, legend);
  const messages = messagesOf({ rows, columns, arrows, fields, input, ...namesOf(legend, header) });
  const hasTimes = header.hasTime || legend.stepTimes.size > 0;
  const scale: ClockScale = { unit: hasTimes ? 'seconds' : 'steps', epoch: clock.epoch, digits: clock.digits };
  return { events: eventsOfMessages(messages), messages, columns, scale };
}

function readRows(
  lines: readonly LadderLine[],
  clock: LadderClock,
): { readonly rows: Map<number, LadderRow>; readonly header: LadderHeader } {
  const rows = new Map<number, LadderRow>();
  let header: LadderHeader | undefined;
  for (const line of lines) {
    if (line.text.length > MAX_WIDTH) {
      throw new LadderSyntaxError(line.row, MAX_WIDTH, `a line of a ladder has at most ${MAX_WIDTH} characters`);
    }
    if (line.text.trim() === '' || isFence(line.text)) continue;
    const heading = readHeader(line.text, line.row);
    if (heading !== undefined) {
      if (header !== undefined && rows.size > 0 && !sameColumns(header, heading)) {
        throw new LadderSyntaxError(line.row, 0, 'a second heading with other columns: a file holds one ladder');
      }
      header = heading;
    } else if (!line.text.trimStart().startsWith('#')) {
      header ??= standardHeader(line.text.search(/\S/));
      rows.set(line.row, readRow(line, header, clock));
    }
  }
  return { rows, header: header ?? standardHeader(0) };
}

/** A code block's fence in a Markdown file or a mail. */
function isFence(text: string): boolean {
  return /^\s*(?:'''|~~~)/.test(text);
}

function sameColumns(a: LadderHeader, b: LadderHeader): boolean {
  const shape = (header: LadderHeader): string =>
    header.columns.map((column) => `${column.lane}@${column.start}`).join();
  return shape(a) === shape(b);
}

/** The one device of a ladder that names none. */
const UNNAMED_DEVICE = 'Dev';

function namesOf(legend: Legend, header: LadderHeader) {
  const device = legend.names.get('Dev') ?? header.deviceName ?? UNNAMED_DEVICE;
  return {
    deviceOf: (short: string | undefined): string =>
      short === undefined ? device : (legend.names.get(short) ?? short),
    ownerOf: (short: string): string => legend.names.get(short) ?? short,
  };
}

const ROW = /^(?:>\s?)*\s*\d{1,9}\s.*(?:(?:PR|PS|SM)\d*\+?~?[\s(]|reg\(|-->|<--|->|<-)/;

/** A drawing with a heading, or rows of one: both within the first lines that say anything. */
export const ladderContainer: Container = {
  name: 'ladder',
  description: 'sequence diagram in the notation of the mailing lists (.ladder)',
  matches(head: Uint8Array): boolean {
    const lines = splitLadder(new TextDecoder().decode(head.subarray(0, 8192)).slice(0, 8000));
    let hasHeading = false;
    for (const line of lines) {
      if (line.text.trim() === '' || isFence(line.text)) continue;
      if (isHeading(line)) hasHeading = true;
      else if (line.text.trimStart().startsWith('#')) continue;
      else return hasHeading || (ROW.test(line.text) && /\b(?:M\d+ )?P[RS]\d+\+? ?G\d/.test(line.text));
    }
    return hasHeading;
  },
  help: LADDER_HELP,
  readEvents: readLadder,
};

/** A heading that is broken is a ladder's too: its error says where. */
function isHeading(line: LadderLine): boolean {
  try {
    return readHeader(line.text, line.row) !== undefined;
  } catch (error) {
    if (error instanceof LadderSyntaxError) return true;
    throw error;
  }
}
