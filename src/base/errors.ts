/** A part of a text, in UTF-16 code units. */
export interface TextPlace {
  readonly text: string;
  readonly at: number;
  /** 0 where something is missing. */
  readonly length: number;
}

/** The user can act on this: a bad flag, an unreadable file, a bad configuration. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** What to do next, one sentence. */
  readonly hint: string | undefined;
  /** What the message is about, to be shown with a mark below its place. */
  readonly place: TextPlace | undefined;

  constructor(message: string, hint?: string, options?: ErrorOptions & { readonly place?: TextPlace }) {
    super(message, options);
    this.hint = hint;
    this.place = options?.place;
  }
}
