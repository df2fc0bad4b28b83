import { assertUnreachable } from '../../base/assert.ts';
import type { CommandDocs, ValueDocs } from '../docs/command-docs.ts';
import { WordLists } from './word-lists.ts';

/** Completion for bash 4 and newer; needs nothing but bash. */
export function bashScript(program: CommandDocs, commands: readonly CommandDocs[]): string {
  const lists = new WordLists(commands);
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap(({ short, long, values: taken }) => {
      if (taken === undefined) return [];
      const keys = [long, short].flatMap((flag) => (flag === undefined ? [] : [`${name},${flag}`]));
      return [`    ${keys.join('|')}) ${setting(taken, lists)} ;;`];
    }),
  );
  const flags = [program, ...commands].map((command) => {
    const words = command.options.flatMap(({ short, long }) => (short === undefined ? [long] : [long, short]));
    return `    ${command === program ? "''" : command.name}) words='${words.join(' ')}' ;;`;
  });
  const operands = commands.flatMap(({ name, arguments: [argument] }) =>
    argument === undefined ? [] : [`    ${name}) ${setting(argument.values, lists)} ;;`],
  );
  return `# faultlog completion for bash: source <(faultlog completion bash), or put it into
# ~/.local/share/bash-completion/completions/faultlog
${lists
  .all()
  .map((list, number) => `_faultlog_words_${number}='${list.map(({ word }) => word).join(' ')}'\n`)
  .join('')}
_faultlog() {
  local word line command='' option='' value kind='' words='' typed='' breaks='' i glued=0
  local -a line_words=()
  # Readline splits words at = and :, which are parts of labels and formats here.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((i > 0)) && { ((glued)) || [[ $word == [=:]* ]]; }; then
      line_words[\${#line_words[@]} - 1]+=$word
    else
      line_words+=("$word")
    fi
    if [[ $word == *[=:] ]]; then glued=1; else glued=0; fi
  done
  local last=$((\${#line_words[@]} - 1))
  value=\${line_words[last]}
  for ((i = 1; i < last; i++)); do
    if [[ \${line_words[i]} != -* ]]; then command=\${line_words[i]}; break; fi
  done
  # What readline leaves as it is.
  [[ $COMP_WORDBREAKS == *=* ]] && breaks+==
  [[ $COMP_WORDBREAKS == *:* ]] && breaks+=:
  [[ -n $breaks ]] && typed=\${value%"\${value##*[$breaks]}"}
  COMPREPLY=()

  if [[ $value == --*=* ]]; then
    option=\${value%%=*}
  elif ((last > 1)) && [[ \${line_words[last - 1]} == -* ]]; then
    option=\${line_words[last - 1]}
  fi
  local front=''
  case $command,$option in
${values.join('\n')}
  esac
  if [[ -n $kind && $value == --*=* ]]; then
    front=$option=
    value=\${value#*=}
  elif [[ -z $kind && $value == -* ]]; then
    kind=word
    case $command in
${flags.join('\n')}
    esac
  elif [[ -z $kind ]]; then
    case $command in
    '') kind=command words='${commands.map(({ name }) => name).join(' ')}' ;;
${operands.join('\n')}
    esac
  fi

  case $kind in
    input | word-and-path)
      if [[ $value == *=* ]]; then
        front+=\${value%%=*}=
        value=\${value#*=}
        kind=file
      fi
      ;;
  esac
  if [[ $kind == input || $kind == start ]] && [[ -n $value || $kind == start ]]; then
    _faultlog_reply "$front" "$typed" < <(compgen -W "$words" -- "$value")
    ((\${#COMPREPLY[@]})) && compopt -o nospace 2>/dev/null
  elif [[ $kind == word* || $kind == command ]]; then
    _faultlog_reply "$front" "$typed" < <(compgen -W "$words" -- "$value")
  fi
  if [[ $kind == file || $kind == input ]] || [[ $kind == command && \${#COMPREPLY[@]} -eq 0 ]]; then
    compopt -o filenames 2>/dev/null
    _faultlog_reply "$front" "$typed" < <(compgen -f -- "$value")
  fi
}

# Takes candidates, one a line: what stands in front of them, less what readline leaves as it is, is given with them.
_faultlog_reply() {
  local candidate full
  while IFS= read -r candidate; do
    full=$1$candidate
    COMPREPLY+=("\${full#"$2"}")
  done
}

complete -o default -F _faultlog faultlog
`;
}

/** Assignments that say what a value is. */
function setting(values: ValueDocs, lists: WordLists): string {
  switch (values.kind) {
    case 'free':
      return 'kind=free';
    case 'file':
      return 'kind=file';
    case 'input':
      return `kind=input words='${values.labels.join(' ')}'`;
    case 'word':
    case 'start':
    case 'word-and-path':
      return `kind=${values.kind} words=$_faultlog_words_${lists.numberOf(values.words)}`;
    default:
      return assertUnreachable(values);
  }
}
