import { z } from 'zod';
import { beyondBoundsSchema, latencySchema } from '../model/result.ts';
import { outcomeFindingSchema, worstGroupSchema } from './outcome.ts';

const count = z.int().nonnegative();
const ofTask = { host: z.string(), capture: z.string() };

/** `faultlog fleet report --format json`. */
export const fleetReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('faultlog'), version: z.string() }),
  /** `empty`: analysed, and no IOMMU event in it. */
  tasks: z.strictObject({ planned: count, analysed: count, empty: count, failed: count, missing: count }),
  bytes: count,
  events: z.record(z.string(), count),
  groups: z.record(z.string(), count),
  findings: z.strictObject({ error: count, warning: count, note: count }),
  consequences: count,
  byRule: z.record(z.string(), count),
  coverage: z.strictObject({ gaps: count, lost: count, unread: count, headUnknown: count, openAtEnd: count }),
  /** What the captures' analyses had no room for, summed: findings by rule, events by the table that was full. */
  omitted: z.exactOptional(z.record(z.string(), count)),
  beyondBounds: z.exactOptional(beyondBoundsSchema),
  /** Captures that `beyondBounds` is of. */
  notAllJudged: z.exactOptional(count),
  latency: z.exactOptional(latencySchema),
  /** Hosts with their findings by rule, those with most errors first. */
  hosts: z.array(
    z.strictObject({
      host: z.string(),
      tasks: count,
      failed: count,
      missing: count,
      groups: count,
      findings: z.strictObject({ error: count, warning: count, note: count }),
      byRule: z.record(z.string(), count),
      latency: z.exactOptional(latencySchema),
    }),
  ),
  /** The slowest answers of the fleet. */
  worst: z.array(worstGroupSchema.extend(ofTask)),
  /** The worst findings, each with the number of captures that have one with its fingerprint. */
  topFindings: z.array(outcomeFindingSchema.extend({ ...ofTask, captures: count })),
  /** Captures that could not be analysed, or not to their end, and why. */
  failures: z.array(z.strictObject({ task: count, ...ofTask, message: z.string() })),
  /** Tasks without a result. */
  missing: z.array(z.strictObject({ task: count, ...ofTask })),
});
export type FleetReport = z.infer<typeof fleetReportSchema>;
