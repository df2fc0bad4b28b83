import type { BrowseOptions } from '../command-options.ts';
import { addNotes } from './notes.ts';
import { addLimitOptions, addReadingOptions, type DeclareCommand, FILES } from './shared-options.ts';

export const declareBrowse: DeclareCommand = (program, session, outcome) => {
  const browse = program
    .command('browse')
    .description('browse captures in the terminal: verdict, findings, ladders, events and raw lines')
    .argument('[file...]', FILES)
    .option('--baseline <file>', 'known findings: shown as such, behind the others, and in no count');
  addNotes(addLimitOptions(addReadingOptions(browse)), {
    sections: [
      {
        title: 'Notes',
        rows: [
          ['?', 'lists the keys'],
          ['no terminal', 'the report of faultlog check is printed'],
        ],
      },
    ],
    examples: [
      'faultlog browse trace.txt',
      'faultlog browse host=host.txt guest:vm3=guest.txt',
      'dmesg | faultlog browse -',
    ],
  }).action(async (files: string[], options: BrowseOptions) => {
    const { runBrowse } = await import('../commands/browse.ts');
    outcome.code = await runBrowse(session, files, options);
  });
};
