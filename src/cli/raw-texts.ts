import { resolve } from 'node:path';
import type { ClosableBytes, InputSpec } from '../intake/input.ts';
import { collectBytes } from '../intake/memory-bytes.ts';
import { peek, unpacked } from '../intake/unpack.ts';
import type { Container } from '../model/parser.ts';
import { ByteText, type LinePlace, type RawPage, type RawText } from '../store/raw-text.ts';
import { FileBytes } from './raw-bytes.ts';
import { RecordText } from './record-text.ts';
import { StreamBytes } from './stream-bytes.ts';

/** A line of this input at or before the one asked for, whose place is known. */
export type LineHint = (line: number) => LinePlace | undefined;

/** The lines of an input as the analysis counted them: of a file as it is, of anything packed as it is inside. */
export function rawTextOf(spec: InputSpec, containers: readonly Container[], cwd: string, hint: LineHint): RawText {
  return new LateText(openText(spec, containers, cwd, hint));
}

async function openText(
  spec: InputSpec,
  containers: readonly Container[],
  cwd: string,
  hint: LineHint,
): Promise<RawText> {
  const { head, all } = await peek(unpacked(bytesOf(spec), containers));
  for await (const _ of all) break;
  const recording = containers.find((container) => container.openRecords !== undefined && container.matches(head));
  if (recording?.openRecords !== undefined) {
    return new RecordText(() => recordBytes(spec, containers), recording.openRecords, spec.path);
  }
  if (spec.openBytes !== undefined) return new ByteText(new FileBytes(resolve(cwd, spec.path), spec.path), hint);
  return new ByteText(new StreamBytes(() => unpacked(bytesOf(spec), containers), spec.path), hint);
}

async function recordBytes(spec: InputSpec, containers: readonly Container[]): Promise<ClosableBytes> {
  if (spec.openBytes !== undefined) return spec.openBytes();
  const chunks = unpacked(bytesOf(spec), containers);
  const { bytes } = await collectBytes(async () => {
    const next = await chunks.next();
    return next.done === true ? undefined : next.value;
  });
  return bytes;
}

async function* bytesOf(spec: InputSpec): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of spec.open()) yield typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
}

/** The text of an input that is being looked at. */
class LateText implements RawText {
  readonly #text: Promise<RawText>;

  constructor(text: Promise<RawText>) {
    this.#text = text;
    // Said to whoever looks.
    text.catch(() => undefined);
  }

  async lines(first: number, count: number): Promise<RawPage> {
    try {
      return await (await this.#text).lines(first, count);
    } catch (error) {
      return { lines: [], problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async find(...[test, from, side, isStopped]: Parameters<RawText['find']>): Promise<number | undefined> {
    try {
      return await (await this.#text).find(test, from, side, isStopped);
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#text.then((text) => text.close()).catch(() => undefined);
  }
}
