import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { UsageError } from '../base/errors.ts';

/** What a redaction can be undone with, and what another capture of the same machines is to be redacted with. */
const keySchema = z.strictObject({
  format: z.literal('faultlog-redaction-key'),
  version: z.literal(1),
  /** Of the map of addresses. */
  secret: z.string().regex(/^[0-9a-f]{64}$/),
  /** Names by their replacements. */
  names: z.record(z.string(), z.string()),
});
export type RedactionKey = z.infer<typeof keySchema>;

export function newKey(): RedactionKey {
  return { format: 'faultlog-redaction-key', version: 1, secret: randomBytes(32).toString('hex'), names: {} };
}

/** Throws a UsageError for anything else than a key. */
export function parseKey(text: string, path: string): RedactionKey {
  try {
    return keySchema.parse(JSON.parse(text));
  } catch (error) {
    const hint = 'A key is the file that faultlog redact --key wrote.';
    throw new UsageError(`${path}: it is no key of a redaction`, hint, { cause: error });
  }
}

export function keyText(key: RedactionKey): string {
  return `${JSON.stringify(key, undefined, 2)}\n`;
}
