import { Option } from 'commander';
import { DIFF_FORMATS, type DiffOptions } from '../command-options.ts';
import { EXIT, FAIL_ON } from '../exit-code.ts';
import { choiceOption } from '../option-values.ts';
import { addNotes, type CommandNotes } from './notes.ts';
import { addLimitOptions, addReadingOptions, type DeclareCommand, formatFlag } from './shared-options.ts';

export const declareDiff: DeclareCommand = (program, session, outcome) => {
  const diff = program
    .command('diff')
    .description('compare the findings of two captures, or of results that check wrote as JSON: new, gone, changed')
    .argument('<before>', 'capture, or result of check --format json or jsonl; - reads standard input')
    .argument('<after>', 'the same');
  addNotes(addLimitOptions(addReadingOptions(diff)), DIFF_NOTES)
    .addOption(formatFlag(DIFF_FORMATS))
    .option('--baseline <file>', 'known findings, which are left out of captures')
    .addOption(
      new Option('--fail-on <severity>', 'new findings from which on the exit code is 1')
        .argParser(choiceOption('--fail-on', FAIL_ON))
        .default('error'),
    )
    .option('--fail-on-possible', 'let new findings of certainty possible fail the run too')
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { runDiff } = await import('../commands/diff.ts');
      outcome.code = await runDiff(session, before, after, options);
    });
};

const DIFF_NOTES: CommandNotes = {
  sections: [
    {
      title: 'Exit codes',
      rows: [
        [`${EXIT.clean}`, 'no new finding at or above --fail-on'],
        [`${EXIT.findings}`, 'new findings at or above --fail-on'],
        [`${EXIT.failed}`, 'one of the two could not be read or analysed'],
      ],
    },
  ],
  examples: [
    'faultlog diff before.txt after.txt',
    'faultlog diff result-of-6.12.json trace-of-7.2.txt --format markdown',
    'faultlog check --format json trace.txt | faultlog diff before.json -',
  ],
};
