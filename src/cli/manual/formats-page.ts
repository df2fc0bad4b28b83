import { sanitise } from '../../base/text.ts';
import type { ParserRegistry } from '../../model/parser.ts';
import { type Edition, ManualPage } from './roff.ts';

/** `faultlog-formats(5)`: what is read, each with a sample line. */
export function formatsPage(parsers: ParserRegistry, edition: Edition, related: readonly string[]): string {
  const page = new ManualPage('faultlog-formats', 5, edition);
  page.section('Name').nameLine('faultlog-formats', 'logs and recordings that faultlog reads');
  page.section('Description').text(DESCRIPTION);
  page.section('Containers');
  for (const { name, description } of parsers.containers ?? []) page.item(name, `${description}.`);
  page.section('Framings');
  for (const each of parsers.framings) addSampled(page, each.name, each.description, each.samples);
  page.section('Wrappings').text('Taken off before the framing is looked for.');
  for (const each of parsers.wrappings ?? []) addSampled(page, each.name, each.description, each.samples);
  page.section('Dialects');
  for (const { name, description, samples, source: from } of parsers.dialects) {
    addSampled(
      page,
      name,
      `${description}. From ${from}`,
      samples.map(({ line }) => line),
    );
  }
  const notation = parsers.containers?.find(({ name }) => name === 'ladder')?.help;
  if (notation !== undefined) page.section('Ladders').example(notation.trimEnd().split('\n'));
  return page.section('See also').text(related.join(', ')).toString();
}

function addSampled(page: ManualPage, name: string, description: string, samples: readonly string[]): void {
  page.item(name, `${description}.`.replace(/\.\.$/, '.'));
  const [sample] = samples;
  if (sample !== undefined) page.example([sanitise(sample)]);
}

const DESCRIPTION =
  'A container says how bytes become lines, a framing what stands around the message of a line (time, CPU, task), a dialect what the message says. All are recognised by content; --framing and --dialect force one. What a file looks like, and why, tells faultlog formats --probe FILE.';
