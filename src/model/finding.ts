import { z } from 'zod';
import { LANES } from './lane.ts';

/** Shapes of `spec` "JSON (schemaVersion 1)"; the schemas are the source of the types. Import types only on the hot path. */

export const severitySchema = z.enum(['error', 'warning', 'note']);
export type Severity = z.infer<typeof severitySchema>;

export const certaintySchema = z.enum(['certain', 'likely', 'possible']);
export type Certainty = z.infer<typeof certaintySchema>;

export const answeredBySchema = z.enum(['handler', 'host', 'hardware']);
export type AnsweredBy = z.infer<typeof answeredBySchema>;

export const evidenceSchema = z.strictObject({
  /** Index into `inputs`. */
  input: z.int().nonnegative(),
  line: z.int().positive(),
  /** Byte offset of the line in the (decompressed) input. */
  offset: z.int().nonnegative(),
  /** What the line is for the finding: request, last-request, response, earlier-response, drain, … */
  role: z.string(),
  /** Seconds on the capture's clock. */
  time: z.exactOptional(z.string()),
  text: z.string(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const sentBySchema = z.strictObject({
  lane: z.enum(LANES),
  task: z.exactOptional(z.string()),
  /** Time since the last unregister, unbind or drain of the PASID. */
  sinceEpochNs: z.exactOptional(z.int()),
});
export type SentBy = z.infer<typeof sentBySchema>;

export const findingSchema = z.strictObject({
  id: z.string().regex(/^FL\d{3}$/),
  name: z.string(),
  severity: severitySchema,
  certainty: certaintySchema,
  message: z.string(),
  device: z.exactOptional(z.string()),
  pasid: z.exactOptional(z.int().nonnegative()),
  prgi: z.exactOptional(z.int().nonnegative()),
  owner: z.exactOptional(z.string()),
  scope: z.exactOptional(z.enum(['owner', 'function', 'iommu', 'capture'])),
  answeredBy: z.exactOptional(answeredBySchema),
  sentBy: z.exactOptional(sentBySchema),
  /** How many occurrences this finding stands for, where it folds several. */
  count: z.exactOptional(z.int().positive()),
  time: z.exactOptional(z.string()),
  fingerprint: z.string(),
  evidence: z.array(evidenceSchema),
  get consequences() {
    return z.exactOptional(z.array(findingSchema));
  },
});
export type Finding = z.infer<typeof findingSchema>;
