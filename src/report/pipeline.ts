import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import type { ReportStyle } from './reporter.ts';
import type { DocumentedRule } from './rule-docs.ts';
import type { LadderRows } from './sarif-flow.ts';

/** A finding that the configuration ignores or the baseline knows: in no count, in no exit code. */
export interface SuppressedFinding {
  readonly finding: Finding;
  readonly by: 'ignore' | 'baseline';
  /** Why, where it was stated. */
  readonly reason?: string;
}

/** A committed file that stands for the captures, which are not committed. */
export interface SourceAnchor {
  /** As given: relative to the root of the repository, `/` between folders. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** What reports for CI systems need beside the result. */
export interface PipelineContext {
  /** All rules, also those that found nothing, by id. */
  readonly rules: readonly DocumentedRule[];
  /** Whether a finding makes the run fail (`--fail-on`, certainty, tolerations). */
  fails(finding: Finding): boolean;
  readonly suppressed: readonly SuppressedFinding[];
  /** True if there is a baseline: what it does not know is new. */
  readonly hasBaseline: boolean;
  readonly anchor?: SourceAnchor;
  /** Wall clock, for formats that demand one. */
  readonly startedAt: Date;
  /** The ladder of a finding; undefined for one without. Absent: none is drawn. */
  rowsOf?(finding: Finding): LadderRows | undefined;
  /** Path of an input as a checkout names it: relative, `/` between folders, no `..`; may hold any other character. */
  pathOf(input: number): string;
}

/** Turns a result into a format that a CI system reads. */
export type PipelineReporter = (result: Result, style: ReportStyle, context: PipelineContext) => Iterable<string>;
