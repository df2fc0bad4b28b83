import { assertUnreachable } from '../../base/assert.ts';
import type { NoteSection } from '../declare/notes.ts';
import type { CommandDocs, OptionDocs, ValueDocs } from '../docs/command-docs.ts';
import { type Edition, ManualPage } from './roff.ts';

/** More words than this are not worth a list in a page: a command lists them. */
const MAX_LISTED = 12;

/** `faultlog-check(1)`: the page of one command; `keys` are what it can be told while it runs. */
export function commandPage(
  command: CommandDocs,
  edition: Edition,
  related: readonly string[],
  keys: readonly NoteSection[] = [],
): string {
  const page = new ManualPage(`faultlog-${command.name}`, 1, edition);
  page.section('Name').nameLine(`faultlog-${command.name}`, command.description);
  page.section('Synopsis').text(`faultlog ${command.name}`, true).text(command.usage);
  page.section('Description').text(sentence(command.description));
  for (const { name, description, values } of command.arguments) {
    page.item(`<${name}>`, sentence(description), listOf(values));
  }
  addOptions(page, command.options);
  addSections(page, command.notes?.sections ?? []);
  addSections(page, keys);
  if (command.notes?.sections?.some(({ title }) => title === 'Exit codes') !== true) {
    page.section('Exit status').item('0', 'Done.').item('2', 'Could not be done; standard error says why.');
  }
  return addExamples(page, command)
    .section('See also')
    .text(related.filter((name) => name !== `faultlog-${command.name}(1)`).join(', '))
    .toString();
}

export function addOptions(page: ManualPage, options: readonly OptionDocs[]): void {
  page.section('Options');
  for (const { flags, description, values, defaultText } of options) {
    const preset = defaultText === undefined ? '' : `The default is ${defaultText}.`;
    page.item(flags, sentence(description), [listOf(values), preset].filter((text) => text !== '').join(' '));
  }
}

/** Sections of the help; the exit codes under the name that manual pages have for them. */
function addSections(page: ManualPage, sections: readonly NoteSection[]): void {
  for (const { title, rows } of sections) {
    page.section(title === 'Exit codes' ? 'Exit status' : title);
    for (const [term, text] of rows) page.item(term, sentence(text));
  }
}

export function addExamples(page: ManualPage, { notes }: CommandDocs): ManualPage {
  return notes === undefined ? page : page.section('Examples').example(notes.examples);
}

/** What a value may be, where that is a short list. */
function listOf(values: ValueDocs | undefined): string {
  if (values === undefined) return '';
  switch (values.kind) {
    case 'free':
    case 'file':
      return '';
    case 'input':
      return `Labels of lanes are ${values.labels.join(', ')}.`;
    case 'start':
      return `Starts with ${values.words.map(({ word }) => word).join(' or ')}.`;
    case 'word':
    case 'word-and-path':
      return values.words.length > MAX_LISTED ? '' : `One of ${values.words.map(({ word }) => word).join(', ')}.`;
    default:
      return assertUnreachable(values);
  }
}

export function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.:!?]$/.test(start) ? start : `${start}.`;
}
