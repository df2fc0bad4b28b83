import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import type { Outcome } from '../../fleet/outcome.ts';
import { type FleetTask, keyOf, parsePlan } from '../../fleet/task.ts';
import { readNamedFile } from '../config-file.ts';

const DIGITS = 6;
let attempts = 0;

/** The folder that the results of one plan go to: `plan.jsonl`, `tasks/NNNNNN.json`, `slurm/`. */
export class FleetFolder {
  readonly path: string;
  /** As given. */
  readonly shown: string;

  constructor(cwd: string, shown: string) {
    this.shown = shown;
    this.path = resolve(cwd, shown);
  }

  get planPath(): string {
    return join(this.path, 'plan.jsonl');
  }

  readPlan(): readonly FleetTask[] {
    if (!existsSync(this.planPath)) {
      throw new UsageError(
        `${this.shown}: no results of a fleet (no plan.jsonl in it)`,
        'Run its tasks first: faultlog fleet run --all plan.jsonl -o DIR.',
      );
    }
    return parsePlan(readNamedFile(this.planPath, this.planPath, 'the plan'), this.planPath);
  }

  /** Keeps the plan beside the results. Throws a UsageError if the folder belongs to another plan. */
  keepPlan(text: string): void {
    if (!existsSync(this.planPath)) this.write('plan.jsonl', text);
    // Another task may have written it in between: whoever was last, all wrote the same or are told.
    if (readFileSync(this.planPath, 'utf8') === text) return;
    throw new UsageError(
      `${this.shown} holds the results of another plan`,
      'Give another folder with -o, or remove this one.',
    );
  }

  /** The task's result; undefined if there is none, or if it is of another task or program. */
  readOutcome(task: FleetTask): Outcome | undefined {
    let text: string;
    try {
      text = readFileSync(this.#outcomePath(task), 'utf8');
    } catch {
      return undefined;
    }
    // Only this program writes it, and renames it when it is whole: its key says that its shape is ours.
    const outcome: Outcome = JSON.parse(text);
    return outcome.key === keyOf(task) ? outcome : undefined;
  }

  writeOutcome(task: FleetTask, outcome: Outcome): void {
    this.write(this.#outcomeName(task), `${JSON.stringify(outcome)}\n`);
  }

  /** Writes a file beside its place and renames it. The name of the unfinished file is unique in the fleet. */
  write(name: string, text: string): void {
    const path = join(this.path, name);
    attempts += 1;
    const beside = `${path}.${hostname()}.${process.pid}.${attempts}.tmp`;
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(beside, text);
      renameSync(beside, path);
    } catch (cause) {
      rmSync(beside, { force: true });
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UsageError(`${this.shown}: results cannot be written`, `${reason}.`, { cause });
    }
  }

  #outcomeName({ task }: FleetTask): string {
    return `tasks/${String(task).padStart(DIGITS, '0')}.json`;
  }

  #outcomePath(task: FleetTask): string {
    return join(this.path, this.#outcomeName(task));
  }
}
