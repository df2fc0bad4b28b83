import type { Result } from '../model/result.ts';

/** How a report is to look; decided by the command line, never by the report. */
export interface ReportStyle {
  readonly colour: boolean;
  /** Columns; text that must stay whole (raw log lines) may be longer only where `isVerbose`. */
  readonly width: number;
  readonly isVerbose: boolean;
  readonly isQuiet: boolean;
}

/** Turns a result into text, in pieces, each of whole lines. */
export type Reporter = (result: Result, style: ReportStyle) => Iterable<string>;
