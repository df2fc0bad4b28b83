import type { FormatsOptions } from '../command-options.ts';
import { addNotes } from './notes.ts';
import { addReadingOptions, type DeclareCommand, formatFlag } from './shared-options.ts';

export const declareFormats: DeclareCommand = (program, session, outcome) => {
  addNotes(addReadingOptions(program.command('formats')), {
    examples: ['faultlog formats', 'faultlog formats intel-prq-report', 'faultlog formats --probe trace.txt'],
  })
    .description('list what is read: containers, framings and dialects')
    .argument('[format]', 'only the one of this name')
    .option('--probe <file>', 'say what a file looks like, and why')
    .addOption(formatFlag(['text', 'json']))
    .action(async (name: string | undefined, options: FormatsOptions) => {
      const { runFormats } = await import('../commands/formats.ts');
      outcome.code = await runFormats(session, name, options);
    });
};
