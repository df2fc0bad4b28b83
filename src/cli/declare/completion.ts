import { Argument } from 'commander';
import { choiceOption } from '../option-values.ts';
import { addNotes } from './notes.ts';
import type { DeclareCommand } from './shared-options.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const declareCompletion: DeclareCommand = (program, session, outcome) => {
  addNotes(program.command('completion'), {
    examples: [
      'source <(faultlog completion bash)',
      'faultlog completion fish >~/.config/fish/completions/faultlog.fish',
    ],
  })
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', SHELLS.join(', ')).argParser(choiceOption('completion', SHELLS)))
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { runCompletion } = await import('../commands/completion.ts');
      outcome.code = await runCompletion(session, shell, program);
    });
};
