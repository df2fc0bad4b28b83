import { UsageError } from '../base/errors.ts';
import { candidateLines } from '../intake/block-lines.ts';
import type { InputSpec } from '../intake/input.ts';
import { LineReader } from '../intake/line-reader.ts';
import type { NeedleSearch } from '../intake/needle-search.ts';
import { searchFor } from '../intake/parsers-search.ts';
import { peek, unpacked } from '../intake/unpack.ts';
import type { Container, ParserRegistry } from '../model/parser.ts';
import type { LabelledFile } from './lane-label.ts';

type OpenBytes = () => AsyncIterable<Uint8Array>;

/** An archive of more logs is not read: each costs a pass over the archive. */
const MAX_LOGS = 256;

/** First line of files that `faultlog recipe` packs beside the logs; they name functions and events of IOMMUs. */
const NO_LOG = '# faultlog: no log\n';

/** The archive that the bytes are, packed or not; undefined for everything else. */
export async function archiveOf(open: OpenBytes, containers: readonly Container[]): Promise<Container | undefined> {
  const { head, all } = await peek(unpacked(open(), containers));
  for await (const _ of all) break;
  const container = containers.find((candidate) => candidate.matches(head));
  return container?.members === undefined ? undefined : container;
}

/**
 * The logs in an archive as inputs of their own, named `ARCHIVE:MEMBER`: those in which a line may matter, and recordings.
 * Throws a UsageError where there are none, or too many.
 */
export async function archiveInputs(
  file: LabelledFile,
  archive: Container,
  open: OpenBytes,
  parsers: ParserRegistry,
): Promise<readonly InputSpec[]> {
  const containers = parsers.containers ?? [];
  const search = searchFor(parsers, undefined);
  const names: string[] = [];
  const places: number[] = [];
  let place = 0;
  for await (const member of archive.members?.(unpacked(open(), containers)) ?? []) {
    if (member.sizeBytes > 0 && (await mayMatter(member.bytes, containers, search))) {
      places.push(place);
      names.push(member.name);
    }
    place += 1;
  }
  if (places.length === 0) {
    throw new UsageError(`${file.path} is ${archive.description}, and no log in it names an IOMMU`, archive.advice);
  }
  if (places.length > MAX_LOGS) {
    throw new UsageError(`${file.path} holds ${places.length} logs that may matter`, archive.advice);
  }
  return places.map((at, index) => ({
    path: `${file.path}:${names[index] ?? ''}`,
    lane: file.lane,
    ...(file.laneName !== undefined && { laneName: file.laneName }),
    canReopen: true,
    open: () => memberBytes(archive, unpacked(open(), containers), at),
  }));
}

async function* memberBytes(
  archive: Container,
  bytes: AsyncIterable<Uint8Array>,
  wanted: number,
): AsyncGenerator<Uint8Array, void, void> {
  let place = 0;
  for await (const member of archive.members?.(bytes) ?? []) {
    if (place === wanted) {
      yield* member.bytes;
      return;
    }
    place += 1;
  }
}

/** True for a recording, and for text with at least one line that a parser may want. */
async function mayMatter(
  packed: AsyncIterable<Uint8Array>,
  containers: readonly Container[],
  search: NeedleSearch,
): Promise<boolean> {
  try {
    const { head, all } = await peek(unpacked(packed, containers));
    const container = containers.find((candidate) => candidate.matches(head));
    if (container !== undefined) return container.readEvents !== undefined || container.openRecords !== undefined;
    if (Buffer.from(head.subarray(0, NO_LOG.length)).toString('latin1') === NO_LOG) return false;
    let isFound = false;
    const lines = candidateLines(search, () => {
      isFound = true;
    });
    const reader = new LineReader(lines);
    for await (const chunk of all) {
      reader.push(chunk);
      if (isFound) break;
    }
    reader.end();
    return isFound;
  } catch {
    // A member that is damaged is an input, so that reading it says so.
    return true;
  }
}
