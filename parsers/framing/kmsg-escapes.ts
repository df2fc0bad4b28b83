import type { Wrapping } from '../../src/model/parser.ts';

const MARK = '\\x';
const ESCAPED = /\\x([0-9a-f]{2})/g;

/** What `/dev/kmsg` prints in place of control characters and backslashes (kernel/printk/printk.c, append_char). */
export const kmsgEscapes: Wrapping = {
  name: 'kmsg-escapes',
  description: 'control characters as \\x09, as in /dev/kmsg',
  samples: ['3,497,13048309,-;arm-smmu-v3 arm-smmu-v3.0.auto: \\x090x0000000000000000'],
  unwrap(line: string): string {
    if (!line.includes(MARK)) return line;
    return line.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  },
};
