import { LANES } from '../../model/lane.ts';
import type { ParserRegistry } from '../../model/parser.ts';
import { rules } from '../../rules/registry.ts';
import type { DocumentedWord } from './command-docs.ts';

/** Nothing records inside the device. */
const LABELLED = LANES.filter((lane) => lane !== 'device');

/** Words by the name that a value has in the table: `<rule>`, `[name]`. */
export type Vocabulary = Readonly<Record<string, readonly DocumentedWord[]>>;

export function vocabularyOf(parsers: ParserRegistry): Vocabulary {
  const named = (list: readonly { readonly name: string; readonly description: string }[]): DocumentedWord[] =>
    list.map(({ name, description }) => ({ word: name, description }));
  const framing = named(parsers.framings);
  const dialect = named(parsers.dialects);
  return {
    framing,
    dialect,
    format: [...named(parsers.containers ?? []), ...framing, ...named(parsers.wrappings ?? []), ...dialect],
    rule: rules.flatMap(({ id, name }) => [
      { word: id, description: name },
      { word: name, description: id },
    ]),
    lane: LABELLED.map((lane) => ({ word: lane })),
    // A guest may have a name: guest:NAME=FILE.
    label: [...LABELLED.map((lane) => ({ word: `${lane}=` })), { word: 'guest:' }],
  };
}
