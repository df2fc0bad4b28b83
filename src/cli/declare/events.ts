import { type EventsOptions, ROW_FORMATS } from '../command-options.ts';
import { addReadingOptions, addShownOptions, type DeclareCommand, FILES, formatFlag } from './shared-options.ts';

export const declareEvents: DeclareCommand = (program, session, outcome) => {
  const events = program.command('events').description('print the normalised events').argument('[file...]', FILES);
  addShownOptions(addReadingOptions(events))
    .addOption(formatFlag(ROW_FORMATS))
    .addHelpText(
      'after',
      '\nExamples:\n  faultlog events --format jsonl trace.txt | jq .kind\n  faultlog events --device 0000:01:00.0 --from 15.1 trace.txt',
    )
    .action(async (files: string[], options: EventsOptions) => {
      const { runEvents } = await import('../commands/events.ts');
      outcome.code = await runEvents(session, files, options);
    });
};
