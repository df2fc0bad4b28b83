import { assertUnreachable } from '../../base/assert.ts';
import type { CommandDocs, DocumentedWord, OptionDocs, ValueDocs } from '../docs/command-docs.ts';

/** Completion for fish 3 and newer. */
export function fishScript(program: CommandDocs, commands: readonly CommandDocs[]): string {
  const lines = [
    ...program.options.map((option) => optionLine('__fish_use_subcommand', option)),
    ...commands.map(
      ({ name, description }) => `complete -c faultlog -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ),
    ...commands.flatMap(({ name, arguments: args, options }) => {
      const seen = quoted(`__fish_seen_subcommand_from ${name}`);
      return [
        ...args.map(({ values }) => `complete -c faultlog -n ${seen} ${operand(values)}`),
        ...options.map((option) => optionLine(seen, option)),
      ];
    }),
  ];
  return `# faultlog completion for fish: put it into ~/.config/fish/completions/faultlog.fish
# A format, alone or with = and a path behind it.
function __faultlog_format
    set -l token (string replace -r '^--format=' '' -- (commandline -ct))
    if string match -q '*=*' -- $token
        set -l parts (string split -m 1 = -- $token)
        string replace -r '^' "$parts[1]=" -- (__fish_complete_path $parts[2])
    else
        string join \\n -- $argv
    end
end

complete -c faultlog -f
complete -c faultlog -n __fish_use_subcommand -F
${lines.join('\n')}
`;
}

function optionLine(condition: string, { short, long, description, values }: OptionDocs): string {
  const flags = `${short === undefined ? '' : `-s ${short.replace(/^-/, '')} `}-l ${long.replace(/^--/, '')}`;
  const value = values === undefined ? '' : ` ${optionValue(values)}`;
  return `complete -c faultlog -n ${condition} ${flags}${value} -d ${quoted(description)}`;
}

function optionValue(values: ValueDocs): string {
  switch (values.kind) {
    case 'free':
      return '-x';
    case 'file':
    case 'input':
      return '-r -F';
    case 'word':
    case 'start':
      return `-x -a ${wordList(values.words)}`;
    case 'word-and-path':
      return `-r -f -a '(__faultlog_format ${values.words.map(({ word }) => word).join(' ')})'`;
    default:
      return assertUnreachable(values);
  }
}

function operand(values: ValueDocs): string {
  switch (values.kind) {
    case 'free':
      return '-f';
    case 'file':
      return '-F';
    case 'input':
      return `-F -a ${quoted(values.labels.join(' '))}`;
    case 'word':
    case 'start':
    case 'word-and-path':
      return `-f -a ${wordList(values.words)}`;
    default:
      return assertUnreachable(values);
  }
}

/** Words and what they mean, one a line: fish splits the list at blanks, but not inside quotes of its own. */
function wordList(words: readonly DocumentedWord[]): string {
  const items = words.map(({ word, description }) =>
    description === undefined ? word : `${word}\\t${quoted(description)}`,
  );
  return quoted(items.join(' '));
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
