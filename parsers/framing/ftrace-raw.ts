import type { FramedLine, Framing } from '../../src/model/parser.ts';

const LINE = /^(?:(\d+) (\d+) \d+|[\da-f]{8} [\da-f]{8} [\da-f]{16}) ?(?=type: \d+$)/;
const LAST_OF_TYPE = /\d$/;

/**
 * ftrace with the option raw or hex (kernel/trace/trace_output.c): process, CPU, nanoseconds, and of an event its type only.
 * Nothing can be read from it: that it is known lets `check` say why.
 */
export const ftraceRaw: Framing = {
  name: 'ftrace-raw',
  kind: 'trace',
  description: 'the text of ftrace with the option raw or hex: events without fields, of which nothing can be read',
  samples: ['67 2 43318280808 type: 349', '00000043 00000002 0000000a160aff28 type: 349'],
  parse(line: string, out: FramedLine): boolean {
    if (!LAST_OF_TYPE.test(line)) return false;
    const match = LINE.exec(line);
    if (match === null) return false;
    out.seconds = Number.NaN;
    out.nanos = 0;
    out.digits = 0;
    out.task = undefined;
    out.cpu = match[2] === undefined ? undefined : Number(match[2]);
    out.pid = match[1] === undefined ? undefined : Number(match[1]);
    out.eventName = undefined;
    out.payload = match[0].length;
    out.end = line.length;
    return true;
  },
};
