/** Thrown while a ladder is read; `readLadder` turns it into a `TextProblem`. */
export class LadderSyntaxError extends Error {
  override readonly name = 'LadderSyntaxError';
  /** 0-based row of the text. */
  readonly row: number;
  /** 0-based. */
  readonly column: number;

  constructor(row: number, column: number, message: string) {
    super(message);
    this.row = row;
    this.column = column;
  }
}
