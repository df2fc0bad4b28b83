/** The user can act on this: a bad flag, an unreadable file, a bad configuration. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** What to do next, one sentence. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
