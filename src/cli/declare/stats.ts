import type { StatsOptions } from '../command-options.ts';
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

export const declareStats: DeclareCommand = (program, session, outcome) => {
  const stats = program
    .command('stats')
    .description('print rates, depth in flight and latencies for each device and PASID, and the slowest answers')
    .argument('[file...]', FILES)
    .option('--clocks', "print only how the lanes' clocks stand to each other");
  addNotes(addShownOptions(addLimitOptions(addReadingOptions(stats))), {
    sections: whereNotes('group'),
    examples: [
      'faultlog stats trace.txt',
      'faultlog stats --pasid 1 --format json trace.txt | jq .latency',
      "faultlog stats --where 'verdict=dropped,spurious device=01:00.0' trace.txt",
      'faultlog stats --clocks host=host.txt guest=guest.txt',
    ],
  })
    .addOption(formatFlag(['text', 'json']))
    .option('--where <filter>', 'count only the instances and faults that pass a filter; keeps the whole capture')
    .action(async (files: string[], options: StatsOptions) => {
      const { runStats } = await import('../commands/stats.ts');
      outcome.code = await runStats(session, files, options);
    });
};
