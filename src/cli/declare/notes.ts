import type { Command } from 'commander';

/** What the help and the manual page of a command say behind its options. */
export interface CommandNotes {
  readonly sections?: readonly NoteSection[];
  /** Command lines as they are typed. Every command has some. */
  readonly examples: readonly [string, ...string[]];
}

export interface NoteSection {
  /** Like `Exit codes`. */
  readonly title: string;
  readonly rows: readonly (readonly [term: string, text: string])[];
}

const noted = new WeakMap<Command, CommandNotes>();

export function addNotes(command: Command, notes: CommandNotes): Command {
  noted.set(command, notes);
  return command.addHelpText('after', helpText(notes));
}

export function notesOf(command: Command): CommandNotes | undefined {
  return noted.get(command);
}

function helpText({ sections = [], examples }: CommandNotes): string {
  const shown = sections.map(({ title, rows }) => {
    const width = Math.max(...rows.map(([term]) => term.length));
    return `\n${title}:\n${rows.map(([term, text]) => `  ${term.padEnd(width)}  ${text}\n`).join('')}`;
  });
  return `${shown.join('')}\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`;
}
