const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Makes log text safe for a terminal: control characters, C1 controls and bidirectional
 * overrides are shown as `\xNN` or `\uNNNN`, a tab as one blank, half a surrogate pair as U+FFFD.
 */
export function sanitise(text: string): string {
  return text.toWellFormed().replace(CONTROL, (character) => {
    if (character === '\t') return ' ';
    const code = character.charCodeAt(0);
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** `1 group`, `2 groups`. */
export function plural(count: number, singular: string, many = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : many}`;
}
