import type { FramedLine } from '../../../src/model/parser.ts';
import type { EventFormat } from './event-format.ts';
import { commonReader } from './print-format.ts';
import { timeText } from './record-clock.ts';
import type { RecordData } from './record-data.ts';

const IRQS_OFF = 1;
/** Until Linux 6.12 bit 1 said that the machine cannot tell whether interrupts are off. */
const NEED_RESCHED_LAZY = 2;
const NEED_RESCHED = 4;
const HARD_IRQ = 8;
const SOFT_IRQ = 16;
const NAME_COLUMNS = 20;

/** The flag characters of a record, e.g. `d.h1.` (libtraceevent, data_latency_format). */
export function flagsReader(format: EventFormat): (record: RecordData) => string {
  const flagsOf = commonReader(format, 'common_flags');
  const countOf = commonReader(format, 'common_preempt_count');
  const more = ['common_migrate_disable', 'common_lock_depth']
    .filter((name) => format.common.some((field) => field.name === name))
    .map((name) => commonReader(format, name));
  return (record) => {
    const flags = flagsOf(record);
    const isHard = (flags & HARD_IRQ) !== 0;
    const isSoft = (flags & SOFT_IRQ) !== 0;
    const count = countOf(record);
    let text = (flags & IRQS_OFF) !== 0 ? 'd' : '.';
    text += (flags & NEED_RESCHED) !== 0 ? 'N' : (flags & NEED_RESCHED_LAZY) !== 0 ? 'L' : '.';
    text += isHard ? (isSoft ? 'H' : 'h') : isSoft ? 's' : '.';
    text += (count & 15) === 0 ? '.' : (count & 15).toString(16);
    text += (count & 0xf0) === 0 ? '.' : ((count & 0xff) >> 4).toString(16);
    for (const read of more) {
      const value = read(record);
      text += value < 0 ? '.' : String(value);
    }
    return text;
  };
}

/** What stands in front of the payload in `trace-cmd report`; `instance` is the column of the instance's name, if any. */
export function linePrefix(framed: FramedLine, instance: string, task: string, flags: string, name: string): string {
  const pid = String(framed.pid ?? 0).padEnd(5);
  const cpu = String(framed.cpu ?? 0).padStart(3, '0');
  const column = `${name}: `.padEnd(NAME_COLUMNS + 2);
  return `${instance}${task.padStart(16)}-${pid} [${cpu}] ${flags}${timeText(framed)} ${column}`;
}
