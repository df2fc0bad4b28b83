import type { StatsOptions } from '../command-options.ts';
import {
  addLimitOptions,
  addReadingOptions,
  addShownOptions,
  type DeclareCommand,
  FILES,
  formatFlag,
} from './shared-options.ts';

export const declareStats: DeclareCommand = (program, session, outcome) => {
  const stats = program
    .command('stats')
    .description('print rates, depth in flight and latencies for each device and PASID, and the slowest answers')
    .argument('[file...]', FILES)
    .option('--clocks', "print only how the lanes' clocks stand to each other");
  addShownOptions(addLimitOptions(addReadingOptions(stats)))
    .addOption(formatFlag(['text', 'json']))
    .addHelpText(
      'after',
      '\nExamples:\n  faultlog stats trace.txt\n  faultlog stats --pasid 1 --format json trace.txt | jq .latency\n  faultlog stats --clocks host=host.txt guest=guest.txt',
    )
    .action(async (files: string[], options: StatsOptions) => {
      const { runStats } = await import('../commands/stats.ts');
      outcome.code = await runStats(session, files, options);
    });
};
