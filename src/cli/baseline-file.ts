import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { Baseline } from '../config/baseline.ts';
import type { Finding } from '../model/finding.ts';
import type { BaselineOptions } from './command-options.ts';
import { type LoadedConfig, readNamedFile } from './config-file.ts';
import { complain } from './messages.ts';
import { writeFileWhole } from './output-target.ts';
import type { Session } from './session.ts';

/**
 * The baseline of the option, else of the configuration. Undefined where there is none, and where the one that is to
 * be written does not exist yet. Throws a UsageError for a file that is missing or not valid.
 */
export async function loadBaseline(
  session: Session,
  { config, directory }: LoadedConfig,
  options: BaselineOptions,
): Promise<Baseline | undefined> {
  const shown = options.baseline ?? config.baseline;
  if (shown === undefined) return undefined;
  const path = options.baseline === undefined ? resolve(directory, shown) : resolve(session.cwd, shown);
  if (!existsSync(path)) {
    if (options.writeBaseline !== undefined && resolve(session.cwd, options.writeBaseline) === path) return undefined;
    throw new UsageError(`${shown}: there is no such baseline`, `Make it with --write-baseline ${shown}.`);
  }
  const { parseBaseline } = await import('../config/baseline.ts');
  return parseBaseline(readNamedFile(path, shown, 'the baseline'), shown);
}

/**
 * Writes the findings as a baseline. What the file that it replaces, or else the baseline in use, says of them is
 * kept; entries that match nothing are dropped.
 */
export async function writeBaseline(
  session: Session,
  shown: string,
  findings: readonly Finding[],
  inUse: Baseline | undefined,
  isQuiet: boolean,
): Promise<void> {
  const { baselineOf, parseBaseline } = await import('../config/baseline.ts');
  const path = resolve(session.cwd, shown);
  const replaced = existsSync(path) ? parseBaseline(readNamedFile(path, shown, 'the baseline'), shown) : undefined;
  const earlier = new Set((replaced ?? inUse)?.entries.map(({ fingerprint }) => fingerprint));
  const baseline = baselineOf(findings, replaced ?? inUse, session.now);
  await writeFileWhole(path, shown, [`${JSON.stringify(baseline, undefined, 2)}\n`]);
  if (isQuiet) return;
  const added = baseline.entries.filter(({ fingerprint }) => !earlier.has(fingerprint)).length;
  const kept = baseline.entries.length - added;
  await complain(session, `${shown}: ${added} new, ${kept} known, ${earlier.size - kept} dropped`, undefined);
}
