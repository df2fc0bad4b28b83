import { type GroupsOptions, ROW_FORMATS } from '../command-options.ts';
import { whereNotes } from '../where.ts';
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
    sections: whereNotes('group'),
    examples: [
      'faultlog groups trace.txt',
      'faultlog groups --format csv=groups.csv trace.txt',
      "faultlog groups --where 'pasid=3 latency>1ms | verdict=crossed' trace.txt",
    ],
  })
    .addOption(formatFlag(ROW_FORMATS))
    .option('--where <filter>', 'print only the instances that pass a filter')
    .action(async (files: string[], options: GroupsOptions) => {
      const { runGroups } = await import('../commands/groups.ts');
      outcome.code = await runGroups(session, files, options);
    });
};
