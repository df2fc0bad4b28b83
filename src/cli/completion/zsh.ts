import { assertUnreachable } from '../../base/assert.ts';
import type { ArgumentDocs, CommandDocs, OptionDocs, ValueDocs } from '../docs/command-docs.ts';
import { WordLists } from './word-lists.ts';

/** Completion for zsh, by its own `_arguments`. */
export function zshScript(program: CommandDocs, commands: readonly CommandDocs[]): string {
  const lists = new WordLists(commands);
  const functions = lists.all().map((list, number) => {
    const words = list.map(({ word, description }) => {
      const text = description === undefined ? '' : `:${description}`;
      return quoted(`${word.replaceAll(':', '\\:')}${text}`);
    });
    return `_faultlog_words_${number}() {\n  local -a words=(${words.join(' ')})\n  _describe -t values value words "$@"\n}\n`;
  });
  const cases = commands.map(({ name, arguments: args, options }) => {
    const specs = [
      ...options.map((option) => optionSpec(option, lists)),
      ...args.map((each) => argumentSpec(each, lists)),
    ];
    return `        ${name})\n          _arguments -s -S ${specs.join(' \\\n            ')} && ret=0\n          ;;`;
  });
  const [labels = []] = commands.flatMap(({ arguments: args }) =>
    args.flatMap(({ values }) => (values.kind === 'input' ? [values.labels] : [])),
  );
  const names = commands.map(({ name, description }) => quoted(`${name}:${description}`));
  return `#compdef faultlog
# faultlog completion for zsh: put it as _faultlog into a directory of $fpath
${functions.join('')}
# A file, or the label of a lane in front of one.
_faultlog_input() {
  local expl
  if compset -P '*='; then
    _files && return
  else
    local ret=1
    _wanted labels expl 'lane of a file' compadd -S '' -- ${labels.join(' ')} && ret=0
    _files && ret=0
    return ret
  fi
}

# A format, alone or with = and a path behind it: the last argument gives the formats.
_faultlog_format() {
  if compset -P '*='; then
    _files
  else
    "\${@[-1]}" "\${@[1,-2]}"
  fi
}

_faultlog() {
  local curcontext=$curcontext state line ret=1
  typeset -A opt_args
  _arguments -C -S ${program.options.map((option) => optionSpec(option, lists)).join(' ')} \\
    '1:command:->command' '*::argument:->argument' && ret=0
  case $state in
    command)
      local -a commands=(
        ${names.join('\n        ')}
      )
      _describe -t commands command commands && ret=0
      # A misspelt or a missing command: a file helps to see it.
      (( ret )) && _files && ret=0
      ;;
    argument)
      case $line[1] in
${cases.join('\n')}
      esac
      ;;
  esac
  return ret
}

if [[ $funcstack[1] == _faultlog ]]; then
  _faultlog "$@"
else
  compdef _faultlog faultlog
fi
`;
}

/** Like \`'*'{-f+,--format=}'[…]:value:_files'\`: in any number, since nearly all may be given again. */
function optionSpec({ short, long, description, values }: OptionDocs, lists: WordLists): string {
  const text = `[${description.replaceAll(/[[\]\\]/g, '\\$&')}]`;
  if (values === undefined) {
    return short === undefined ? quoted(`*${long}${text}`) : `'*'{${short},${long}}${quoted(text)}`;
  }
  const value = `:value:${action(values, lists)}`;
  if (short === undefined) return quoted(`*${long}=${text}${value}`);
  return `'*'{${short}+,${long}=}${quoted(`${text}${value}`)}`;
}

function argumentSpec({ name, isVariadic, values }: ArgumentDocs, lists: WordLists): string {
  return quoted(`${isVariadic ? '*' : '1'}:${name}:${action(values, lists)}`);
}

function action(values: ValueDocs, lists: WordLists): string {
  switch (values.kind) {
    case 'free':
      return ' ';
    case 'file':
      return '_files';
    case 'input':
      return '_faultlog_input';
    case 'word':
      return `_faultlog_words_${lists.numberOf(values.words)}`;
    case 'start':
      return `_faultlog_words_${lists.numberOf(values.words)} -S ""`;
    case 'word-and-path':
      return `_faultlog_format _faultlog_words_${lists.numberOf(values.words)}`;
    default:
      return assertUnreachable(values);
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
