import { z } from 'zod';
import { BOUNDED_TABLES } from './bounded-table.ts';
import { findingSchema } from './finding.ts';
import { LANES } from './lane.ts';

export const SCHEMA_VERSION = 1;

export const bootSchema = z.strictObject({
  /** From 1, in the order of the log, also over its rotated parts. */
  number: z.int().positive(),
  /** The journal's. */
  id: z.exactOptional(z.string()),
  /** Where it begins: the line that says so, or its first event. */
  line: z.int().positive(),
  events: z.int().nonnegative(),
  firstTime: z.exactOptional(z.string()),
  lastTime: z.exactOptional(z.string()),
});

export const inputSummarySchema = z.strictObject({
  path: z.string(),
  lane: z.enum(LANES),
  laneName: z.exactOptional(z.string()),
  /** Framings seen, the commonest first, joined by `+`; absent if no line was recognised. */
  framing: z.exactOptional(z.string()),
  dialects: z.record(z.string(), z.int().nonnegative()),
  bytes: z.int().nonnegative(),
  lines: z.int().nonnegative(),
  events: z.int().nonnegative(),
  /** Lines that name an IOMMU and that no dialect reads. */
  unread: z.int().nonnegative(),
  /** Lines cut because they were longer than the limit. */
  overlong: z.exactOptional(z.int().nonnegative()),
  lostEvents: z.int().nonnegative(),
  /** Boots that begin in this input, where its log holds several. */
  boots: z.exactOptional(z.array(bootSchema)),
  /** The capture's clock where it is declared or known from the framing. */
  clock: z.exactOptional(z.string()),
  firstTime: z.exactOptional(z.string()),
  lastTime: z.exactOptional(z.string()),
  /** Why the input could not be read (to its end). */
  error: z.exactOptional(z.string()),
});
export type InputSummary = z.infer<typeof inputSummarySchema>;

export const gapSchema = z.strictObject({
  input: z.int().nonnegative(),
  line: z.int().positive(),
  cpu: z.exactOptional(z.int().nonnegative()),
  iommu: z.exactOptional(z.string()),
  /** Absent where the log does not say how many. */
  lost: z.exactOptional(z.int().nonnegative()),
});
export type Gap = z.infer<typeof gapSchema>;

export const coverageSchema = z.strictObject({
  gaps: z.array(gapSchema),
  unread: z.int().nonnegative(),
  headUnknown: z.int().nonnegative(),
  openAtEnd: z.int().nonnegative(),
});
export type Coverage = z.infer<typeof coverageSchema>;

const countSchema = z.int().nonnegative();

export const countsSchema = z.strictObject({
  events: z.record(z.string(), countSchema),
  groups: z.record(z.string(), countSchema),
  findings: z.strictObject({ error: countSchema, warning: countSchema, note: countSchema }),
  consequences: countSchema,
  byRule: z.record(z.string(), countSchema),
});
export type Counts = z.infer<typeof countsSchema>;

export const latencySchema = z.strictObject({
  count: countSchema,
  minNs: z.int(),
  p50Ns: z.int(),
  p90Ns: z.int(),
  p99Ns: z.int(),
  maxNs: z.int(),
});
export type Latency = z.infer<typeof latencySchema>;

/** How a lane's clock stands to that of the lowest lane: its time + an offset in [lowNs, highNs] (+ rate) is the base's. */
export const clockOffsetSchema = z.strictObject({
  lane: z.enum(LANES),
  laneName: z.exactOptional(z.string()),
  source: z.enum(['stated', 'common', 'estimated']),
  /** Absent where no message bounds that side. */
  lowNs: z.exactOptional(z.int()),
  highNs: z.exactOptional(z.int()),
  /** Drift in parts per million. */
  ratePpm: z.exactOptional(z.number()),
});
export type ClockOffset = z.infer<typeof clockOffsetSchema>;

/** Limits that the run used, so that a result can be repeated. */
export const limitsSchema = z.strictObject({
  timeoutNs: z.int().positive(),
  slowNs: z.int().positive(),
  mergeWindowNs: z.int().nonnegative(),
  stormPerSecond: z.int().positive(),
});
export type Limits = z.infer<typeof limitsSchema>;

/** What is not in the result because a table was full: events by the table (iommus, requesters, pasids, keys), and gaps. */
export const beyondBoundsSchema = z.partialRecord(z.enum(BOUNDED_TABLES), countSchema);

export const resultSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.strictObject({ name: z.literal('faultlog'), version: z.string() }),
  limits: limitsSchema,
  inputs: z.array(inputSummarySchema),
  /** Present where several lanes were joined. */
  clocks: z.exactOptional(z.array(clockOffsetSchema)),
  coverage: coverageSchema,
  counts: countsSchema,
  latency: z.exactOptional(latencySchema),
  findings: z.array(findingSchema),
  /** Findings left out of `findings` because a rule reached its limit, a count a rule. */
  omitted: z.exactOptional(z.record(z.string(), countSchema)),
  beyondBounds: z.exactOptional(beyondBoundsSchema),
  /** Findings that the configuration ignores, a count a rule; not part of any other count. */
  ignored: z.exactOptional(z.record(z.string(), countSchema)),
  /** Findings that the baseline knows, a count a rule; not part of any other count. */
  baselined: z.exactOptional(z.record(z.string(), countSchema)),
});
export type Result = z.infer<typeof resultSchema>;
