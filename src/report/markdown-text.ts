import { sanitise } from '../base/text.ts';

/** Text on one line that Markdown takes for nothing else, that calls nobody (`@name`) and holds no HTML. */
export function markdownText(text: string): string {
  return sanitise(text)
    .replaceAll(/[\\`*_{}[\]()<>|~!#+]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('@', '@&#8203;')
    .replaceAll(/\bwww\./gi, (start) => `${start.slice(0, 3)}&#46;`)
    .replaceAll('://', ':&#8203;//')
    .trim();
}

/** A code block whose fence is longer than any in the text. */
export function codeBlock(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${fence}text\n${text.replace(/\n?$/, '\n')}${fence}\n`;
}
