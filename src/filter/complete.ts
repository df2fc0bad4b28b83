import { FIELDS, type Field, fieldNamed, hasField } from './fields.ts';
import type { FilterSubject, FilterWords } from './filter.ts';

/** What may stand in place of the word that the cursor is in or behind. */
export interface Completion {
  /** Where the word begins, in UTF-16 code units. */
  readonly from: number;
  /** Whole words, in order: fields with `=`, or values. */
  readonly words: readonly string[];
}

/** Word, and of a comparison its field and the part of its value behind the last comma. */
const WORD = /(?:[^\s|&!()]|!(?==))*$/;
const COMPARISON = /^([A-Za-z][A-Za-z0-9-]*)(?:!=|<=|>=|==|=|<|>|:)(?:.*,)?([^,]*)$/;
const BARE = /^[^\s|&!()",]+$/;

/** @param valuesOf texts that the capture has in a field */
export function completionAt(
  text: string,
  at: number,
  subject: FilterSubject,
  words: FilterWords,
  valuesOf: (field: string) => Iterable<string>,
): Completion {
  const before = text.slice(0, at);
  const [word = ''] = WORD.exec(before) ?? [];
  const [, name, value = ''] = COMPARISON.exec(word) ?? [];
  if (name === undefined) {
    const names = FIELDS.filter((field) => hasField(field, subject)).map((field) => `${field.name}=`);
    return { from: at - word.length, words: startingWith(names, word) };
  }
  const field = fieldNamed(name.toLowerCase());
  const values = field === undefined || !hasField(field, subject) ? [] : choicesOf(field, words, valuesOf);
  return { from: at - value.length, words: startingWith(values, value) };
}

function choicesOf(field: Field, words: FilterWords, valuesOf: (field: string) => Iterable<string>): string[] {
  switch (field.type) {
    case 'choice':
      return [...field.values];
    case 'words':
      return [...field.values(words)];
    case 'flag':
      return ['yes', 'no'];
    default:
      return [...valuesOf(field.name)].map((value) => (BARE.test(value) ? value : quoted(value)));
  }
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function startingWith(words: readonly string[], start: string): string[] {
  const small = start.toLowerCase();
  return [...new Set(words)].filter((word) => word.toLowerCase().startsWith(small));
}

/** The longest beginning of all of them. */
export function commonStart([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) {
    while (length > 0 && other.slice(0, length).toLowerCase() !== first.slice(0, length).toLowerCase()) length -= 1;
  }
  return first.slice(0, length);
}
