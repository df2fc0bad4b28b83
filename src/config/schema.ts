import { z } from 'zod';
import { parseDuration } from '../base/duration.ts';
import { severitySchema } from '../model/finding.ts';

/** `faultlog.config.json`; the schema is the source of its type and of the JSON Schema that is shipped. */

const DURATION_PATTERN = /^\s*(\d+(\.\d+)?|\.\d+)\s*(ns|us|µs|ms|s|m|min|h)\s*$/;
const durationSchema = z
  .string()
  .regex(DURATION_PATTERN, 'not a duration: give a number with a unit, like 10s or 100ms')
  .refine((text) => (parseDuration(text) ?? 0) > 0, 'a duration above 0 is needed')
  .describe('A number with a unit: ns, us, ms, s, m or h.');

export const ruleIdSchema = z.string().regex(/^FL\d{3}$/, 'not a rule: give an id like FL301');
const pasidSchema = z.int().nonnegative().max(0xfffff);
export const daySchema = z.iso.date();
const laneSchema = z
  .string()
  .regex(/^(host|driver|vmm|guest(:[^:=/]+)?)$/, 'not a lane: give host, driver, vmm, guest or guest:NAME');

export const thresholdsSchema = z.strictObject({
  timeout: z.exactOptional(durationSchema),
  slow: z.exactOptional(durationSchema),
  mergeWindow: z.exactOptional(durationSchema),
  storm: z.exactOptional(z.int().positive()),
});

export const ignoreSchema = z
  .strictObject({
    rule: z.exactOptional(ruleIdSchema),
    device: z.exactOptional(z.string().min(1)),
    pasid: z.exactOptional(pasidSchema),
    reason: z.string().min(1, 'say why it is ignored'),
    expires: z.exactOptional(daySchema).describe('The last day on which it is ignored.'),
  })
  .refine(
    ({ rule, device, pasid }) => rule !== undefined || device !== undefined || pasid !== undefined,
    'name a rule, a device or a PASID: this would ignore everything',
  );

export const tolerateSchema = z.strictObject({
  rule: ruleIdSchema,
  max: z.int().positive(),
  per: z
    .string()
    .regex(new RegExp(`^capture$|${DURATION_PATTERN.source}`), 'give capture, or a duration like 1h')
    .refine((text) => text === 'capture' || (parseDuration(text) ?? 0) > 0, 'a duration above 0 is needed')
    .describe('capture, or a number with a unit.'),
});

export const configInputSchema = z.strictObject({ path: z.string().min(1), lane: z.exactOptional(laneSchema) });

export const ownerRowSchema = z.strictObject({
  requester: z.string().min(1),
  pasid: pasidSchema,
  owner: z.string().min(1),
  guestPasid: z.exactOptional(pasidSchema),
});

const rowFieldSchema = z.enum([
  'kind',
  'time',
  'cpu',
  'task',
  'pid',
  'lane',
  'hop',
  'point',
  'iommu',
  'device',
  'pasid',
  'prgi',
  'address',
  'access',
  'last',
  'stall',
  'privateData',
  'code',
  'rawCode',
  'count',
  'reason',
  'vendorReason',
  'lost',
]);

export const tableSchema = z.strictObject({
  columns: z
    .partialRecord(rowFieldSchema, z.string().min(1))
    .refine((columns) => Object.keys(columns).length > 0, 'name a column'),
  values: z.exactOptional(z.partialRecord(rowFieldSchema, z.record(z.string(), z.string()))),
  fixed: z.exactOptional(z.partialRecord(rowFieldSchema, z.string())),
});

export const configSchema = z.strictObject({
  $schema: z.exactOptional(z.string()),
  thresholds: z.exactOptional(thresholdsSchema).describe('Limits of the analysis; options override them.'),
  severity: z
    .exactOptional(z.record(ruleIdSchema, z.enum([...severitySchema.options, 'off'])))
    .describe('Severity by rule id; off leaves the rule out.'),
  ignore: z.exactOptional(z.array(ignoreSchema)).describe('Findings to leave out; all given fields must match.'),
  tolerate: z
    .exactOptional(z.array(tolerateSchema))
    .describe('Findings that stay but do not fail the run up to a rate.'),
  inputs: z.exactOptional(z.array(configInputSchema)).describe('Inputs where the command line names none.'),
  tables: z
    .exactOptional(z.array(tableSchema))
    .describe(
      'CSV tables of other tools: column by field of an event, what its cells stand for, fields that are always the same.',
    ),
  lanes: z.exactOptional(z.record(z.string(), laneSchema)).describe('Lane by file name; * stands for any characters.'),
  owners: z
    .exactOptional(z.union([z.string().min(1), z.array(ownerRowSchema)]))
    .describe('Owners of PASIDs: a CSV file beside this file, or the rows.'),
  baseline: z
    .exactOptional(z.string().min(1))
    .describe('Baseline of known findings, a file beside this one; check --write-baseline makes it.'),
  offsets: z
    .exactOptional(z.record(laneSchema, z.number()))
    .describe("Seconds to add to a lane's times to make them the host's, by lane."),
  kprobes: z.exactOptional(z.record(z.string(), z.string())).describe('Kernel function by name of a kprobe event.'),
});

export type ConfigFile = z.infer<typeof configSchema>;
export type IgnoreMatcher = z.infer<typeof ignoreSchema>;
export type OwnerRow = z.infer<typeof ownerRowSchema>;
export type Toleration = z.infer<typeof tolerateSchema>;

/** Known keys by the key above them, for suggestions. */
const KNOWN_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['', Object.keys(configSchema.shape)],
  ['thresholds', Object.keys(thresholdsSchema.shape)],
  ['ignore', Object.keys(ignoreSchema.shape)],
  ['tolerate', Object.keys(tolerateSchema.shape)],
  ['inputs', Object.keys(configInputSchema.shape)],
  ['tables', Object.keys(tableSchema.shape)],
  ['owners', Object.keys(ownerRowSchema.shape)],
]);

/** The keys that fit at a place, `['tables', 0, 'columns']`. */
export function knownKeysAt(path: readonly PropertyKey[]): readonly string[] {
  const [top = '', , part] = path.map(String);
  if (top === 'tables' && part !== undefined) return rowFieldSchema.options;
  return KNOWN_KEYS.get(top) ?? [];
}
