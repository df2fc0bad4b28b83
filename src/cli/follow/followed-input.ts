import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { UsageError } from '../../base/errors.ts';
import type { InputSpec } from '../../intake/input.ts';
import type { ParserRegistry } from '../../model/parser.ts';
import { NS_PER_MS } from '../../model/time.ts';
import type { LabelledFile } from '../lane-label.ts';
import { complain } from '../messages.ts';
import { startOfFile } from '../open-input.ts';
import type { Session } from '../session.ts';
import { withQuiet } from './follow-bytes.ts';
import { followFile } from './follow-file.ts';

/** The shortest time after which an input counts as quiet. */
const SHORTEST_QUIET_MS = 50;

/**
 * The one input of `--follow`: a file that grows or a pipe, until Ctrl-C or the pipe's end. Throws a UsageError for several
 * inputs, and for what is no text.
 */
export function followedInput(
  session: Session,
  files: readonly LabelledFile[],
  parsers: ParserRegistry,
  mergeWindowNs: number,
): InputSpec {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) {
    throw new UsageError(
      `--follow reads one input, not ${files.length}`,
      'Follow each with a run of its own, or analyse them together when they are complete.',
    );
  }
  const { path, lane, laneName } = file;
  const absolute = resolve(session.cwd, path);
  const start = path === '-' ? undefined : startOfFile(path, absolute);
  if (start !== undefined) refuseContainer(path, start, parsers);
  const stopping = new AbortController();
  session.onInterrupt?.(() => stopping.abort());
  const options = {
    quietMs: Math.max(SHORTEST_QUIET_MS, mergeWindowNs / NS_PER_MS),
    stop: stopping.signal,
    say: (message: string, hint?: string) => void complain(session, message, hint),
  };
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
