import { UsageError } from '../base/errors.ts';
import { FIELDS, hasField, TYPE_HELP } from '../filter/fields.ts';
import type { Filter, FilterSubject, FilterWords } from '../filter/filter.ts';
import { parseFilter } from '../filter/parse.ts';
import type { NoteSection } from './declare/notes.ts';

/** The words that filters may use besides their own. Loads the rules. */
export async function wordsOfRules(): Promise<FilterWords> {
  const { rules } = await import('../rules/registry.ts');
  return { ruleNames: new Map(rules.map(({ id, name }) => [id, name])) };
}

/** The filter that `--where` gives; everything passes without one. Throws a UsageError that points at what is wrong. */
export function whereFilter(text: string | undefined, subject: FilterSubject, words: FilterWords): Filter {
  const { filter, problem } = parseFilter(text ?? '', subject, words);
  if (problem === undefined) return filter;
  const { at, length, message, hint } = problem;
  throw new UsageError(`--where: ${message}`, hint, { place: { text: text ?? '', at, length } });
}

/** What the help says of the filter language. */
export function whereNotes(subject: FilterSubject): readonly NoteSection[] {
  const fields = FIELDS.filter((field) => hasField(field, subject));
  return [
    {
      title: 'Filters (--where)',
      rows: [
        ['pasid=3', 'compare a field with = != < <= > >=; several values with commas: kind=fault,drain'],
        ['a b', 'both; a | b: either; !a: not; ( ) for groups of them'],
        ['"a b"', 'a value with blanks or marks; * in a text stands for anything'],
        ['none, any', 'the field is absent, or there: pasid=none'],
      ],
    },
    {
      title: 'Fields',
      rows: fields.map(({ name, type, help }) => [name, `${help} (${TYPE_HELP[type]})`] as const),
    },
  ];
}
