import { UsageError } from '../base/errors.ts';
import { plural } from '../base/text.ts';
import type { BootChoice } from '../intake/boots.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import { readEvents } from '../intake/read-events.ts';
import type { ParserRegistry } from '../model/parser.ts';
import { formatTime, nanoseconds } from '../model/time.ts';
import { displayPath } from '../report/wording.ts';
import { MOST_KEPT_BYTES, reopenable } from './reopen.ts';
import type { ReadSettings, Setup } from './setup.ts';

/** Boots that are named where none has the number. */
const NAMED = 8;

/** Inputs that can be read again, and the boot of each that is wanted. */
export interface ChosenBoot {
  readonly inputs: readonly InputSpec[];
  readonly boot: BootChoice;
}

/**
 * Reads the inputs once to count their boots. Throws a UsageError where no log has the boot, and for a pipe that is too long to
 * be read twice.
 */
export async function chooseBoot(
  { inputs, refused }: Pick<Setup, 'inputs' | 'refused'>,
  parsers: ParserRegistry,
  read: ReadSettings,
  number: number,
): Promise<ChosenBoot> {
  const source = reopenable(inputs, MOST_KEPT_BYTES);
  const stream = readEvents(source.inputs, parsers, read);
  for await (const _ of stream) {
    // Only the reports are wanted; they are filled while the stream is read.
  }
  stream.close();
  const again = source.again();
  if (again === undefined) {
    throw new UsageError('--boot reads its input twice, and it is too large to be kept', 'Save it into a file.');
  }
  const totals = stream.reports.map(({ bootCount }) => bootCount);
  if (!totals.some((total) => has(total, number))) throw outOfRange(number, stream.reports);
  return {
    inputs: inputs.map((input, index) => {
      const copy = again[index];
      return copy === undefined || refused.has(input) ? input : { ...copy, canReopen: true };
    }),
    boot: { number, totals },
  };
}

function has(total: number, number: number): boolean {
  return number > 0 ? number <= total : total + number > 0;
}

function outOfRange(number: number, reports: readonly InputReport[]): UsageError {
  const logs = reports.filter(({ bootCount }) => bootCount > 0);
  const [first] = logs;
  if (first === undefined) {
    return new UsageError(`--boot ${number}: no input is a log with boots`, 'Leave --boot out for traces.');
  }
  const most = Math.max(...logs.map(({ bootCount }) => bootCount));
  const named = logs.flatMap((report) => report.boots.map((boot) => `${boot.number} ${placeOf(report, boot)}`));
  const more = named.length > NAMED ? ` and ${named.length - NAMED} more` : '';
  return new UsageError(
    `--boot ${number}: there ${most === 1 ? 'is' : 'are'} ${plural(most, 'boot')}`,
    `${named.slice(0, NAMED).join(', ')}${more}; 0 is the last, -1 the one before it, 1 the first.`,
  );
}

function placeOf({ spec, scale }: InputReport, { line, firstTime, lastTime }: InputReport['boots'][number]): string {
  const place = `${displayPath(spec.path)}:${line}`;
  if (firstTime === undefined || lastTime === undefined) return `(${place})`;
  const [from, to] = [firstTime, lastTime].map((time) => formatTime(nanoseconds(time), scale));
  return `(${place}, ${from} to ${to} s)`;
}
