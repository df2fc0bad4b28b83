import type { Finding } from '../../model/finding.ts';
import type { FindingLadder } from '../../model/ladder-scene.ts';
import type { Result } from '../../model/result.ts';
import type { Stats } from '../../model/stats.ts';
import type { TimelineMarks } from '../../model/timeline-marks.ts';
import type { DocumentedRule } from '../rule-docs.ts';
import type { ShownFindings } from './bounds.ts';

/** What a page is made of. */
export interface HtmlMaterial {
  /** Without display filters. */
  readonly result: Result;
  readonly findings: ShownFindings;
  /** What the display filters leave, in words; absent without any. */
  readonly filter?: string;
  readonly stats: Stats;
  readonly marks: TimelineMarks;
  readonly rules: readonly DocumentedRule[];
  ladderOf(finding: Finding): FindingLadder | undefined;
}
