import { sanitise } from '../../base/text.ts';

/** A piece of HTML that is whole and safe: made by `html` alone. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | undefined | readonly Content[];

/**
 * A template whose values are text, wherever they come from: control characters and bidirectional overrides are shown,
 * and what HTML would read is escaped. Values stand between tags or in double quotes, never in a tag, a style or a script.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) text += contentText(value) + (strings[index + 1] ?? '');
  return new Markup(text);
}

/** Text of several lines, for a `pre`. */
export function lines(text: string): Markup {
  return new Markup(text.trimEnd().split('\n').map(escaped).join('\n'));
}

/** Numbers of a drawing, of which a hundredth is enough. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function contentText(value: Content): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return value.map(contentText).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return sanitise(text)
    .replaceAll(/\p{Noncharacter_Code_Point}/gu, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
