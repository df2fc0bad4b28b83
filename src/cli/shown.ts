import type { StatsFilter } from '../analysis/counted.ts';
import { UsageError } from '../base/errors.ts';
import type { ReportStyle } from '../report/reporter.ts';
import { type ShownFilter, shownBy } from '../report/shown-filter.ts';
import { wantsColour } from './colour.ts';
import type { CommonOptions, ShownOptions } from './command-options.ts';
import { type FormatTarget, isStandardOutput } from './output-target.ts';
import type { Session } from './session.ts';

/** Columns of output that no terminal limits. */
const DEFAULT_WIDTH = 100;
const MINIMUM_WIDTH = 60;

/** Throws a UsageError where the range is empty. */
export function filterOf({ device, pasid, from, to }: ShownOptions): ShownFilter {
  if (from !== undefined && to !== undefined && from > to) {
    throw new UsageError(`--from ${from} --to ${to}: the end is before the beginning`, 'Swap them.');
  }
  return {
    ...(device !== undefined && { devices: device }),
    ...(pasid !== undefined && { pasids: pasid }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** The display filters in words; undefined without any. */
export function filterText({ device = [], pasid = [], from, to }: ShownOptions): string | undefined {
  const parts = [
    ...device.map((name) => `device ${name}`),
    ...pasid.map((value) => `PASID ${value}`),
    ...(from === undefined ? [] : [`from ${from} s`]),
    ...(to === undefined ? [] : [`to ${to} s`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** What statistics count. */
export function statsFilterOf(options: ShownOptions): StatsFilter {
  const filter = filterOf(options);
  const isTimed = options.from !== undefined || options.to !== undefined;
  return { ...(Object.keys(filter).length > 0 && { isCounted: shownBy(filter) }), isTimed };
}

/** A file gets no colour unless the flag asks for it. */
export function styleFor(session: Session, options: CommonOptions, target: FormatTarget<string>): ReportStyle {
  const isPrinted = isStandardOutput(target);
  return {
    colour: isPrinted ? wantsColour(options.color, session, session.stdout) : options.color === true,
    width: Math.max(MINIMUM_WIDTH, (isPrinted ? session.stdout.columns : undefined) ?? DEFAULT_WIDTH),
    isVerbose: options.verbose === true,
    isQuiet: options.quiet === true,
  };
}
