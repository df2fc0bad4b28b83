import type { Wrapping } from '../../src/model/parser.ts';

const ESCAPE = '\u001b';
/** Control sequences (ECMA-48 §5.4) and, behind them, the text of an operating-system command with its end. */
const SEQUENCE = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${ESCAPE}\\u0007]*(?:\\u0007|${ESCAPE}\\\\)|[@-Z^_\\\\])`,
  'g',
);
/** What is left where a tool lost the escape characters: `[0;1;31m`. */
const BARE_COLOUR = /\[(?:[013-9][0-9]?(?:;[0-9]+)*m|(?:;[0-9]+)+m|m(?![a-z ]))/g;
const BARE_HINT = /\[[0-9;]*m/;

/** Colours as `dmesg --color`, `journalctl` and a terminal's log have them. */
export const ansi: Wrapping = {
  name: 'ansi',
  description: 'coloured by terminal escape sequences',
  samples: ['\u001b[32m[   13.048309] \u001b[0m\u001b[33mDMAR: \u001b[0mDRHD: handling fault status reg 2'],
  unwrap(line: string): string {
    if (line.includes(ESCAPE)) return line.replace(SEQUENCE, '');
    return BARE_HINT.test(line) ? line.replace(BARE_COLOUR, '') : line;
  },
};
