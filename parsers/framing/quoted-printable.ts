import type { Wrapping } from '../../src/model/parser.ts';

/** The codes of `=` itself, which text that assigns values has, of a blank at the end, and of a tab, where no value is assigned. */
const HINT = /=3D|^[^=]*=20$|(?:^|[\s:])=09/;
/** A `=` that begins no code and no soft line end, so that the line is not encoded. */
const BARE = /=(?![0-9A-F]{2}|$)/;
const CODES = /(?:=[0-9A-F]{2})+/g;

/**
 * RFC 2045 §6.7. Recognised by a line only if it holds one of few codes, since `=0000:01` may as well be log
 * text. Soft line ends (`=` at the end) are joined where wrapped lines are.
 */
export const quotedPrintable: Wrapping = {
  name: 'quoted-printable',
  description: 'in the quoted-printable encoding of mails',
  samples: ['AMD-Vi: Event logged [IO_PAGE_FAULT device=3D00:12.0 domain=3D0x000d address=3D0x0 flags=3D0x0020]'],
  unwrap(line: string): string {
    if (!line.includes('=') || !HINT.test(line) || BARE.test(line)) return line;
    return line.replace(CODES, (codes) => Buffer.from(codes.replaceAll('=', ''), 'hex').toString('utf8'));
  },
};
