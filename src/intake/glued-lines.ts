const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH_AND_TIME = '[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d';
const STAMP = `\\[ *\\d+\\.\\d{6}\\]|\\[${WEEKDAY} ${MONTH_AND_TIME} \\d{4}\\]`;
/** What systemd tells a console, also in the middle of a line. */
const UNIT_STATE = '\\[(?:  OK  |FAILED|DEPEND|  INFO |   \\*{1,3} *)\\] [A-Z]';
/** How a kernel line begins: the kernel's time, that of `dmesg -T`, or what a log daemon writes in front. */
const START = new RegExp(`(?:${STAMP})(?=[ [])|${MONTH_AND_TIME} \\S+ kernel: |${UNIT_STATE}`, 'g');
const STAMPED = new RegExp(
  `^(?:<\\d{1,3}>|[a-z]+ *:[a-z]+ *: )?(?:${STAMP})\\s*\\S|^${MONTH_AND_TIME} \\S+ kernel: \\s*\\S`,
);
/** What a console shows beside the kernel's lines: systemd's states, prompts. */
const CONSOLE_LINE = new RegExp(`^(?:${UNIT_STATE}|\\S+ login: *$|[\\w.-]+@[\\w.-]+:\\S* ?[#$])`);

/** True for a line of a console that continues no kernel message. */
export function isConsoleLine(text: string): boolean {
  return CONSOLE_LINE.test(text);
}

/** The sender of a line whose kernel time follows. */
const SENDER = /\bkernel(?:\[\d*\])?:$/;
/** What stands in front of a kernel's time: other prefixes, prompts, structured data. */
const PREFIX = /(?:[:>)"-]|"\])$/;

/**
 * A line into which the next ones ran, as on a serial console, or as a mail program fills a paragraph: its parts, each of
 * which begins as a kernel line does. Undefined for a line that is one.
 *
 * @param isFilled the beginning may be the end of a line that began further above
 */
export function gluedParts(text: string, isFilled: boolean): readonly string[] | undefined {
  const cuts: number[] = [];
  let from = 0;
  START.lastIndex = 1;
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const head = text.slice(from, match.index).trimEnd();
    if (!isLine(head, isFilled)) continue;
    cuts.push(match.index);
    from = match.index;
  }
  if (cuts.length === 0) return undefined;
  return [0, ...cuts].map((cut, index) => text.slice(cut, cuts[index]));
}

/** True if `head` is a line by itself and no prefix of what follows. */
function isLine(head: string, isFilled: boolean): boolean {
  if (head.trim() === '') return false;
  return STAMPED.test(head) ? !SENDER.test(head) : isFilled && !PREFIX.test(head);
}

/** Where a filled paragraph breaks inside the kernel's time, whose bracket is padded with blanks. */
const BRACKET = /\s\[$/;
const REST_OF_STAMP = /^ *\d+\.\d{6}\][ [(]/;

/** Both lines with the time that was broken over them in the second; undefined for others. */
export function mendStamp(text: string, next: string): readonly [text: string, next: string] | undefined {
  if (!BRACKET.test(text) || !REST_OF_STAMP.test(next)) return undefined;
  return [text.slice(0, -1).trimEnd(), `[${next}`];
}
