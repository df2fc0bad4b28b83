/** What a cell of the canvas holds: texts are never crossed, lines may be. */
type CellKind = 'blank' | 'text' | 'run' | 'path' | 'corner';

/** A character grid with one line for each row of a ladder. */
export class Canvas {
  readonly #chars: string[][] = [];
  readonly #kinds: CellKind[][] = [];

  constructor(rows: number) {
    for (let row = 0; row < rows; row += 1) {
      this.#chars.push([]);
      this.#kinds.push([]);
    }
  }

  kindAt(row: number, column: number): CellKind {
    return this.#kinds[row]?.[column] ?? 'blank';
  }

  charAt(row: number, column: number): string {
    return this.#chars[row]?.[column] ?? ' ';
  }

  put(row: number, column: number, text: string, kind: CellKind): void {
    const chars = this.#chars[row];
    const kinds = this.#kinds[row];
    if (chars === undefined || kinds === undefined) return;
    for (let at = chars.length; at < column; at += 1) {
      chars.push(' ');
      kinds.push('blank');
    }
    for (let index = 0; index < text.length; index += 1) {
      chars[column + index] = text[index] ?? ' ';
      kinds[column + index] = kind;
    }
  }

  /** The row as ASCII, or with line drawing characters for everything that is no text. */
  render(row: number, isUnicode: boolean): string {
    const chars = this.#chars[row] ?? [];
    if (!isUnicode) return chars.join('').trimEnd();
    return chars
      .map((character, column) => (this.kindAt(row, column) === 'text' ? character : this.#drawn(row, column)))
      .join('')
      .trimEnd();
  }

  #drawn(row: number, column: number): string {
    const character = this.charAt(row, column);
    // A corner belongs to the dashes beside it.
    if (character === '.') return this.charAt(row, column - 1) === '-' ? '╮' : '╭';
    if (character === "'") return this.charAt(row, column - 1) === '-' ? '╯' : '╰';
    return DRAWN.get(character) ?? character;
  }
}

const DRAWN: ReadonlyMap<string, string> = new Map([
  ['-', '─'],
  ['>', '▶'],
  ['<', '◀'],
  ['\\', '╲'],
  ['/', '╱'],
  ['|', '│'],
  ['X', '╳'],
  ['x', '✗'],
]);
