import type { Severity } from '../model/finding.ts';
import type { SourceAnchor } from '../report/pipeline.ts';
import type { FailOn } from './exit-code.ts';
import type { GroupName } from './group-name.ts';
import type { StatedOffset } from './option-values.ts';
import type { FormatTarget } from './output-target.ts';

/** Options as commander delivers them: what was not given is absent. */
export interface CommonOptions {
  readonly color?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly progress: boolean;
  readonly config?: string | false;
}

export interface ReadingOptions extends CommonOptions {
  readonly framing?: string;
  readonly dialect?: string;
  readonly mergeWindow?: number;
  /** 0 the last boot, -1 the one before, 1 the first. */
  readonly boot?: number;
  readonly jobs?: number;
  /** Only of commands that can follow an input that grows. */
  readonly follow?: boolean;
}

export interface LimitOptions extends ReadingOptions {
  readonly timeout?: number;
  readonly slow?: number;
  readonly storm?: number;
  readonly owners?: string;
  readonly offset?: readonly StatedOffset[];
}

/** What is shown; the analysis sees everything. */
export interface ShownOptions {
  readonly device?: readonly string[];
  readonly pasid?: readonly number[];
  /** Seconds on the capture's clock. */
  readonly from?: number;
  readonly to?: number;
}

export const CHECK_FORMATS = [
  'text',
  'concise',
  'markdown',
  'json',
  'jsonl',
  'sarif',
  'junit',
  'github',
  'gitlab',
] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** Known findings that are not judged again. */
export interface BaselineOptions extends CommonOptions {
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly errorOnStale?: boolean;
}

export interface CheckOptions extends LimitOptions, ShownOptions, BaselineOptions {
  readonly format?: readonly FormatTarget<CheckFormat>[];
  readonly failOn: FailOn;
  readonly failOnPossible?: boolean;
  readonly exitZero?: boolean;
  readonly strictCoverage?: boolean;
  readonly maxUnread: number;
  readonly errorOnEmpty?: boolean;
  readonly sarifAnchor?: SourceAnchor;
  readonly printConfig?: boolean;
  /** Undefined: where it costs little. */
  readonly ladder?: boolean;
}

export const DIFF_FORMATS = ['text', 'json', 'markdown'] as const;

export interface DiffOptions extends LimitOptions, BaselineOptions {
  readonly format?: readonly FormatTarget<(typeof DIFF_FORMATS)[number]>[];
  readonly failOn: FailOn;
  readonly failOnPossible?: boolean;
}
export type BrowseOptions = LimitOptions & BaselineOptions;

export const LADDER_TIMES = ['absolute', 'delta', 'none'] as const;

export interface LadderOptions extends LimitOptions, ShownOptions, BaselineOptions, WhereOptions {
  /** From 1, in the order of `check`. */
  readonly finding?: number;
  readonly group?: GroupName;
  readonly width?: number;
  readonly lines?: boolean;
  readonly times: (typeof LADDER_TIMES)[number];
  readonly unicode?: boolean;
  readonly ascii?: boolean;
}

export interface StatsOptions extends LimitOptions, ShownOptions, WhereOptions {
  readonly clocks?: boolean;
  readonly format?: readonly FormatTarget<'text' | 'json'>[];
}

export const ROW_FORMATS = ['text', 'jsonl', 'csv'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

export interface WhereOptions {
  /** A filter, as it was typed. */
  readonly where?: string;
}

export interface EventsOptions extends ReadingOptions, ShownOptions, WhereOptions {
  readonly format?: readonly FormatTarget<RowFormat>[];
}

export interface GroupsOptions extends LimitOptions, ShownOptions, WhereOptions {
  readonly format?: readonly FormatTarget<RowFormat>[];
}

export interface ReportOptions extends LimitOptions, ShownOptions, BaselineOptions {
  readonly output?: string;
  readonly ladder: boolean;
}

export const EXPORT_FORMATS = ['perfetto', 'chrome', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions extends LimitOptions, ShownOptions {
  /** Partition of the tables. */
  readonly host?: string;
  readonly capture?: string;
  readonly events?: boolean;
  readonly format?: readonly FormatTarget<ExportFormat>[];
}

export const QUERY_FORMATS = ['table', 'csv', 'json'] as const;
export type QueryFormat = (typeof QUERY_FORMATS)[number];

export interface QueryOptions extends LimitOptions {
  readonly format?: readonly FormatTarget<QueryFormat>[];
}

export interface FleetPlanOptions extends Pick<LimitOptions, 'timeout' | 'slow' | 'offset' | 'quiet'> {
  readonly output?: string;
}

/** Numbers of tasks, both of them included. */
export interface TaskRange {
  readonly first: number;
  readonly last: number;
}

export interface FleetRunOptions extends CommonOptions {
  readonly output: string;
  readonly task?: TaskRange;
  readonly tables?: boolean;
  readonly all?: boolean;
  readonly jobs?: number;
}

export const FLEET_ENGINES = ['slurm', 'k8s', 'parallel'] as const;
export type FleetEngine = (typeof FLEET_ENGINES)[number];

export interface FleetSubmitOptions extends CommonOptions {
  readonly output: string;
  readonly engine: FleetEngine;
  readonly tables?: boolean;
  readonly dryRun?: boolean;
  readonly jobs?: number;
}

export const FLEET_REPORT_FORMATS = ['text', 'json'] as const;
export type FleetReportFormat = (typeof FLEET_REPORT_FORMATS)[number];

export interface FleetReportOptions extends CommonOptions {
  readonly format?: readonly FormatTarget<FleetReportFormat>[];
}

export const DOCS_FORMATS = ['text', 'json', 'markdown'] as const;
export type DocsFormat = (typeof DOCS_FORMATS)[number];

export interface DocsOptions extends CommonOptions {
  readonly format?: readonly FormatTarget<DocsFormat>[];
}

export interface RulesOptions extends DocsOptions {
  readonly severity?: Severity;
}

export interface FormatsOptions extends ReadingOptions {
  readonly format?: readonly FormatTarget<'text' | 'json'>[];
  readonly probe?: string;
}

export interface RedactOptions extends CommonOptions {
  readonly output?: string;
  readonly key?: string;
  readonly undo?: boolean;
}
