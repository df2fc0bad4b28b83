import { type EventsOptions, ROW_FORMATS } from '../command-options.ts';
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
    examples: [
      'faultlog events --format jsonl trace.txt | jq .kind',
      'faultlog events --device 0000:01:00.0 --from 15.1 trace.txt',
      'dmesg --follow | faultlog events --follow -',
    ],
  })
    .addOption(formatFlag(ROW_FORMATS))
    .action(async (files: string[], options: EventsOptions) => {
      const { runEvents } = await import('../commands/events.ts');
      outcome.code = await runEvents(session, files, options);
    });
};
