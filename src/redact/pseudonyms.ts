/** What a name stands for, and the word that its replacement begins with. */
export const NAME_KINDS = ['task', 'host', 'name', 'path', 'mail', 'mac', 'ip', 'id'] as const;
export type NameKind = (typeof NAME_KINDS)[number];

/** Names that are told apart; what comes later of a kind has one replacement in common, which cannot be undone. */
const MAX_NAMES = 200_000;

const PSEUDONYM = new RegExp(`(?<![A-Za-z0-9_])(?:${NAME_KINDS.join('|')})\\d+(?![A-Za-z0-9_])`, 'g');

/** Replaces names consistently: the same name, whatever it was first seen as, always by the same word. */
export class Pseudonyms {
  readonly #byName = new Map<string, string>();
  readonly #byPseudonym = new Map<string, string>();
  readonly #counts = new Map<NameKind, number>();

  constructor(known: Readonly<Record<string, string>> = {}) {
    for (const [pseudonym, name] of Object.entries(known)) this.#enter(pseudonym, name);
  }

  /** Pseudonyms with what they stand for: all that is needed to undo them. */
  get known(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#byPseudonym);
  }

  /** Some names have a replacement in common. */
  get isFull(): boolean {
    return this.#byPseudonym.size >= MAX_NAMES;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  of(kind: NameKind, name: string): string {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.isFull) return `${kind}0`;
    const pseudonym = `${kind}${(this.#counts.get(kind) ?? 0) + 1}`;
    this.#enter(pseudonym, name);
    return pseudonym;
  }

  /** Notes what a replacement that is no pseudonym stands for. */
  remember(replacement: string, name: string): void {
    if (!this.isFull && !this.#byPseudonym.has(replacement)) this.#enter(replacement, name);
  }

  /** What a replacement stands for. */
  nameOf(replacement: string): string | undefined {
    return this.#byPseudonym.get(replacement);
  }

  /** Names back in the place of pseudonyms. */
  undo(text: string): string {
    return text.replaceAll(PSEUDONYM, (pseudonym) => this.#byPseudonym.get(pseudonym) ?? pseudonym);
  }

  #enter(pseudonym: string, name: string): void {
    this.#byPseudonym.set(pseudonym, name);
    const kind = NAME_KINDS.find((each) => new RegExp(`^${each}\\d+$`).test(pseudonym));
    if (kind === undefined) return;
    this.#byName.set(name, pseudonym);
    this.#counts.set(kind, Math.max(this.#counts.get(kind) ?? 0, Number(pseudonym.slice(kind.length))));
  }
}
