import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a shell offers in `cwd` for a command line of which everything is typed, as whole words in order of the alphabet. */
export type OfferOf = (script: string, line: string, cwd: string) => string[];

export const offerOfBash: OfferOf = (script, line, cwd) => {
  const last = line.slice(line.lastIndexOf(' ') + 1);
  // Readline cuts words at = and :, and puts what is offered behind the last of them.
  const front = last.slice(0, Math.max(last.lastIndexOf('='), last.lastIndexOf(':')) + 1);
  const words = line.split(' ').flatMap((word) => word.split(/([=:])/).filter((part, at) => part !== '' || at === 0));
  if (/[=:]$/.test(line)) words.push('');
  const run = `
    source <(cat)
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _faultlog
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return offered(output('bash', ['--norc', '-c', run], cwd, script)).map((word) => front + word);
};

export const offerOfFish: OfferOf = (script, line, cwd) => {
  const folder = mkdtempSync(join(tmpdir(), 'faultlog-fish-'));
  try {
    const path = join(folder, 'faultlog.fish');
    writeFileSync(path, script);
    const shown = output('fish', ['--no-config', '-c', `source ${path}; complete -C '${line}'`], cwd, '');
    return offered(shown.replaceAll(/\t.*/g, ''));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Presses the tab key in an interactive zsh, in which \`compadd\` writes down what it is given. */
export const offerOfZsh: OfferOf = (script, line, cwd) => {
  const folder = mkdtempSync(join(tmpdir(), 'faultlog-zsh-'));
  try {
    const paths = { SCRIPT: join(folder, '_faultlog'), RC: join(folder, 'rc'), OUT: join(folder, 'out') };
    writeFileSync(paths.SCRIPT, script);
    writeFileSync(paths.RC, ZSH_RC);
    writeFileSync(paths.OUT, '');
    output('zsh', ['-f', '-c', ZSH_CAPTURE, 'zsh', line], cwd, '', paths);
    const written = readFileSync(paths.OUT, 'utf8');
    if (!written.endsWith('DONE\n')) throw new Error(`zsh did not complete '${line}': ${written}`);
    return offered(written.replace(/DONE\n$/, ''));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const ZSH_RC = `
PS1='READY '
autoload -Uz compinit; compinit -D -u
source $SCRIPT
bindkey '^I' complete-word
compadd () {
  # Called for the sake of its arrays: nothing is offered.
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits )) && print -rl -- $IPREFIX\${^hits} >>$OUT
  return 1
}
finish () { print -r -- DONE >>$OUT }
comppostfuncs=(finish)
`;

const ZSH_CAPTURE = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'source $RC'
zpty -r z seen '*READY *'
zpty -n -w z "$1"$'\\t'
repeat 1000; do
  [[ $(<$OUT) == *DONE ]] && break
  sleep 0.01
done
zpty -d z
`;

/** What is in the line editor of an interactive bash after keys were typed: the arguments of the command that they made. */
export function typedIntoBash(script: string, keys: string, cwd: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'faultlog-bash-'));
  try {
    const rc = join(folder, 'rc');
    writeFileSync(rc, `${script}\nfaultlog() { printf 'ARGUMENT<%s>\\n' "$@"; }\nbind 'set bell-style none'\n`);
    const typed = `${keys}\nexit\n`;
    const shown = output('script', ['-qec', `bash --noprofile --rcfile ${rc} -i`, '/dev/null'], cwd, typed);
    return [...shown.matchAll(/^ARGUMENT<(.*)>\r?$/gm)].map((match) => match[1] ?? '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function output(program: string, args: readonly string[], cwd: string, input: string, env: object = {}): string {
  const run = spawnSync(program, args, {
    cwd,
    input,
    env: { PATH: process.env.PATH, HOME: cwd, TERM: 'dumb', LC_ALL: 'C.UTF-8', ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (run.stderr !== '') throw new Error(`${program}: ${run.stderr}`);
  return run.stdout;
}

function offered(text: string): string[] {
  const words = text.split('\n').map((line) => line.replace(/\/$/, ''));
  return [...new Set(words.filter((word) => word !== ''))].sort();
}
