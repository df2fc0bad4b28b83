/** What following an input needs to know. */
export interface FollowOptions {
  /** After so long without new bytes an empty chunk is given, once. */
  readonly quietMs: number;
  /** Ends the input, as if nothing more came. */
  readonly stop: AbortSignal;
  /** Something that the user should know, like a rotation. */
  say(message: string, hint?: string): void;
}

const NOTHING = new Uint8Array();
const NO_CHUNK = Symbol('no chunk');

/**
 * Chunks as they come, and an empty one when none came for a while: `next` is asked for one at a time and may take as long
 * as it likes; undefined ends. Leaves a `next` behind that does not come back.
 */
export async function* withQuiet(
  next: () => Promise<Uint8Array | undefined>,
  { quietMs, stop }: Pick<FollowOptions, 'quietMs' | 'stop'>,
): AsyncGenerator<Uint8Array, void, void> {
  let pending: Promise<Uint8Array | undefined> | undefined;
  let isQuiet = false;
  while (!stop.aborted) {
    pending ??= next();
    const chunk = await firstOf(pending, isQuiet ? undefined : quietMs, stop);
    if (chunk === NO_CHUNK) {
      if (stop.aborted) return;
      isQuiet = true;
      yield NOTHING;
      continue;
    }
    pending = undefined;
    if (chunk === undefined) return;
    isQuiet = false;
    if (chunk.length > 0) yield chunk;
  }
}

/** What `pending` gives, if that is before the time is up and before the stop. */
function firstOf<T>(pending: Promise<T>, ms: number | undefined, stop: AbortSignal): Promise<T | typeof NO_CHUNK> {
  return new Promise((resolve, reject) => {
    const timer = ms === undefined ? undefined : setTimeout(finish, ms);
    stop.addEventListener('abort', finish);
    pending.then(
      (value) => leave(() => resolve(value)),
      (error: unknown) => leave(() => reject(error)),
    );
    function finish(): void {
      leave(() => resolve(NO_CHUNK));
    }
    function leave(act: () => void): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', finish);
      act();
    }
  });
}
