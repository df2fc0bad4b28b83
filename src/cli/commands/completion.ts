import type { Command } from 'commander';
import { assertUnreachable } from '../../base/assert.ts';
import { describeProgram } from '../docs/command-docs.ts';
import { vocabularyOf } from '../docs/vocabulary.ts';
import { EXIT } from '../exit-code.ts';
import { type Session, write } from '../session.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

/** `faultlog completion SHELL`: a script made from the same table as the help. */
export async function runCompletion(session: Session, shell: Shell, table: Command): Promise<number> {
  const { program, commands } = describeProgram(table, vocabularyOf(await session.loadParsers()));
  const script = await scriptOf(shell);
  await write(session.stdout, script(program, commands));
  return EXIT.clean;
}

async function scriptOf(shell: Shell) {
  switch (shell) {
    case 'bash':
      return (await import('../completion/bash.ts')).bashScript;
    case 'zsh':
      return (await import('../completion/zsh.ts')).zshScript;
    case 'fish':
      return (await import('../completion/fish.ts')).fishScript;
    default:
      return assertUnreachable(shell);
  }
}
