import { z } from 'zod';
import { RESPONSE_CODES } from './event.ts';
import { answeredBySchema, sentBySchema } from './finding.ts';
import { GROUP_STATES } from './group-state.ts';

export const groupStateSchema = z.enum(GROUP_STATES);
export type GroupState = z.infer<typeof groupStateSchema>;

export const groupLineSchema = z.strictObject({
  input: z.int().nonnegative(),
  line: z.int().positive(),
  time: z.exactOptional(z.string()),
});

export const groupRequestSchema = groupLineSchema.extend({
  address: z.exactOptional(z.string()),
  access: z.exactOptional(z.string()),
  last: z.boolean(),
  /** Present where a member names another PASID than its group (FL205). */
  pasid: z.exactOptional(z.int().nonnegative()),
});

/** A message of the group on one hop: `device>host`, `host>driver`, `driver>host`, `host>device`. */
export const groupHopSchema = groupLineSchema.extend({
  hop: z.string(),
  /** Function or tracepoint that printed it. */
  probe: z.exactOptional(z.string()),
});

/** One row of `faultlog groups --format jsonl`. */
export const groupRowSchema = z.strictObject({
  device: z.exactOptional(z.string()),
  pasid: z.exactOptional(z.int().nonnegative()),
  prgi: z.int().nonnegative(),
  /** 1 for the first use of the key in the capture. */
  instance: z.int().positive(),
  state: groupStateSchema,
  code: z.exactOptional(z.enum(RESPONSE_CODES)),
  /** Present where the printed code differs from the specification's value of `code`. */
  rawCode: z.exactOptional(z.int().nonnegative()),
  privateData: z.exactOptional(z.string()),
  requests: z.array(groupRequestSchema),
  response: z.exactOptional(groupLineSchema),
  /**
   * Every observation of the instance on every recorded hop, in order of time: of its own lane, and of the lanes above where its
   * delivery can be no other's (their times are on their own clocks). Absent where one hop is recorded.
   */
  journey: z.exactOptional(z.array(groupHopSchema)),
  answeredBy: z.exactOptional(answeredBySchema),
  sentBy: z.exactOptional(sentBySchema),
  latencyNs: z.exactOptional(z.int()),
  owner: z.exactOptional(z.string()),
  findings: z.array(z.string()),
});
export type GroupRow = z.infer<typeof groupRowSchema>;
