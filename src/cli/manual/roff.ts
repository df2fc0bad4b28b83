import { wrap } from '../../report/wrap.ts';

/** Columns of the source, which has nothing to do with those of the page. */
const SOURCE_WIDTH = 78;

/** What a page says at its foot. */
export interface Edition {
  /** `2026-11-28`. */
  readonly date: string;
  readonly version: string;
}

/** A manual page in the macros of man(7), which groff and mandoc read. Text is escaped here and nowhere else. */
export class ManualPage {
  readonly #lines: string[];

  constructor(title: string, section: number, { date, version }: Edition) {
    const words = [macroArgument(title.toUpperCase()), section, date, macroArgument(`faultlog ${version}`)];
    this.#lines = [`.TH ${words.join(' ')}`];
  }

  section(title: string): this {
    this.#lines.push(`.SH ${macroArgument(title.toUpperCase())}`);
    return this;
  }

  subsection(title: string): this {
    this.#lines.push(`.SS ${macroArgument(title)}`);
    return this;
  }

  paragraph(text: string): this {
    this.#lines.push('.PP', ...textLines(text));
    return this;
  }

  /** Text that follows what is before it; marks it as bold where `isBold`. */
  text(text: string, isBold = false): this {
    if (isBold) this.#lines.push(`.B ${macroArgument(text)}`);
    else this.#lines.push(...textLines(text));
    return this;
  }

  /** `name \- description`, the form that whatis(1) knows. */
  nameLine(name: string, description: string): this {
    this.#lines.push(`${escaped(name)} \\- ${escaped(description)}`);
    return this;
  }

  /** A term, whose words in `<…>` and `[…]` are set as what stands for something else, and what it means. */
  item(term: string, ...paragraphs: readonly string[]): this {
    this.#lines.push('.TP', termLine(term));
    const [first = '', ...rest] = paragraphs.filter((text) => text !== '');
    this.#lines.push(...textLines(first));
    for (const text of rest) this.#lines.push('.IP', ...textLines(text));
    return this;
  }

  /** Lines that stay as they are. */
  example(lines: readonly string[]): this {
    const isFirst = this.#lines.at(-1)?.startsWith('.S') === true;
    this.#lines.push(...(isFirst ? [] : ['.PP']), '.RS 4', '.nf', ...lines.map(atLineStart), '.fi', '.RE');
    return this;
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

function textLines(text: string): string[] {
  return text.split('\n').flatMap((part) => wrap(part.trim(), SOURCE_WIDTH, '').split('\n').map(atLineStart));
}

function termLine(term: string): string {
  const parts = term.split(/(<[^>\s]+>(?:\.\.\.)?|\[[^\]\s]+\](?:\.\.\.)?)/).filter((part) => part !== '');
  const fonts = parts.map((part) => {
    const isPlace = /^(?:<.+>|\[.+\])/.test(part);
    return `\\f${isPlace ? 'I' : 'B'}${escaped(isPlace ? part.replaceAll(/[<>]/g, '') : part)}\\fR`;
  });
  return atControl(fonts.join(''));
}

/** A line of text: what would be a request at its start is not one. */
function atLineStart(line: string): string {
  return line === '' ? '\\&' : atControl(escaped(line));
}

function atControl(line: string): string {
  return /^[.']|^\\\(aq/.test(line) ? `\\&${line}` : line;
}

/** Characters that roff reads as something else, and those that a page of seven bits cannot have. */
function escaped(text: string): string {
  return Array.from(text, (char) => SPECIAL.get(char) ?? (char > '~' ? unicode(char) : char)).join('');
}

const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['\\', '\\e'],
  ['-', '\\-'],
  ["'", '\\(aq'],
  ['`', '\\(ga'],
  ['^', '\\(ha'],
  ['~', '\\(ti'],
]);

function unicode(char: string): string {
  return `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

function macroArgument(text: string): string {
  return `"${escaped(text).replaceAll('"', '\\(dq')}"`;
}
