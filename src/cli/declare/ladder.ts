import { Option } from 'commander';
import { LADDER_TIMES, type LadderOptions } from '../command-options.ts';
import { groupOption } from '../group-name.ts';
import { choiceOption, countOption } from '../option-values.ts';
import { whereNotes } from '../where.ts';
import { addNotes } from './notes.ts';
import { addLimitOptions, addReadingOptions, addShownOptions, type DeclareCommand, FILES } from './shared-options.ts';

/** The narrowest drawing (src/format/ladder.ts, which is not loaded for this). */
const MIN_LADDER_WIDTH = 60;

export const declareLadder: DeclareCommand = (program, session, outcome) => {
  const ladder = program
    .command('ladder')
    .description('draw the sequence diagram of a finding, a page-request group or a range')
    .argument('[file...]', FILES)
    .addOption(
      new Option('--finding <number>', 'draw this finding, counted from 1 in the order of check')
        .argParser(countOption('--finding', 1))
        .conflicts(['group', 'device', 'pasid', 'from', 'to']),
    )
    .addOption(
      new Option('--group <name>', 'draw this group, DEV/PASID/PRGI, or one instance of it, DEV/PASID/PRGI#n')
        .argParser(groupOption)
        .conflicts(['device', 'pasid', 'from', 'to']),
    )
    .addOption(
      new Option('--where <filter>', 'draw the events that pass a filter; keeps the whole capture').conflicts([
        'finding',
        'group',
      ]),
    )
    .option('--baseline <file>', 'known findings, which --finding does not count')
    .addOption(
      new Option('--width <columns>', "columns, 60 at least (default: the terminal's, else 100)").argParser(
        countOption('--width', MIN_LADDER_WIDTH),
      ),
    )
    .option('--lines', 'print the numbers of the lines that each row rests on')
    .addOption(
      new Option('--times <kind>', `print times: ${LADDER_TIMES.join(', ')}`)
        .argParser(choiceOption('--times', LADDER_TIMES))
        .default('none'),
    )
    .option('--unicode', 'draw with box characters')
    .addOption(new Option('--ascii', 'draw with ASCII characters (default)').conflicts(['unicode']));
  addNotes(addShownOptions(addLimitOptions(addReadingOptions(ladder))), {
    sections: [
      ...whereNotes('event'),
      { title: 'Notation', rows: [['faultlog formats ladder', 'describes how a drawing is read and written']] },
    ],
    examples: [
      'faultlog ladder --finding 1 --lines trace.txt',
      'faultlog ladder --group 0000:01:00.0/1/3#2 --times delta trace.txt',
      "faultlog ladder --where 'verdict=spurious,dropped prgi=3' trace.txt",
      'faultlog ladder --from 15.08 --to 15.12 --pasid 1 trace.txt >scenario.ladder',
    ],
  }).action(async (files: string[], options: LadderOptions) => {
    const { runLadder } = await import('../commands/ladder.ts');
    outcome.code = await runLadder(session, files, options);
  });
};
