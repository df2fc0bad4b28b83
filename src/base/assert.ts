/** A broken promise inside faultlog itself: the reader is asked for a report. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  readonly context: Readonly<Record<string, unknown>>;

  constructor(message: string, context: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.context = context;
  }
}

export function assertUnreachable(value: never): never {
  throw new InvariantError('a case that the types exclude', { value });
}

export function assertDefined<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new InvariantError(`${what} is missing`);
  return value;
}
