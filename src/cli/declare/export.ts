import { EXPORT_FORMATS, type ExportOptions } from '../command-options.ts';
import { addNotes } from './notes.ts';
import {
  addLimitOptions,
  addReadingOptions,
  addShownOptions,
  type DeclareCommand,
  FILES,
  formatFlag,
} from './shared-options.ts';

export const declareExport: DeclareCommand = (program, session, outcome) => {
  const command = program
    .command('export')
    .description('write a timeline for other viewers: perfetto (ui.perfetto.dev, trace_processor) or chrome (JSON)')
    .argument('[file...]', FILES);
  addNotes(addShownOptions(addLimitOptions(addReadingOptions(command))), {
    examples: [
      'faultlog export --format perfetto=faults.perfetto-trace trace.txt',
      'faultlog export --format chrome host=host.txt guest=guest.txt >faults.json',
    ],
  })
    .addOption(formatFlag(EXPORT_FORMATS))
    .action(async (files: string[], options: ExportOptions) => {
      const { runExport } = await import('../commands/export.ts');
      outcome.code = await runExport(session, files, options);
    });
};
