import { Option } from 'commander';
import { CHECK_FORMATS, type CheckOptions } from '../command-options.ts';
import { EXIT, FAIL_ON } from '../exit-code.ts';
import { anchorOption, choiceOption, countOption } from '../option-values.ts';
import { addNotes, type CommandNotes } from './notes.ts';
import {
  addFollowOption,
  addLimitOptions,
  addReadingOptions,
  addShownOptions,
  type DeclareCommand,
  FILES,
  formatFlag,
} from './shared-options.ts';

export const declareCheck: DeclareCommand = (program, session, outcome) => {
  const check = program
    .command('check')
    .description('analyse captures, print findings and set the exit code')
    .argument('[file...]', FILES);
  addLimitOptions(addFollowOption(addReadingOptions(check)));
  addNotes(addShownOptions(check), CHECK_NOTES)
    .addOption(formatFlag(CHECK_FORMATS))
    .addOption(
      new Option('--fail-on <severity>', 'findings from which on the exit code is 1')
        .argParser(choiceOption('--fail-on', FAIL_ON))
        .default('error'),
    )
    .option('--fail-on-possible', 'let findings of certainty possible fail the run too')
    .option('--exit-zero', 'exit with 0 where findings or coverage would give 1 or 3')
    .option('--strict-coverage', 'exit with 3 if events were lost or too many lines unread')
    .addOption(
      new Option('--max-unread <count>', 'unread lines that --strict-coverage lets pass')
        .argParser(countOption('--max-unread', 0))
        .default(0),
    )
    .option('--error-on-empty', 'exit with 2 if an input has no IOMMU event')
    .option('--baseline <file>', 'known findings, which are left out and do not fail the run')
    .option('--write-baseline <file>', 'make all findings of this run known; reasons and days of a file there are kept')
    .option('--error-on-stale', 'exit with 2 if an entry of the baseline matches nothing any more')
    .addOption(
      new Option(
        '--sarif-anchor <file[:line]>',
        'committed file that SARIF shows the findings at, with the capture as related location',
      ).argParser(anchorOption),
    )
    .option('--ladder', 'draw the worst errors also where the inputs are large and have to be read again')
    .option('--no-ladder', 'draw no sequence diagrams')
    .option('--print-config', 'print what a run would use, and where each value comes from, and read no input')
    .action(async (files: string[], options: CheckOptions) => {
      if (options.printConfig === true) {
        const { printConfig } = await import('../commands/print-config.ts');
        outcome.code = await printConfig(session, files, options);
        return;
      }
      const { runCheck } = await import('../commands/check.ts');
      outcome.code = await runCheck(session, files, options);
    });
};

const CHECK_NOTES: CommandNotes = {
  sections: [
    {
      title: 'Exit codes',
      rows: [
        [`${EXIT.clean}`, 'analysed, no finding at or above --fail-on'],
        [`${EXIT.findings}`, 'findings at or above --fail-on'],
        [`${EXIT.failed}`, 'could not analyse: usage, configuration, an unreadable input'],
        [`${EXIT.inconclusive}`, 'with --strict-coverage: events were lost or lines not understood'],
        [
          `${EXIT.interrupted}, ${EXIT.readerGone}`,
          'interrupted (with --follow: twice); the reader of the output went away',
        ],
      ],
    },
  ],
  examples: [
    'faultlog check trace.txt',
    'faultlog check --format sarif=faultlog.sarif --sarif-anchor test/pri.sh --format text trace.txt',
    'faultlog check --timeout 2s --format json=result.json --format text trace.txt dmesg.txt',
    'faultlog check --baseline known.json --error-on-stale trace.txt',
    'faultlog check --print-config',
    'ssh host cat /sys/kernel/tracing/trace | faultlog check -',
    'dmesg --follow | faultlog check --follow -',
    'faultlog check host=host.txt guest:vm3=guest.txt ./odd=name.txt',
  ],
};
