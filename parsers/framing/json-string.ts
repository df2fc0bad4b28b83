import type { Wrapping } from '../../src/model/parser.ts';

const BRACE = 123;
const MINUS = 45;
/** The member that is the text of a line: of container runtimes, LAVA, structured logs. */
const TEXT = /^(?:- )?\{.*?"(?:log|msg|message|MESSAGE|line)" ?: ?("(?:[^"\\]|\\.)*")/;

/** A log line as a member of an object, one to a line, as container runtimes and test farms keep consoles. */
export const jsonString: Wrapping = {
  name: 'json-string',
  description: 'a member of a JSON object on each line (log, msg, message)',
  samples: ['{"log":"[   13.047851] DMAR: DRHD: handling fault status reg 2\\n","stream":"stdout"}'],
  unwrap(line: string): string {
    const first = line.charCodeAt(0);
    if (first !== BRACE && (first !== MINUS || line.charCodeAt(2) !== BRACE)) return line;
    const text = TEXT.exec(line)?.[1];
    return text === undefined ? line : unescaped(text).trimEnd();
  },
};

/** What is no JSON stays as it is. */
function unescaped(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
