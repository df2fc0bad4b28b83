import { skipBlanks } from '../../src/base/scan.ts';
import type { Wrapping } from '../../src/model/parser.ts';

const GREATER = 62;
const BAR = 124;
const FRAME_END = /\s*\|\s*$/;

/**
 * `> ` of a mail's answer, once or more, `| ` of a terminal's or table's frame, also at the end, and the indentation of
 * Markdown or of a documentation. A trace line's own blanks at its start mean nothing and may go as well.
 */
export const quoting: Wrapping = {
  name: 'quoting',
  description: 'quoted in a mail (> ), framed (| ) or indented',
  samples: [
    '> > [   13.047851] DMAR: DRHD: handling fault status reg 2',
    '    DMAR: DRHD: handling fault status reg 2',
  ],
  canRepeat: true,
  unwrap(line: string): string {
    let at = skipBlanks(line, 0);
    let isFramed = false;
    while (line.charCodeAt(at) === GREATER || line.charCodeAt(at) === BAR) {
      isFramed ||= line.charCodeAt(at) === BAR;
      at = skipBlanks(line, at + 1);
    }
    if (at === 0) return line;
    return isFramed ? line.slice(at).replace(FRAME_END, '') : line.slice(at);
  },
};
