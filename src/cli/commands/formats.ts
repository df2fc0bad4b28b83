import { assertUnreachable, InvariantError } from '../../base/assert.ts';
import { UsageError } from '../../base/errors.ts';
import { agree, plural, sanitise } from '../../base/text.ts';
import { probe } from '../../intake/probe.ts';
import { readEvents } from '../../intake/read-events.ts';
import { peek, unpacked } from '../../intake/unpack.ts';
import type { ParserRegistry } from '../../model/parser.ts';
import { displayPath } from '../../report/wording.ts';
import { clip } from '../../report/wrap.ts';
import type { FormatsOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { didYouMean } from '../option-values.ts';
import { writeTarget } from '../output-target.ts';
import type { Session } from '../session.ts';
import { prepare } from '../setup.ts';

/** `faultlog formats`: what is read, each with a sample line; with `--probe`, what a file looks like and why. */
export async function runFormats(
  session: Session,
  wanted: string | undefined,
  options: FormatsOptions,
): Promise<number> {
  const [target = { format: 'text' } as const] = options.format ?? [];
  const answer =
    options.probe === undefined
      ? listing(await session.loadParsers(), wanted)
      : await probeFile(session, options.probe, options);
  switch (target.format) {
    case 'text':
      await writeTarget(target, session, [answer.text]);
      return EXIT.clean;
    case 'json':
      await writeTarget(target, session, [`${JSON.stringify(answer.data, undefined, 2)}\n`]);
      return EXIT.clean;
    default:
      return assertUnreachable(target.format);
  }
}

interface Answer {
  readonly text: string;
  readonly data: unknown;
}

interface Listed {
  readonly name: string;
  readonly description: string;
  readonly source?: string;
  readonly samples: readonly string[];
  /** Shown where this one is asked for by name. */
  readonly help?: string;
}

function listing(parsers: ParserRegistry, wanted: string | undefined): Answer {
  const sections: Readonly<Record<string, readonly Listed[]>> = {
    containers: (parsers.containers ?? []).map(({ name, description, advice, members, help }) => ({
      name,
      description: advice === undefined || members !== undefined ? description : `${description}; not read: ${advice}`,
      samples: [],
      ...(help !== undefined && wanted !== undefined && { help }),
    })),
    framings: parsers.framings.map(({ name, description, samples }) => ({ name, description, samples })),
    wrappings: (parsers.wrappings ?? []).map(({ name, description, samples }) => ({ name, description, samples })),
    dialects: parsers.dialects.map(({ name, description, source, samples }) => ({
      name,
      description,
      source,
      samples: samples.map(({ line }) => line),
    })),
  };
  const chosen = wanted === undefined ? sections : onlyNamed(sections, wanted);
  const text = Object.entries(chosen).map(([title, entries]) => `${title}\n${entries.map(entryText).join('')}`);
  return { text: text.join('\n'), data: chosen };
}

function entryText({ name, description, source, samples, help }: Listed): string {
  const from = source === undefined ? '' : `      from ${sanitise(source)}\n`;
  const sample = samples[0] === undefined ? '' : `      ${sanitise(samples[0])}\n`;
  const notation = help === undefined ? '' : `\n${help}`;
  return `  ${name}: ${sanitise(description)}\n${from}${sample}${notation}`;
}

function onlyNamed(
  sections: Readonly<Record<string, readonly Listed[]>>,
  wanted: string,
): Record<string, readonly Listed[]> {
  const chosen = Object.entries(sections).flatMap(([title, entries]) => {
    const named = entries.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    return named.length === 0 ? [] : [[title, named] as const];
  });
  if (chosen.length > 0) return Object.fromEntries(chosen);
  const names = Object.values(sections).flatMap((entries) => entries.map(({ name }) => name));
  throw new UsageError(
    `there is no format '${wanted}'`,
    `${didYouMean(wanted, names)}faultlog formats lists them all.`,
  );
}

async function* asBytes(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

/** Looks at the head of the file, then reads it as `check` would, and tells what its lines were taken for. */
async function probeFile(session: Session, file: string, options: FormatsOptions): Promise<Answer> {
  const setup = await prepare(session, [file], options);
  const [input] = setup.inputs;
  if (input === undefined) throw new InvariantError('an input is missing', { file });
  const { head, all } = await peek(unpacked(asBytes(input.open()), setup.parsers.containers ?? []));
  const { reason } = probe(head, setup.parsers, options.framing);
  const stream = readEvents([{ ...input, open: () => all }], setup.parsers, setup.read);
  for await (const _ of stream) {
    // Only the reports are wanted; they are filled while the stream is read.
  }
  const [report] = stream.reports;
  if (report === undefined) throw new InvariantError('reading gave no report', { file });
  if (report.error !== undefined) throw new UsageError(`${file}: ${report.error.message}`);
  const data = {
    path: file,
    bytes: report.bytes,
    lines: report.lines,
    reason,
    framings: Object.fromEntries(report.framings),
    dialects: Object.fromEntries(report.dialects),
    events: report.events,
    unread: report.unread,
    unreadSamples: report.unreadSamples,
    ...(report.clock !== undefined && { clock: report.clock }),
    diagnostics: report.diagnostics,
  };
  return { text: probeText(data), data };
}

interface Probed {
  readonly path: string;
  readonly reason: string;
  readonly lines: number;
  readonly framings: Readonly<Record<string, number>>;
  readonly dialects: Readonly<Record<string, number>>;
  readonly events: number;
  readonly unread: number;
  readonly unreadSamples: readonly { readonly line: number; readonly text: string; readonly count: number }[];
  readonly clock?: string;
  readonly diagnostics: readonly { readonly line?: number; readonly text: string; readonly advice?: string }[];
}

function probeText(data: Probed): string {
  const name = displayPath(data.path);
  const lines = [`${name}: ${sanitise(data.reason)}`];
  if (data.clock !== undefined) lines.push(`  the capture's clock is ${sanitise(data.clock)}`);
  for (const [dialect, count] of Object.entries(data.dialects)) {
    lines.push(`  ${plural(count, 'event')} of the dialect ${dialect}`);
  }
  if (data.events === 0) lines.push('  no IOMMU event');
  if (data.unread > 0)
    lines.push(
      `  ${plural(data.unread, 'line')} that ${agree(data.unread, 'names', 'name')} an IOMMU and that no dialect reads:`,
    );
  for (const { line, text, count } of data.unreadSamples) {
    const times = count === 1 ? '' : `  (${count} like it)`;
    lines.push(`    ${name}:${line}  ${clip(sanitise(text.trim()), 160)}${times}`);
  }
  for (const { line, text, advice } of data.diagnostics) {
    const place = line === undefined ? name : `${name}:${line}`;
    lines.push(`  ${place}: ${sanitise(text)}${advice === undefined ? '' : ` (${sanitise(advice)})`}`);
  }
  return `${lines.join('\n')}\n`;
}
