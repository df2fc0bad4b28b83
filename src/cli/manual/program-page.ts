import type { CommandDocs } from '../docs/command-docs.ts';
import { addExamples, addOptions, sentence } from './command-page.ts';
import { type Edition, ManualPage } from './roff.ts';

/** `faultlog(1)`: what the commands have in common. */
export function programPage(
  program: CommandDocs,
  commands: readonly CommandDocs[],
  edition: Edition,
  related: readonly string[],
): string {
  const page = new ManualPage('faultlog', 1, edition);
  page.section('Name').nameLine('faultlog', 'says what went wrong in a recorded IOMMU fault log');
  page.section('Synopsis').text('faultlog', true).text('command [options] [file...]');
  page.section('Description').text(sentence(program.description));
  for (const text of DESCRIPTION) page.paragraph(text);
  page.section('Commands');
  for (const { name, usage, description } of commands) page.item(`${name} ${usage}`, sentence(description));
  addOptions(page, program.options);
  page.section('Exit status');
  for (const [code, meaning] of EXIT_STATUS) page.item(code, meaning);
  page.section('Environment');
  for (const [name, meaning] of ENVIRONMENT) page.item(name, meaning);
  page.section('Files').item('faultlog.config.json', FILES);
  return addExamples(page, program).section('See also').text(related.join(', ')).toString();
}

const DESCRIPTION = [
  'It works after the fact, on recordings only: an ftrace text or a trace.dat, a perf script, a kernel log, the journal. Packed files are recognised by content. Several files are one analysis; a file named - is standard input.',
  'A label in front of a file names the lane that recorded it: host=FILE (the default), driver=FILE, vmm=FILE, guest=FILE or guest:NAME=FILE. A path that contains = is written ./a=b.',
] as const;

const EXIT_STATUS = [
  ['0', 'Done; for check: no finding at or above --fail-on.'],
  ['1', 'Findings at or above --fail-on (check).'],
  ['2', 'Could not be done: usage, configuration, an unreadable input.'],
  ['3', 'Events were lost or lines not understood (check --strict-coverage).'],
  ['130, 141', 'Interrupted; the reader of the output went away.'],
] as const;

const ENVIRONMENT = [
  ['NO_COLOR', 'Not empty: no colours, unless --color asks for them.'],
  ['FORCE_COLOR', 'Not empty, 0 or false: colours where the output is no terminal, too.'],
  ['GITHUB_ACTIONS', 'If it is true, check adds the format github.'],
  ['GITHUB_STEP_SUMMARY', 'File to which the format github appends the job summary.'],
] as const;

const FILES =
  'The configuration, in the working directory or above it; the member faultlog of a package.json is one too. See faultlog-config(5).';
