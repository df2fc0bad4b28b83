import { registry } from '../parsers/registry.ts';
import { analyse as analyseInputs } from './analysis/analyse.ts';
import { withTables } from './intake/with-tables.ts';
import { analysisOptions } from './library/analysis-options.ts';
import { analysisItems } from './library/analysis-stream.ts';
import { openSources } from './library/open-sources.ts';
import type { AnalyseOptions, AnalysisItem, InputSource, StreamOptions } from './library/types.ts';
import type { Result } from './model/result.ts';

export { UsageError } from './base/errors.ts';
export { VERSION } from './base/version.ts';
export type {
  AnalyseOptions,
  AnalysisItem,
  BytesSource,
  FileSource,
  InputSource,
  Labelled,
  StreamOptions,
  TextSource,
} from './library/types.ts';
export type { EventKind, ResponseCode } from './model/event.ts';
export type { EventRow } from './model/event-schema.ts';
export type { AnsweredBy, Certainty, Evidence, Finding, SentBy, Severity } from './model/finding.ts';
export type { GroupRow, GroupState } from './model/group.ts';
export type { Lane } from './model/lane.ts';
export type { AnalysisLimits } from './model/limits.ts';
export type { Owner } from './model/owner.ts';
export type { ClockOffset, Counts, Coverage, Gap, InputSummary, Latency, Limits, Result } from './model/result.ts';
export type { TableMapping } from './model/table-mapping.ts';

/**
 * Analyses captures as `faultlog check` does; several inputs are one analysis. The result is what `--format json` prints.
 * Rejects with a UsageError if no input can be read; one that cannot, among others, has its `error` in `inputs`.
 */
export async function analyse(inputs: readonly InputSource[], options: AnalyseOptions = {}): Promise<Result> {
  const parsers = withTables(registry, options.tables);
  return analyseInputs(await openSources(inputs, parsers), parsers, analysisOptions(options));
}

/**
 * The same as a stream: the events as they are read, then the groups in the order of their first requests, then the findings,
 * worst first, last the result. The inputs are read no faster than the items are taken; leaving the loop closes them.
 */
export function analyseStream(
  inputs: readonly InputSource[],
  options: StreamOptions = {},
): AsyncGenerator<AnalysisItem, void, void> {
  return analysisItems(inputs, registry, options);
}
