import { EXPORT_FORMATS, type ExportOptions } from '../command-options.ts';
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
  addShownOptions(addLimitOptions(addReadingOptions(command)))
    .addOption(formatFlag(EXPORT_FORMATS))
    .addHelpText(
      'after',
      '\nExamples:\n  faultlog export --format perfetto=faults.perfetto-trace trace.txt\n  faultlog export --format chrome host=host.txt guest=guest.txt >faults.json',
    )
    .action(async (files: string[], options: ExportOptions) => {
      const { runExport } = await import('../commands/export.ts');
      outcome.code = await runExport(session, files, options);
    });
};
