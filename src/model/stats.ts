import { z } from 'zod';
import { groupLineSchema, groupStateSchema } from './group.ts';
import { LANES } from './lane.ts';
import { clockOffsetSchema, latencySchema } from './result.ts';

const countSchema = z.int().nonnegative();

/** How often something happened: on average over the capture, and in its busiest step. Absent without a clock in seconds. */
export const rateSchema = z.strictObject({
  meanPerSecond: z.number().nonnegative(),
  peakPerSecond: z.number().nonnegative(),
});
export type Rate = z.infer<typeof rateSchema>;

/** Answers whose latency is in [fromNs, toNs). */
export const latencyBinSchema = z.strictObject({ fromNs: z.int(), toNs: z.int(), count: countSchema });
export type LatencyBin = z.infer<typeof latencyBinSchema>;

/** One step of the capture's time. */
export const stepSchema = z.strictObject({
  /** Start, in seconds on the capture's clock. */
  time: z.string(),
  /** Groups whose last request came in this step. */
  groups: countSchema,
  answers: countSchema,
  /** Unrecoverable faults. */
  faults: countSchema,
  /** Groups in flight (sealed and unanswered): on average over the step, and the most at once. */
  meanDepth: z.number().nonnegative(),
  peakDepth: countSchema,
});
export type Step = z.infer<typeof stepSchema>;

/** One instance among those with the longest latency. */
export const worstInstanceSchema = z.strictObject({
  device: z.exactOptional(z.string()),
  pasid: z.exactOptional(countSchema),
  prgi: countSchema,
  instance: z.int().positive(),
  latencyNs: z.int(),
  /** The last request and the answer. */
  request: groupLineSchema,
  response: groupLineSchema,
});
export type WorstInstance = z.infer<typeof worstInstanceSchema>;

/** The groups of one device and PASID in one lane. */
export const streamStatsSchema = z.strictObject({
  lane: z.enum(LANES),
  device: z.exactOptional(z.string()),
  /** Absent: requests without PASID. */
  pasid: z.exactOptional(countSchema),
  groups: countSchema,
  requests: countSchema,
  states: z.partialRecord(groupStateSchema, countSchema),
  groupsPerSecond: z.exactOptional(z.number().nonnegative()),
  latency: z.exactOptional(latencySchema),
  /** Powers of two; empty ones are left out. */
  histogram: z.array(latencyBinSchema),
});
export type StreamStats = z.infer<typeof streamStatsSchema>;

/** `faultlog stats --format json`. */
export const statsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('faultlog'), version: z.string() }),
  inputs: z.array(z.strictObject({ path: z.string(), lane: z.enum(LANES), laneName: z.exactOptional(z.string()) })),
  /** Where several lanes were joined: how their clocks stand to each other. */
  clocks: z.exactOptional(z.array(clockOffsetSchema)),
  /** The lane on whose clock first and last time and the timeline are; present where there are several. */
  timelineLane: z.exactOptional(z.strictObject({ lane: z.enum(LANES), laneName: z.exactOptional(z.string()) })),
  firstTime: z.exactOptional(z.string()),
  lastTime: z.exactOptional(z.string()),
  spanNs: z.exactOptional(countSchema),
  groups: countSchema,
  requests: countSchema,
  faults: countSchema,
  states: z.partialRecord(groupStateSchema, countSchema),
  groupRate: z.exactOptional(rateSchema),
  answerRate: z.exactOptional(rateSchema),
  faultRate: z.exactOptional(rateSchema),
  peakDepth: z.exactOptional(countSchema),
  latency: z.exactOptional(latencySchema),
  histogram: z.array(latencyBinSchema),
  /** Length of the steps; absent without a clock. */
  stepNs: z.exactOptional(z.int().positive()),
  timeline: z.array(stepSchema),
  /** The busiest first. */
  streams: z.array(streamStatsSchema),
  /** Groups of further devices and PASIDs, which are in the sums only. */
  otherGroups: z.exactOptional(countSchema),
  /** The longest latency first. */
  worst: z.array(worstInstanceSchema),
});
export type Stats = z.infer<typeof statsSchema>;
