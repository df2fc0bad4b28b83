import { isDigit } from '../../src/base/scan.ts';
import type { Wrapping } from '../../src/model/parser.ts';

const PLUS = 43;
const MINUS = 45;
/** `12:`, `12-` of grep, `12<tab>` of `cat -n` and `12 ` of `uniq -c`, in front of what can begin a line; no PCI device. */
const NUMBER = new RegExp(
  [
    '^(?![\\da-f]{0,4}:?[\\da-f]{1,2}:[\\da-f]{2}\\.[0-7])[1-9]\\d{0,6}(?:[:-] *(?=[A-Za-z[<(>|@*+"{]|0x|\\d[\\da-f]{3,15} \\[|[\\da-f]{4}:[\\da-f]{2}:[\\da-f]{2}\\.[0-7]|\\d+,\\d+,\\d+,)|\\t',
    '| (?=\\[ *\\d|\\[[A-Z][a-z]{2} [A-Z]|<\\d|[A-Z][a-z]{2} [ \\d]\\d \\d\\d:|\\d{4}-\\d\\d-\\d\\dT))',
  ].join(''),
);
/** File and number; a file of logs has one of these ends, or is a path from the root. */
const FILE =
  /^(?:[\w./~+-]*(?:\.log|\.txt|log|messages|dmesg)(?:\.\d+)?(?:\.gz|\.xz|\.zst)?|\/[\w./+-]+):(?:\d{1,7}:)?(?=\S)/;
const FILE_HINT = /^[\w./~+-]{3,100}:/;
/** A line of a diff; a minus in front of a word is as well an option's. */
const CHANGE = /^[+-](?=[\t[<]|[A-Z]{2}| {2})|^\+ ?(?=[\w#>|[<(@])/;

/** What `grep -n`, `grep -H`, `cat -n`, `uniq -c` and `diff` write in front of lines. */
export const listing: Wrapping = {
  name: 'listing',
  description: 'numbered, behind a file name, or in a diff: grep -n, grep -H, cat -n, uniq -c, diff',
  samples: [
    '13:[   13.047851] DMAR: DRHD: handling fault status reg 2',
    '/var/log/kern.log:13:DMAR: DRHD: handling fault status reg 2',
    '+[   13.047851] DMAR: DRHD: handling fault status reg 2',
  ],
  unwrap(line: string): string {
    const first = line.charCodeAt(0);
    if (isDigit(first)) return line.replace(NUMBER, '');
    if (first === PLUS || first === MINUS) return line.replace(CHANGE, '');
    return FILE_HINT.test(line) ? line.replace(FILE, '') : line;
  },
};
