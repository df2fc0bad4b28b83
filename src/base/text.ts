/** ASCII, which needs no second look. */
const PLAIN = /^[\x20-\x7e]*$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
/**
 * What directs writing, and what terminals draw in different widths or not at all: format, private, unassigned and
 * separating code points, variation selectors, regional indicators, skin tones, and the joining parts of Hangul.
 */
const UNSTEADY =
  /[\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}\p{Regional_Indicator}\p{Emoji_Modifier}\p{Me}\p{Mc}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u3164\uffa0]/gu;
/** Marks without a character to stand on, and more of them than writing has. */
const STRAY_MARKS = /(^|[^\p{L}\p{N}\p{M}])(\p{Mn}+)|(\p{Mn}{2})(\p{Mn}+)/gu;

/**
 * Log text such that it commands no terminal and is what it looks like, of one width everywhere: control characters are shown
 * as `\xNN`, what is unsteady and stray marks as `\u{NNNN}`, a tab as one blank, half a surrogate pair as U+FFFD. Applying it
 * twice changes nothing.
 */
export function sanitise(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .toWellFormed()
    .replace(CONTROL, (character) => {
      if (character === '\t') return ' ';
      return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
    })
    .replace(UNSTEADY, escaped)
    .replace(STRAY_MARKS, (_, before: string | undefined, stray: string | undefined, kept: string, more: string) =>
      stray === undefined
        ? `${kept}${[...more].map(escaped).join('')}`
        : `${before}${[...stray].map(escaped).join('')}`,
    );
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** `1 group`, `2 groups`. */
export function plural(count: number, singular: string, many = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : many}`;
}

/** The form of a word that goes with a count: `agree(lines, 'names', 'name')`. */
export function agree(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
