import { collectStats } from '../../analysis/stats.ts';
import { assertUnreachable } from '../../base/assert.ts';
import type { Stats } from '../../model/stats.ts';
import { shownBy } from '../../report/shown-filter.ts';
import { clocksText, statsText } from '../../report/stats-text.ts';
import type { StatsOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { complain, sayWhatWasNotRead } from '../messages.ts';
import { type FormatTarget, writeTarget } from '../output-target.ts';
import { startProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from '../setup.ts';
import { filterOf } from '../shown.ts';

/** `faultlog stats`: rates, depth, latencies of each device and PASID, and the slowest answers with their lines. */
export async function runStats(session: Session, files: readonly string[], options: StatsOptions): Promise<number> {
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const isTimed = options.from !== undefined || options.to !== undefined;
  const filter = { isCounted: shownBy(filterOf(options)), isTimed };
  const { stats, result } = await collectStats(setup.inputs, setup.parsers, filter, {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, takesGroups: true, onProgress: progress.advance },
  }).finally(progress.end);
  const hasFailed = await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
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
