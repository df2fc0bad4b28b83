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
    .description(
      'write a timeline, perfetto (ui.perfetto.dev, trace_processor) or chrome (JSON), or tables for SQL (parquet)',
    )
    .argument('[file...]', FILES);
  addNotes(addShownOptions(addLimitOptions(addReadingOptions(command))), {
    examples: [
      'faultlog export --format perfetto=faults.perfetto-trace trace.txt',
      'faultlog export --format chrome host=host.txt guest=guest.txt >faults.json',
      'faultlog export --format parquet=tables --host lab1 --capture monday trace.txt',
    ],
  })
    .addOption(formatFlag(EXPORT_FORMATS))
    .option('--host <name>', 'partition of the tables: host=… (default: unknown)')
    .option('--capture <name>', 'partition of the tables: capture=… (default: the name of the first input)')
    .option('--events', 'write the table of all events too')
    .action(async (files: string[], options: ExportOptions) => {
      const { runExport } = await import('../commands/export.ts');
      outcome.code = await runExport(session, files, options);
    });
};
