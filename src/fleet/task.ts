import { z } from 'zod';
import { UsageError } from '../base/errors.ts';
import { stableHash } from '../base/hash.ts';
import { VERSION } from '../base/version.ts';
import { LANES } from '../model/lane.ts';
import { OUTCOME_VERSION } from './outcome.ts';

export const fleetInputSchema = z.strictObject({
  path: z.string().min(1),
  lane: z.enum(LANES),
  laneName: z.exactOptional(z.string().min(1)),
  bytes: z.int().nonnegative(),
});
export type FleetInput = z.infer<typeof fleetInputSchema>;

/** A line of plan.jsonl: one capture set of one host, analysed by itself. */
export const fleetTaskSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** 0-based: the number of the line. */
  task: z.int().nonnegative(),
  host: z.string().min(1),
  capture: z.string().min(1),
  inputs: z.array(fleetInputSchema).min(1).readonly(),
  /** Owners file of the capture set. */
  owners: z.exactOptional(z.string()),
  /** Configuration of the capture set: clock offsets, lanes, limits, kprobes. */
  config: z.exactOptional(z.string()),
  /** Clock offsets in seconds by lane, where the planner was told them. */
  offsets: z.exactOptional(z.record(z.string(), z.number())),
  /** Limits that hold for the whole fleet, in nanoseconds. */
  timeoutNs: z.exactOptional(z.int().positive()),
  slowNs: z.exactOptional(z.int().positive()),
  /** All inputs together, as stored. */
  bytes: z.int().nonnegative(),
});
export type FleetTask = z.infer<typeof fleetTaskSchema>;

/** Reads plan.jsonl. Throws a UsageError that names the line. */
export function parsePlan(text: string, path: string): readonly FleetTask[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const tasks = lines.map((line, index) => parseTask(line, `${path}:${index + 1}`));
  const wrong = tasks.findIndex(({ task }, index) => task !== index);
  if (wrong >= 0) {
    throw new UsageError(
      `${path}:${wrong + 1}: task ${tasks[wrong]?.task} on line ${wrong + 1}`,
      'Tasks are numbered from 0, one a line: plan again, or number the lines.',
    );
  }
  if (tasks.length === 0) throw new UsageError(`${path}: the plan has no task`, 'Make one with faultlog fleet plan.');
  return tasks;
}

function parseTask(line: string, place: string): FleetTask {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new UsageError(`${place}: not JSON`, 'A plan has one task a line: make it with faultlog fleet plan.', {
      cause,
    });
  }
  const parsed = fleetTaskSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${place}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no task'}`, 'Plan again.');
}

/** What a task's result rests on: the task itself, the version of the program and the shape of results. */
export function keyOf(task: FleetTask): string {
  return stableHash(`${VERSION}\n${OUTCOME_VERSION}\n${JSON.stringify(task)}`);
}
