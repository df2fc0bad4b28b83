import { z } from 'zod';
import { certaintySchema, severitySchema } from '../model/finding.ts';
import { beyondBoundsSchema, countsSchema, coverageSchema } from '../model/result.ts';

/** Version of what a task's result holds; it is in its key, so that results of another shape are made again. */
export const OUTCOME_VERSION = 2;

/** A mergeable sketch of latencies (src/base/histogram.ts): sums of sketches are the sketch of the whole. */
export const sketchSchema = z.strictObject({
  count: z.int().nonnegative(),
  minNs: z.exactOptional(z.int()),
  maxNs: z.exactOptional(z.int()),
  /** Bucket and number of samples in it, in order of size. */
  buckets: z.array(z.tuple([z.int(), z.int().positive()])),
});
export type Sketch = z.infer<typeof sketchSchema>;

/** One of the slowest answers of a capture. */
export const worstGroupSchema = z.strictObject({
  device: z.exactOptional(z.string()),
  pasid: z.exactOptional(z.int().nonnegative()),
  prgi: z.int().nonnegative(),
  instance: z.int().positive(),
  latencyNs: z.int(),
  /** Of the input as planned. */
  path: z.string(),
  line: z.int().positive(),
});
export type WorstGroup = z.infer<typeof worstGroupSchema>;

export const outcomeFindingSchema = z.strictObject({
  rule: z.string(),
  severity: severitySchema,
  certainty: certaintySchema,
  device: z.exactOptional(z.string()),
  pasid: z.exactOptional(z.int().nonnegative()),
  prgi: z.exactOptional(z.int().nonnegative()),
  message: z.string(),
  fingerprint: z.string(),
});
export type OutcomeFinding = z.infer<typeof outcomeFindingSchema>;

const taskNameSchema = z.strictObject({
  schemaVersion: z.literal(OUTCOME_VERSION),
  task: z.int().nonnegative(),
  /** Of the task and the program: another key is another result. */
  key: z.string(),
  host: z.string(),
  capture: z.string(),
});

/** What came of a task; nothing in it tells when, where or how often it ran. */
export const outcomeSchema = z.discriminatedUnion('status', [
  taskNameSchema.extend({ status: z.literal('failed'), message: z.string() }),
  taskNameSchema.extend({
    status: z.literal('analysed'),
    /** Why an input could not be read to its end; the others were. */
    problems: z.array(z.string()),
    counts: countsSchema,
    coverage: coverageSchema.omit({ gaps: true }).extend({ gaps: z.int().nonnegative(), lost: z.int().nonnegative() }),
    /** Findings by rule that were counted only. */
    omitted: z.exactOptional(z.record(z.string(), z.int().positive())),
    beyondBounds: z.exactOptional(beyondBoundsSchema),
    latency: sketchSchema,
    /** The slowest answers, slowest first. */
    worst: z.array(worstGroupSchema),
    /** The worst findings; `counts` has all. */
    findings: z.array(outcomeFindingSchema),
  }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;
export type AnalysedOutcome = Extract<Outcome, { readonly status: 'analysed' }>;
