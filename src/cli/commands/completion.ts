import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { choiceOption } from '../option-values.ts';
import { type Session, write } from '../session.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `faultlog completion SHELL`: a script made from the same table as the help. */
export async function runCompletion(session: Session, shell: string, program: Command): Promise<number> {
  const chosen = choiceOption('completion', SHELLS)(shell);
  const commands = program.commands.map(describe);
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  await write(session.stdout, scripts[chosen](commands));
  return EXIT.clean;
}

interface Completed {
  readonly name: string;
  readonly description: string;
  readonly options: readonly { readonly flag: string; readonly description: string }[];
}

function describe(command: Command): Completed {
  return {
    name: command.name(),
    description: command.description(),
    options: command.options.flatMap(({ long, description }) => (long == null ? [] : [{ flag: long, description }])),
  };
}

function bashScript(commands: readonly Completed[]): string {
  const cases = commands.map(
    ({ name, options }) => `    ${name}) words='${options.map(({ flag }) => flag).join(' ')}' ;;`,
  );
  return `# faultlog completion for bash: source it, or put it into /etc/bash_completion.d/
_faultlog() {
  local words current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')}' -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
    *) words='' ;;
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _faultlog faultlog
`;
}

function zshScript(commands: readonly Completed[]): string {
  const names = commands.map(({ name, description }) => `    '${name}:${zshText(description)}'`);
  const cases = commands.map(({ name, options }) => {
    const specs = options.map(({ flag, description }) => `'${flag}[${zshText(description)}]'`);
    return `    ${name}) _arguments ${[...specs, "'*:file:_files'"].join(' ')} ;;`;
  });
  return `#compdef faultlog
# faultlog completion for zsh: put it as _faultlog into a directory of $fpath
_faultlog() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
_faultlog "$@"
`;
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, description, options }) => [
    `complete -c faultlog -n __fish_use_subcommand -f -a ${name} -d '${fishText(description)}'`,
    ...options.map(
      (option) =>
        `complete -c faultlog -n '__fish_seen_subcommand_from ${name}' -l ${option.flag.replace(/^--/, '')} -d '${fishText(option.description)}'`,
    ),
  ]);
  return `# faultlog completion for fish: put it into ~/.config/fish/completions/faultlog.fish\n${lines.join('\n')}\n`;
}

/** Inside a single-quoted zsh specification: quotes, brackets and colons mean something. */
function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(/[[\]:\\]/g, '\\$&');
}

function fishText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
