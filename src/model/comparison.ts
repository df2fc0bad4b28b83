import { z } from 'zod';
import { findingSchema } from './finding.ts';
import { inputSummarySchema, limitsSchema, SCHEMA_VERSION } from './result.ts';

/** What two analyses have in common and what not, by fingerprint. */

/** What may differ between two findings with one fingerprint. */
export const FINDING_CHANGES = [
  'severity',
  'certainty',
  'count',
  'scope',
  'owner',
  'answeredBy',
  'consequences',
] as const;

export const comparedSideSchema = z.strictObject({
  /** As named on the command line. */
  path: z.string(),
  /** A capture that was analysed for this, or the JSON of an earlier analysis. */
  source: z.enum(['capture', 'result']),
  toolVersion: z.string(),
  limits: limitsSchema,
  /** `input` of the findings' evidence is an index into it. */
  inputs: z.array(inputSummarySchema),
  findings: z.int().nonnegative(),
});
export type ComparedSide = z.infer<typeof comparedSideSchema>;

export const changedFindingSchema = z.strictObject({
  changes: z.array(z.enum(FINDING_CHANGES)).min(1),
  before: findingSchema,
  after: findingSchema,
});
export type ChangedFinding = z.infer<typeof changedFindingSchema>;

export const comparisonSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.strictObject({ name: z.literal('faultlog'), version: z.string() }),
  before: comparedSideSchema,
  after: comparedSideSchema,
  /** Why the sides may differ although nothing went otherwise. */
  caveats: z.array(z.string()),
  /** Worst first. */
  new: z.array(findingSchema),
  gone: z.array(findingSchema),
  changed: z.array(changedFindingSchema),
  unchanged: z.int().nonnegative(),
});
export type Comparison = z.infer<typeof comparisonSchema>;
