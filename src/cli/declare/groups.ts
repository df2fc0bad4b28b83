import { type GroupsOptions, ROW_FORMATS } from '../command-options.ts';
import { addNotes } from './notes.ts';
import {
  addLimitOptions,
  addReadingOptions,
  addShownOptions,
  type DeclareCommand,
  FILES,
  formatFlag,
} from './shared-options.ts';

export const declareGroups: DeclareCommand = (program, session, outcome) => {
  const groups = program
    .command('groups')
    .description('print one row for each page-request-group instance')
    .argument('[file...]', FILES);
  addNotes(addShownOptions(addLimitOptions(addReadingOptions(groups))), {
    examples: ['faultlog groups trace.txt', 'faultlog groups --format csv=groups.csv trace.txt'],
  })
    .addOption(formatFlag(ROW_FORMATS))
    .action(async (files: string[], options: GroupsOptions) => {
      const { runGroups } = await import('../commands/groups.ts');
      outcome.code = await runGroups(session, files, options);
    });
};
