import type { Argument, Command, Option } from 'commander';
import { type CommandNotes, notesOf } from '../declare/notes.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A command as help, manual and completion know it: the table of `program.ts` as data. */
export interface CommandDocs {
  readonly name: string;
  readonly description: string;
  /** Behind the name in the synopsis, like `[options] [file...]`. */
  readonly usage: string;
  readonly arguments: readonly ArgumentDocs[];
  readonly options: readonly OptionDocs[];
  readonly notes: CommandNotes | undefined;
}

export interface ArgumentDocs {
  readonly name: string;
  readonly description: string;
  readonly isVariadic: boolean;
  readonly values: ValueDocs;
}

export interface OptionDocs {
  /** Like `-f, --format <name[=path]>`. */
  readonly flags: string;
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  /** As typed; absent where leaving the option out means something else than any value. */
  readonly defaultText: string | undefined;
  /** undefined: the option takes no value. */
  readonly values: ValueDocs | undefined;
}

/** What completion can say about a value. */
export type ValueDocs =
  | { readonly kind: 'free' }
  | { readonly kind: 'file' }
  /** A file, with the label of its lane in front or without. */
  | { readonly kind: 'input'; readonly labels: readonly string[] }
  | { readonly kind: 'word'; readonly words: readonly DocumentedWord[] }
  /** The start of a word, which goes on without a blank. */
  | { readonly kind: 'start'; readonly words: readonly DocumentedWord[] }
  /** A word, alone or with `=` and a path behind it. */
  | { readonly kind: 'word-and-path'; readonly words: readonly DocumentedWord[] };

export interface DocumentedWord {
  readonly word: string;
  readonly description?: string;
}

/** Values that are files, whatever the file is for. */
const FILE_NAMES: readonly string[] = ['file', 'before', 'after'];

/** The program itself, and its commands in the order of the help. */
export function describeProgram(
  program: Command,
  vocabulary: Vocabulary,
): { readonly program: CommandDocs; readonly commands: readonly CommandDocs[] } {
  const commands = program.createHelp().visibleCommands(program);
  const named: Vocabulary = { ...vocabulary, command: commands.map((command) => ({ word: command.name() })) };
  return {
    program: describeCommand(program, named),
    commands: commands.map((command) => describeCommand(command, named)),
  };
}

function describeCommand(command: Command, vocabulary: Vocabulary): CommandDocs {
  const help = command.createHelp();
  return {
    name: command.name(),
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map((argument) => describeArgument(argument, vocabulary)),
    options: help.visibleOptions(command).flatMap((option) => describeOption(option, vocabulary)),
    notes: notesOf(command),
  };
}

function describeArgument(argument: Argument, vocabulary: Vocabulary): ArgumentDocs {
  const name = argument.name();
  return {
    name,
    description: argument.description,
    isVariadic: argument.variadic,
    values: valuesOf(argument.parseArg, argument.variadic && name === 'file' ? 'input' : name, vocabulary),
  };
}

function describeOption(option: Option, vocabulary: Vocabulary): OptionDocs[] {
  const { flags, short, long, description } = option;
  if (long == null) return [];
  const takesValue = option.required || option.optional;
  const name = /[<[]([^>\][]+)/.exec(flags)?.[1] ?? '';
  return [
    {
      flags,
      short: short ?? undefined,
      long,
      description,
      defaultText: takesValue && option.defaultValue !== undefined ? String(option.defaultValue) : undefined,
      values: takesValue ? valuesOf(option.parseArg, name, vocabulary) : undefined,
    },
  ];
}

/** What the parser takes, if it tells; else what the name of the value stands for. */
function valuesOf(parser: unknown, name: string, vocabulary: Vocabulary): ValueDocs {
  const choices = choicesOf(parser);
  if (choices !== undefined) {
    const words = choices.map((word) => ({ word }));
    return hasPath(parser) ? { kind: 'word-and-path', words } : { kind: 'word', words };
  }
  if (name === 'input') return { kind: 'input', labels: vocabulary.label?.map(({ word }) => word) ?? [] };
  if (FILE_NAMES.includes(name)) return { kind: 'file' };
  if (name === 'lane=seconds') return { kind: 'start', words: upperLanes(vocabulary) };
  const words = vocabulary[name];
  return words === undefined ? { kind: 'free' } : { kind: 'word', words };
}

/** Offsets are stated against the host. */
function upperLanes({ lane = [] }: Vocabulary): DocumentedWord[] {
  return lane.flatMap(({ word }) => (word === 'host' ? [] : [{ word: `${word}=` }]));
}

function choicesOf(parser: unknown): readonly string[] | undefined {
  if (typeof parser !== 'function' || !('choices' in parser) || !Array.isArray(parser.choices)) return undefined;
  return parser.choices.map(String);
}

function hasPath(parser: unknown): boolean {
  return typeof parser === 'function' && 'takesPath' in parser;
}
