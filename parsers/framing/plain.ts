import type { FramedLine, Framing } from '../../src/model/parser.ts';
import { setNoTime } from './scan-time.ts';

/**
 * Text without any prefix that is known: `dmesg -t`, a line pasted into a mail, `nocontext-info` of tracefs.
 * Takes every line, so it stands last.
 */
export const plain: Framing = {
  name: 'plain',
  kind: 'log',
  description: 'kernel log text or trace events without any prefix',
  samples: ['DMAR: DRHD: handling fault status reg 2', 'qi_submit: page_grp_resp dmar0: 0x101000019 0x8 0x0 0x0'],
  parse(line: string, out: FramedLine): boolean {
    setNoTime(out);
    out.cpu = undefined;
    out.task = undefined;
    out.pid = undefined;
    out.eventName = undefined;
    out.payload = 0;
    out.end = line.length;
    return true;
  },
};
