import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { UsageError } from '../../base/errors.ts';
import type { InputSpec } from '../../intake/input.ts';
import type { ParserRegistry } from '../../model/parser.ts';
import { NS_PER_MS } from '../../model/time.ts';
import type { LabelledFile } from '../lane-label.ts';
import { complain } from '../messages.ts';
import { startOfFile, unreadableInput } from '../open-input.ts';
import type { Session } from '../session.ts';
import { type FollowOptions, withQuiet } from './follow-bytes.ts';
import { followFile } from './follow-file.ts';

/** The shortest time after which an input counts as quiet. */
const SHORTEST_QUIET_MS = 50;

/** What `--follow` reads, and what it cannot. */
export interface FollowedInputs {
  readonly inputs: readonly InputSpec[];
  readonly refused: ReadonlySet<InputSpec>;
}

/**
 * The inputs of `--follow`: files that grow and pipes, until Ctrl-C or the end of all. Throws a UsageError if none can be
 * followed; of several, one that cannot is complained of.
 */
export async function followedInputs(
  session: Session,
  files: readonly LabelledFile[],
  parsers: ParserRegistry,
  mergeWindowNs: number,
): Promise<FollowedInputs> {
  const stopping = new AbortController();
  session.onInterrupt?.(() => stopping.abort());
  const options = {
    quietMs: Math.max(SHORTEST_QUIET_MS, mergeWindowNs / NS_PER_MS),
    stop: stopping.signal,
    say: (message: string, hint?: string) => void complain(session, message, hint),
  };
  const inputs: InputSpec[] = [];
  const refused = new Set<InputSpec>();
  for (const file of files) {
    try {
      inputs.push(followedInput(session, file, parsers, options));
    } catch (error) {
      if (!(error instanceof UsageError) || files.length === 1) throw error;
      await complain(session, error.message, error.hint);
      const input = unreadableInput(file, error);
      inputs.push(input);
      refused.add(input);
    }
  }
  if (refused.size === inputs.length)
    throw new UsageError('none of the inputs can be followed', 'See the messages above.');
  return { inputs, refused };
}

function followedInput(
  session: Session,
  { path, lane, laneName }: LabelledFile,
  parsers: ParserRegistry,
  options: FollowOptions,
): InputSpec {
  const absolute = resolve(session.cwd, path);
  const start = path === '-' ? undefined : startOfFile(path, absolute);
  if (start !== undefined) refuseContainer(path, start, parsers);
  return {
    path,
    lane,
    ...(laneName !== undefined && { laneName }),
    isFollowed: true,
    open: () => {
      if (start !== undefined) return followFile(absolute, path, options);
      return withQuiet(chunksOf(path === '-' ? session.stdin : createReadStream(absolute)), options);
    },
  };
}

/** Only text says something before it is complete. */
function refuseContainer(path: string, start: Uint8Array, parsers: ParserRegistry): void {
  const container = parsers.containers?.find((candidate) => candidate.matches(start));
  if (container === undefined) return;
  throw new UsageError(
    `--follow reads text, and ${path} is ${container.description}`,
    'Analyse it without --follow when it is complete.',
  );
}

function chunksOf(stream: Readable): () => Promise<Uint8Array | undefined> {
  const iterator = stream[Symbol.asyncIterator]();
  return async () => {
    const next = await iterator.next();
    if (next.done === true) return undefined;
    return next.value instanceof Uint8Array ? next.value : Buffer.from(String(next.value));
  };
}
