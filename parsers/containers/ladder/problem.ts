/** What is wrong with a ladder, and where. */
export interface LadderProblem {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
  readonly text: string;
}

/** Thrown while a ladder is read; `readLadder` turns it into a `LadderProblem`. */
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
