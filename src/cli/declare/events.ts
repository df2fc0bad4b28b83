import { type EventsOptions, ROW_FORMATS } from '../command-options.ts';
import { whereNotes } from '../where.ts';
import { addNotes } from './notes.ts';
import {
  addFollowOption,
  addReadingOptions,
  addShownOptions,
  type DeclareCommand,
  FILES,
  formatFlag,
} from './shared-options.ts';

export const declareEvents: DeclareCommand = (program, session, outcome) => {
  const events = program.command('events').description('print the normalised events').argument('[file...]', FILES);
  addNotes(addShownOptions(addFollowOption(addReadingOptions(events))), {
    sections: whereNotes('event'),
    examples: [
      'faultlog events --format jsonl trace.txt | jq .kind',
      'faultlog events --device 0000:01:00.0 --from 15.1 trace.txt',
      "faultlog events --where 'kind=page-response !code=success' trace.txt",
      'dmesg --follow | faultlog events --follow -',
    ],
  })
    .addOption(formatFlag(ROW_FORMATS))
    .option('--where <filter>', 'print only the events that pass a filter')
    .action(async (files: string[], options: EventsOptions) => {
      const { runEvents } = await import('../commands/events.ts');
      outcome.code = await runEvents(session, files, options);
    });
};
