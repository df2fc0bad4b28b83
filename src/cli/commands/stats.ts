import type { AnalysisOptions } from '../../analysis/analyse.ts';
import { collectStats } from '../../analysis/stats.ts';
import { assertUnreachable } from '../../base/assert.ts';
import type { Stats } from '../../model/stats.ts';
import { clocksText, statsText } from '../../report/stats-text.ts';
import type { StatsOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { complain, sayWhatWasLeftOut, sayWhatWasNotRead } from '../messages.ts';
import { type FormatTarget, writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from '../setup.ts';
import { statsFilterOf } from '../shown.ts';
import { whereFilter, wordsOfRules } from '../where.ts';

/** `faultlog stats`: rates, depth, latencies of each device and PASID, and the slowest answers with their lines. */
export async function runStats(session: Session, files: readonly string[], options: StatsOptions): Promise<number> {
  const where = options.where === undefined ? undefined : whereFilter(options.where, 'group', await wordsOfRules());
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const filter = statsFilterOf(options);
  const settings: AnalysisOptions = {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, takesGroups: true, onProgress: progress.advance },
  };
  const collected =
    where === undefined
      ? collectStats(setup.inputs, setup.parsers, filter, settings)
      : (await import('../stored-stats.ts')).storedStats(setup, where, filter, settings);
  const { stats, result } = await collected.finally(progress.end);
  const hasFailed = await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
  await sayWhatWasLeftOut(session, result, options.quiet === true);
  if (options.clocks === true && stats.clocks === undefined) {
    await complain(session, 'no clocks were joined', 'Label the inputs with their lanes: host=FILE guest=FILE.');
  }
  for (const target of options.format ?? [{ format: 'text' } as const]) {
    await writeTarget(target, session, render(target.format, stats, options));
  }
  return hasFailed ? EXIT.failed : EXIT.clean;
}

function render(
  format: FormatTarget<'text' | 'json'>['format'],
  stats: Stats,
  { clocks, verbose }: StatsOptions,
): Iterable<string> {
  switch (format) {
    case 'text':
      return clocks === true ? clocksText(stats.clocks ?? []) : statsText(stats, verbose === true);
    case 'json':
      return [`${JSON.stringify(stats, undefined, 2)}\n`];
    default:
      return assertUnreachable(format);
  }
}
