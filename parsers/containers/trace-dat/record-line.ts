import type { FramedLine } from '../../../src/model/parser.ts';
import type { EventFormat } from './event-format.ts';
import { commonReader } from './print-format.ts';
import type { RecordData } from './record-data.ts';
import type { TextBuffer } from './text-buffer.ts';

const IRQS_OFF = 1;
/** Until Linux 6.12 bit 1 said that the machine cannot tell whether interrupts are off. */
const NEED_RESCHED_LAZY = 2;
const NEED_RESCHED = 4;
const HARD_IRQ = 8;
const SOFT_IRQ = 16;
const NAME_COLUMNS = 22;
const SPACE = 32;
const POINT = 46;
const COLON = 58;

/** Appends the flag characters of a record, e.g. `d.h1.` (libtraceevent, data_latency_format). */
export function flagsPrinter(format: EventFormat): (record: RecordData, out: TextBuffer) => void {
  const flagsOf = commonReader(format, 'common_flags');
  const countOf = commonReader(format, 'common_preempt_count');
  const more = ['common_migrate_disable', 'common_lock_depth']
    .filter((name) => format.common.some((field) => field.name === name))
    .map((name) => commonReader(format, name));
  return (record, out) => {
    const flags = flagsOf(record);
    const count = countOf(record) & 0xff;
    out.text((flags & IRQS_OFF) !== 0 ? 'd' : '.');
    out.text((flags & NEED_RESCHED) !== 0 ? 'N' : (flags & NEED_RESCHED_LAZY) !== 0 ? 'L' : '.');
    out.text(interruptLetter((flags & HARD_IRQ) !== 0, (flags & SOFT_IRQ) !== 0));
    printLevel(count & 15, out);
    printLevel(count >> 4, out);
    for (const read of more) {
      const value = read(record);
      if (value < 0) out.byte(POINT);
      else out.decimal(value);
    }
  };
}

function interruptLetter(isHard: boolean, isSoft: boolean): string {
  if (isHard) return isSoft ? 'H' : 'h';
  return isSoft ? 's' : '.';
}

function printLevel(level: number, out: TextBuffer): void {
  if (level === 0) out.byte(POINT);
  else out.hex(0, level);
}

/** Appends `%5llu.%06llu:`, or `%12llu:` for a bare count, as the text shows it. */
export function printTime(
  { seconds, nanos, digits }: Pick<FramedLine, 'seconds' | 'nanos' | 'digits'>,
  out: TextBuffer,
): void {
  if (digits < 0) out.decimal(Math.max(0, seconds), 12, SPACE);
  else {
    out.byte(SPACE);
    out.decimal(Math.max(0, seconds), 5, SPACE);
    out.byte(POINT);
    out.decimal(nanos / 1000, 6);
  }
  out.byte(COLON);
}

/** Appends ` NAME: ` and the blanks behind it. */
export function namePrinter(name: string): (out: TextBuffer) => void {
  const column = ` ${`${name}: `.padEnd(NAME_COLUMNS)}`;
  return (out) => out.text(column);
}
