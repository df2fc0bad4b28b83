import { endOfDecimal, isDigit } from '../../src/base/scan.ts';
import type { FramedLine, Framing, HeaderFact } from '../../src/model/parser.ts';
import { startLogLine } from './log-text.ts';
import { scanTime, setMicroseconds } from './scan-time.ts';

const COMMA = 44;
const HEADER_WIDTH = 100;
const PROPERTY = /^\s*(?:SUBSYSTEM=\w|DEVICE=[bcn+]\S)/;

/**
 * Records of `/dev/kmsg` (Documentation/ABI/testing/dev-kmsg; kernel/printk/printk.c, info_print_ext_header):
 *
 *     PRIORITY,SEQUENCE,MICROSECONDS,FLAGS[,caller=ID][,MORE];TEXT
 *
 * Lines that start with a blank carry properties of the record before (`SUBSYSTEM=`, `DEVICE=`) and say nothing here.
 */
export const kmsg: Framing = {
  name: 'kmsg',
  kind: 'log',
  description: 'records of /dev/kmsg',
  samples: [
    '3,497,13048309,-;DMAR: DRHD: handling fault status reg 2',
    '3,497,13048309,-,caller=T803;DMAR: DRHD: handling fault status reg 2',
  ],
  parse(line: string, out: FramedLine): boolean {
    if (!isDigit(line.charCodeAt(0))) return false;
    const priority = endOfDecimal(line, 0);
    if (line.charCodeAt(priority) !== COMMA) return false;
    const sequence = endOfDecimal(line, priority + 1);
    if (sequence === priority + 1 || line.charCodeAt(sequence) !== COMMA) return false;
    const time = scanTime(line, sequence + 1, out);
    if (time < 0 || out.digits >= 0 || line.charCodeAt(time) !== COMMA) return false;
    const text = line.indexOf(';', time);
    if (text < 0 || text > HEADER_WIDTH) return false;
    setMicroseconds(out.seconds, out);
    startLogLine(line, out);
    out.payload = text + 1;
    return true;
  },
  header: (line: string): HeaderFact | undefined => (PROPERTY.test(line) ? { kind: 'comment' } : undefined),
};
