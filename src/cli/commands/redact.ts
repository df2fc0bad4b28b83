import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { analyse } from '../../analysis/analyse.ts';
import { UsageError } from '../../base/errors.ts';
import { plural } from '../../base/text.ts';
import type { InputSpec } from '../../intake/input.ts';
import { peek, unpacked } from '../../intake/unpack.ts';
import { DEFAULT_LIMITS } from '../../model/limits.ts';
import type { ParserRegistry } from '../../model/parser.ts';
import type { Result } from '../../model/result.ts';
import { keyText, newKey, parseKey, type RedactionKey } from '../../redact/key.ts';
import { type Redaction, redactText } from '../../redact/redact-text.ts';
import { hasSameFindings } from '../../redact/same-findings.ts';
import type { RedactOptions } from '../command-options.ts';
import { readNamedFile } from '../config-file.ts';
import { EXIT } from '../exit-code.ts';
import { complain } from '../messages.ts';
import { prepareInputs } from '../open-input.ts';
import { writeFileWhole, writeTarget } from '../output-target.ts';
import { type Session, write } from '../session.ts';

/** Of the key, which undoes everything. */
const PRIVATE_MODE = 0o600;

/** `faultlog redact`: a capture without names and addresses, and the way back. */
export async function runRedact(session: Session, file: string, options: RedactOptions): Promise<number> {
  const { output, undo } = options;
  const key = openKey(session, options);
  checkPaths(session, file, options);
  const parsers = await session.loadParsers();
  const input = await textInput(session, file, parsers);
  const source = unpacked(asBytes(input.open()), parsers.containers ?? []);
  const { outcome, pieces } = redactText(source, parsers, key, undo === true ? 'undo' : 'redact');
  await writeTarget({ format: 'text', ...(output !== undefined && { path: output }) }, session, pieces);
  if (undo === true) return EXIT.clean;
  if (options.key !== undefined) {
    await writeFileWhole(resolve(session.cwd, options.key), options.key, [keyText(outcome.key)], PRIVATE_MODE);
  }
  const code = await compare(session, input, options, parsers);
  if (options.quiet !== true) await write(session.stderr, summary(outcome));
  return code;
}

function openKey(session: Session, { key, undo }: RedactOptions): RedactionKey {
  if (key === undefined) {
    if (undo !== true) return newKey();
    throw new UsageError('--undo needs the key of the redaction', 'Give --key FILE, as it was given to redact.');
  }
  const path = resolve(session.cwd, key);
  if (!existsSync(path) && undo !== true) return newKey();
  return parseKey(readNamedFile(path, key, 'the key'), key);
}

/** Nothing may be overwritten that is still needed. */
function checkPaths(session: Session, file: string, { output, key }: RedactOptions): void {
  const named = [
    ['the input', file],
    ['--output', output],
    ['--key', key],
  ] as const;
  const seen = new Map<string, string>();
  for (const [what, name] of named) {
    if (name === undefined || name === '-') continue;
    const path = resolve(session.cwd, name);
    const other = seen.get(path);
    if (other !== undefined) throw new UsageError(`${name}: it is ${other} and ${what}`, 'Name different files.');
    seen.set(path, what);
  }
}

/** The one log in the file. Throws a UsageError for recordings, archives and drawings. */
async function textInput(session: Session, file: string, parsers: ParserRegistry): Promise<InputSpec> {
  const containers = parsers.containers ?? [];
  const [input, ...others] = await prepareInputs({ path: file, lane: 'host' }, session, parsers);
  if (input === undefined || others.length > 0 || input.path !== file) {
    throw new UsageError(`${file} is an archive`, 'Unpack it, and redact each log with the same --key.');
  }
  if (input.canReopen !== true) return input;
  const { head, all } = await peek(unpacked(asBytes(input.open()), containers));
  for await (const _ of all) break;
  const container = containers.find((candidate) => candidate.matches(head));
  if (container === undefined) return input;
  const advice =
    container.openRecords === undefined
      ? DRAWN
      : 'Print it as text: trace-cmd report FILE >trace.txt, and redact that.';
  throw new UsageError(`${file} is ${container.description}`, container.advice ?? advice);
}

const DRAWN = 'It has no addresses and no names but those that were drawn: read it before you send it.';

async function* asBytes(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

/** Analyses both where both can be read again, and says whether the findings are the same. */
async function compare(
  session: Session,
  input: InputSpec,
  { output, quiet }: RedactOptions,
  parsers: ParserRegistry,
): Promise<number> {
  if (output === undefined || output === '-' || input.canReopen !== true) return EXIT.clean;
  const resultOf = (inputs: readonly InputSpec[]): Promise<Result> =>
    analyse(inputs, parsers, { limits: DEFAULT_LIMITS });
  const before = await resultOf([input]);
  const after = await resultOf(await prepareInputs({ path: output, lane: 'host' }, session, parsers));
  if (!hasSameFindings(before, after)) {
    await complain(
      session,
      `check does not say the same of ${output} as of the original`,
      'Names and addresses are replaced all the same; please report it.',
    );
    return EXIT.failed;
  }
  if (quiet === true) return EXIT.clean;
  const count = plural(before.findings.length, 'finding');
  await write(
    session.stderr,
    `faultlog: check says the same of both: ${count}, the same groups, lines and fingerprints\n`,
  );
  return EXIT.clean;
}

function summary({ lines, unknownLines, droppedBytes, isFull }: Redaction): string {
  const unknown =
    unknownLines === 0
      ? ''
      : `; no parser knows ${unknownLines} of them: numbers and a kernel's own words are left of those`;
  const parts = [`faultlog: ${plural(lines, 'line')} redacted${unknown}\n`];
  if (droppedBytes > 0) parts.push(`faultlog: left out: ${plural(droppedBytes, 'byte')} of lines that are too long\n`);
  if (isFull) parts.push('faultlog: more names than can be told apart: some have one replacement in common\n');
  return parts.join('');
}
