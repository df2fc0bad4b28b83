import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../base/errors.ts';
import type { LabelledFile } from '../cli/lane-label.ts';
import { memorySource, prepareInputs, prepareSource, readHead, unreadableInput } from '../cli/open-input.ts';
import type { InputSpec } from '../intake/input.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { BytesSource, FileSource, InputSource, TextSource } from './types.ts';

/**
 * Looks at each input, and is ready to read them. Rejects with a UsageError if not one of them can be read; one that
 * cannot, among others, becomes an input with an error.
 */
export async function openSources(
  sources: readonly InputSource[],
  parsers: ParserRegistry,
): Promise<readonly InputSpec[]> {
  if (sources.length === 0) throw new UsageError('no input is given', 'Give at least one path, text or stream.');
  const inputs: InputSpec[] = [];
  const failures: UsageError[] = [];
  for (const source of sources) {
    try {
      inputs.push(...(await opened(source, parsers)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      failures.push(error);
      inputs.push(unreadableInput(labelled(source), error));
    }
  }
  const [first] = failures;
  if (first !== undefined && failures.length === inputs.length) throw first;
  return inputs;
}

async function opened(source: InputSource, parsers: ParserRegistry): Promise<readonly InputSpec[]> {
  const file = labelled(source);
  if (typeof source === 'string' || source instanceof URL || 'path' in source) {
    // Here - is a file of that name: standard input belongs to the caller.
    const named = file.path === '-' ? { ...file, path: './-' } : file;
    return prepareInputs(named, { stdin: Readable.from([]), cwd: '' }, parsers);
  }
  if ('text' in source) return prepareSource(file, memorySource(Buffer.from(source.text)), parsers);
  const { bytes } = source;
  if (bytes instanceof Uint8Array) return prepareSource(file, memorySource(bytes), parsers);
  return prepareSource(file, await readHead(bytes instanceof Readable ? bytes : Readable.from(bytes)), parsers);
}

function labelled(source: InputSource): LabelledFile {
  if (typeof source === 'string') return { path: source, lane: 'host' };
  if (source instanceof URL) return { path: fileURLToPath(source), lane: 'host' };
  const { lane = 'host', laneName } = source;
  return { path: nameOf(source), lane, ...(laneName !== undefined && { laneName }) };
}

function nameOf(source: FileSource | TextSource | BytesSource): string {
  if ('path' in source) return source.path instanceof URL ? fileURLToPath(source.path) : source.path;
  return source.name ?? ('text' in source ? 'text' : 'bytes');
}
