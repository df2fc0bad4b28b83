import { z } from 'zod';
import { findingSchema } from '../model/finding.ts';
import { inputSummarySchema, resultSchema } from '../model/result.ts';

/** One line of `faultlog check --format jsonl`. */
export const checkRecordSchema = z.discriminatedUnion('type', [
  inputSummarySchema.extend({ type: z.literal('input'), index: z.int().nonnegative() }),
  findingSchema.extend({ type: z.literal('finding') }),
  findingSchema.extend({ type: z.literal('live-finding') }),
  resultSchema.omit({ inputs: true, findings: true }).extend({ type: z.literal('summary') }),
]);
