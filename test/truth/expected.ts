import { z } from 'zod';
import { certaintySchema, severitySchema } from '../../src/model/finding.ts';

/**
 * What `faultlog check` must say of one scenario: every finding of severity error and warning, and no other.
 * Notes are not listed. `fixtures/expected/README.md` says how the entries were derived.
 */
export const expectedFindingSchema = z.strictObject({
  /** One id; several where the semantics admits more than one reading (`open` says which). */
  id: z.union([z.string(), z.array(z.string()).min(2)]),
  /** Several as `id`. */
  severity: z.union([severitySchema, z.array(severitySchema).min(2)]),
  /** The certainties that the semantics admits here. */
  certainty: z.array(certaintySchema).min(1),
  /** Absent: not compared, as the finding is about no requester. */
  device: z.exactOptional(z.string()),
  pasid: z.exactOptional(z.int().nonnegative()),
  /** Absent for a flood, which is listed a PASID. */
  prgi: z.exactOptional(z.int().nonnegative()),
  /** Lines of the text, of which the evidence must show at least one. */
  lines: z.exactOptional(z.array(z.int().positive())),
  /** Occurrences; a finding that folds several counts as its `count`. */
  count: z.int().nonnegative(),
  /** Present where more than `count` are admitted. */
  max: z.exactOptional(z.int().positive()),
  /** Where semantics.md leaves the case open: both readings. */
  open: z.exactOptional(z.string()),
  why: z.string(),
});
export type ExpectedFinding = z.infer<typeof expectedFindingSchema>;

/** A note of the default run: FL107 complete (by key), FL902 where the truth makes it clear. */
export const expectedNoteSchema = z.strictObject({
  id: z.enum(['FL107', 'FL902']),
  device: z.exactOptional(z.string()),
  /** Absent for a request without PASID, which `prq_report` prints as 0. */
  pasid: z.exactOptional(z.int().positive()),
  /** Absent where more than a dozen keys of the PASID have such a note. */
  prgi: z.exactOptional(z.int().nonnegative()),
  count: z.int().positive(),
  why: z.string(),
});
export type ExpectedNote = z.infer<typeof expectedNoteSchema>;

const runSchema = z.union([z.literal('default'), z.array(expectedFindingSchema)]);

export const RUNS = ['default', 'timeout-100ms', 'with-dmesg'] as const;
export type RunName = (typeof RUNS)[number];

export const expectedScenarioSchema = z.strictObject({
  /** First comment of the truth file: what the scenario does. */
  about: z.string(),
  runs: z.strictObject({
    default: z.array(expectedFindingSchema),
    /** `default` where the run must give the same. */
    'timeout-100ms': runSchema,
    /** Absent where the kernel logged nothing. */
    'with-dmesg': z.exactOptional(runSchema),
  }),
  notes: z.array(expectedNoteSchema),
});
export type ExpectedScenario = z.infer<typeof expectedScenarioSchema>;

/** The entries of a run; undefined where the scenario has no such run. */
export function entriesOf(scenario: ExpectedScenario, run: RunName): readonly ExpectedFinding[] | undefined {
  const entries = scenario.runs[run];
  return entries === 'default' ? scenario.runs.default : entries;
}
