import { z } from 'zod';
import { EVENT_KINDS, RESPONSE_CODES } from './event.ts';
import { LANES, OBSERVATION_POINTS } from './lane.ts';

/** One line of `faultlog events --format jsonl`; absent fields are left out. */
export const eventRowSchema = z.strictObject({
  kind: z.enum(EVENT_KINDS),
  input: z.int().nonnegative(),
  line: z.int().positive(),
  offset: z.int().nonnegative(),
  time: z.exactOptional(z.string()),
  cpu: z.exactOptional(z.int().nonnegative()),
  task: z.exactOptional(z.string()),
  pid: z.exactOptional(z.int().nonnegative()),
  lane: z.enum(LANES),
  laneName: z.exactOptional(z.string()),
  /** `device>host`, `host>device`, `host>driver`, …; absent for what is not a message. */
  hop: z.exactOptional(z.string()),
  dialect: z.string(),
  probe: z.exactOptional(z.string()),
  iommu: z.exactOptional(z.string()),
  device: z.exactOptional(z.string()),
  pasid: z.exactOptional(z.int().nonnegative()),
  prgi: z.exactOptional(z.int().nonnegative()),
  address: z.exactOptional(z.string().regex(/^0x[0-9a-f]+$/)),
  access: z.exactOptional(z.string()),
  last: z.exactOptional(z.boolean()),
  stall: z.exactOptional(z.boolean()),
  privateData: z.exactOptional(z.string()),
  sequence: z.exactOptional(z.int().nonnegative()),
  code: z.exactOptional(z.enum(RESPONSE_CODES)),
  rawCode: z.exactOptional(z.int()),
  returnValue: z.exactOptional(z.int()),
  count: z.exactOptional(z.int()),
  reason: z.exactOptional(z.string()),
  vendorReason: z.exactOptional(z.string()),
  lost: z.exactOptional(z.int().nonnegative()),
  drainStep: z.exactOptional(z.string()),
  /** What `time` counts where it is not seconds. */
  timeUnit: z.exactOptional(z.enum(['ticks', 'steps'])),
  /** How far up in the source it was seen, where `hop` does not tell. */
  point: z.exactOptional(z.enum(OBSERVATION_POINTS)),
  /** The log has only a requester id, of which `device` is made. */
  requesterOnly: z.exactOptional(z.boolean()),
});
export type EventRow = z.infer<typeof eventRowSchema>;
