import { z } from 'zod';
import { UsageError } from '../base/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { daySchema, ruleIdSchema } from './schema.ts';
import { withFindings } from './with-findings.ts';

/** A baseline: the findings that are known, by fingerprint. The schema is the source of its type and of the JSON Schema. */

export const baselineEntrySchema = z.strictObject({
  fingerprint: z.string().min(1),
  rule: ruleIdSchema,
  about: z.exactOptional(z.string()).describe('Device and PASID of the finding, for a reader.'),
  firstSeen: daySchema,
  reason: z.exactOptional(z.string().min(1)).describe('Why it is accepted.'),
  expires: z.exactOptional(daySchema).describe('The last day on which it is accepted.'),
});
export type BaselineEntry = z.infer<typeof baselineEntrySchema>;

export const baselineSchema = z.strictObject({
  $schema: z.exactOptional(z.string()),
  baselineVersion: z.literal(1),
  entries: z.array(baselineEntrySchema),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** Reads a baseline. `path` is for messages only. Throws a UsageError that names the place. */
export function parseBaseline(text: string, path: string): Baseline {
  const hint = 'Correct it, or make it anew with --write-baseline.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} is not JSON: ${reason}`, hint, { cause: error });
  }
  const parsed = baselineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.');
  throw new UsageError(`${path}: ${place}: ${issue?.message ?? 'not valid'}`, hint);
}

/** A result without the findings that the baseline knows. */
export interface BaselineOutcome {
  /** Its `baselined` counts by rule what was taken out. */
  readonly result: Result;
  readonly known: readonly { readonly finding: Finding; readonly entry: BaselineEntry }[];
  /** Entries whose day has passed and whose finding is still there: it counts again. */
  readonly expired: readonly BaselineEntry[];
  /** Entries that match nothing any more. */
  readonly stale: readonly BaselineEntry[];
}

/**
 * Takes out what the baseline knows. `analysed` is the result before any ignoring: an entry whose finding is
 * ignored is not stale, nor is one where not all was read or a rule reached its limit.
 */
export function applyBaseline(result: Result, baseline: Baseline, analysed: Result, today: Date): BaselineOutcome {
  const day = today.toISOString().slice(0, 10);
  const entries = new Map(baseline.entries.map((entry) => [entry.fingerprint, entry]));
  const present = new Set(analysed.findings.flatMap(fingerprintsOf));
  const isExpired = ({ expires }: BaselineEntry): boolean => expires !== undefined && expires < day;
  const known: { finding: Finding; entry: BaselineEntry }[] = [];
  const findings: Finding[] = [];
  for (const finding of result.findings) {
    const entry = entries.get(finding.fingerprint);
    if (entry === undefined || isExpired(entry)) findings.push(finding);
    else known.push({ finding, entry });
  }
  const baselined: Record<string, number> = {};
  for (const { finding } of known) baselined[finding.id] = (baselined[finding.id] ?? 0) + 1;
  const isWhole = analysed.inputs.every(({ error }) => error === undefined);
  return {
    result: { ...withFindings(result, findings), ...(known.length > 0 && { baselined }) },
    known,
    expired: baseline.entries.filter((entry) => isExpired(entry) && present.has(entry.fingerprint)),
    stale: isWhole
      ? baseline.entries.filter(
          ({ fingerprint, rule }) => !present.has(fingerprint) && analysed.omitted?.[rule] === undefined,
        )
      : [],
  };
}

/**
 * A baseline of these findings. What an earlier one says of a finding is kept: the day, the reason, and the expiry
 * unless it has passed.
 */
export function baselineOf(findings: readonly Finding[], earlier: Baseline | undefined, today: Date): Baseline {
  const day = today.toISOString().slice(0, 10);
  const entries = new Map(earlier?.entries.map((entry) => [entry.fingerprint, entry]));
  const made = findings.map((finding): BaselineEntry => {
    const { firstSeen = day, reason, expires } = entries.get(finding.fingerprint) ?? {};
    const about = aboutText(finding);
    return {
      fingerprint: finding.fingerprint,
      rule: finding.id,
      ...(about !== '' && { about }),
      firstSeen,
      ...(reason !== undefined && { reason }),
      ...(expires !== undefined && expires >= day && { expires }),
    };
  });
  made.sort((a, b) => compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint));
  return { baselineVersion: 1, entries: made };
}

function fingerprintsOf({ fingerprint, consequences = [] }: Finding): readonly string[] {
  return [fingerprint, ...consequences.flatMap(fingerprintsOf)];
}

function aboutText({ device, pasid }: Finding): string {
  return [device, pasid === undefined ? undefined : `PASID ${pasid}`].filter((part) => part !== undefined).join(' ');
}

/** By code units, so that the file is the same everywhere. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
