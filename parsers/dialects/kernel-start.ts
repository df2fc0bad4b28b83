/*
 * The first line of every kernel log (init/main.c start_kernel(), Linux 2.6 to 7.3): the machine booted, and what was in
 * flight before is gone.
 *
 *     [    0.000000] Linux version 6.12.107+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 …) #1 SMP …
 *
 * The log cannot tell why: a reboot, a crash, kexec.
 */
import { isDigit, skipBlanks } from '../../src/base/scan.ts';
import { newEvent } from '../../src/model/event.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';

const NAME = 'kernel-start';
const TEXT = 'Linux version ';
/** The kernel's own clock has not run for so long when it prints the line; later ones are quotations. */
const LATEST_SECONDS = 10;

export const kernelStart: Dialect = {
  name: NAME,
  description: 'first line of a kernel log: the machine booted',
  source: 'init/main.c (Linux 7.3)',
  samples: [
    {
      line: 'Linux version 6.12.107+deb13-amd64 (debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0) #1 SMP',
      gives: 'capture-gap',
    },
  ],
  needles: [TEXT],
  kind: 'log',
  parse,
};

function parse(line: string, framed: FramedLine): DialectResult {
  const start = skipBlanks(line, framed.payload);
  if (!line.startsWith(TEXT, start) || !isDigit(line.charCodeAt(start + TEXT.length))) return undefined;
  if (framed.clock === 'own' && framed.seconds > LATEST_SECONDS) return SILENT;
  const event = newEvent('capture-gap', NAME, 'none');
  event.reason = 'boot';
  event.probe = 'start_kernel';
  return event;
}
