import type { DeclareCommand } from './shared-options.ts';

export const declareCompletion: DeclareCommand = (program, session, outcome) => {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell: string) => {
      const { runCompletion } = await import('../commands/completion.ts');
      outcome.code = await runCompletion(session, shell, program);
    });
};
