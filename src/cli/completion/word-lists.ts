import type { CommandDocs, DocumentedWord, ValueDocs } from '../docs/command-docs.ts';

/** The lists of words in a table, each once: a script defines them and refers to them by number. */
export class WordLists {
  readonly #lists: (readonly DocumentedWord[])[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(commands: readonly CommandDocs[]) {
    for (const { arguments: args, options } of commands) {
      for (const { values } of [...args, ...options]) this.#add(values);
    }
  }

  all(): readonly (readonly DocumentedWord[])[] {
    return this.#lists;
  }

  /** The place in `all`. */
  numberOf(words: readonly DocumentedWord[]): number {
    return this.#numbers.get(keyOf(words)) ?? 0;
  }

  #add(values: ValueDocs | undefined): void {
    if (values === undefined || !('words' in values)) return;
    const key = keyOf(values.words);
    if (this.#numbers.has(key)) return;
    this.#numbers.set(key, this.#lists.length);
    this.#lists.push(values.words);
  }
}

function keyOf(words: readonly DocumentedWord[]): string {
  return words.map(({ word }) => word).join(' ');
}
