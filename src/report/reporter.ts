import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';

/** How a report is to look; decided by the command line, never by the report. */
export interface ReportStyle {
  readonly colour: boolean;
  /** Columns; text that must stay whole (raw log lines) may be longer only where `isVerbose`. */
  readonly width: number;
  readonly isVerbose: boolean;
  readonly isQuiet: boolean;
  /** What display filters leave out of the findings, but not of the counts. */
  readonly hidden?: HiddenFindings;
}

export interface HiddenFindings {
  readonly count: number;
  /** The filters in words. */
  readonly filter: string;
}

/**
 * The sequence diagram of a finding, of about a dozen rows in `width` columns (60 at least); undefined where
 * there is none. Whole lines, safe for a terminal.
 */
export type LadderOf = (finding: Finding, width: number) => string | undefined;

/** Findings of an input that is followed, in the moment in which they were made. */
export type LiveFound = Pick<Result, 'inputs' | 'findings'>;

/** Turns such findings into text, in pieces, each of whole lines. */
export type LiveReporter = (found: LiveFound, style: ReportStyle) => Iterable<string>;

/** Turns a result into text, in pieces, each of whole lines. */
export type Reporter = (result: Result, style: ReportStyle, ladderOf?: LadderOf) => Iterable<string>;
