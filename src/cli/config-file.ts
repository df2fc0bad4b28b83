import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { ConfigFile } from '../config/schema.ts';
import { didYouMean } from './option-values.ts';
import type { Session } from './session.ts';

export const CONFIG_NAME = 'faultlog.config.json';

/** A configuration with the directory that its paths are relative to. */
export interface LoadedConfig {
  readonly config: ConfigFile;
  readonly directory: string;
  /** As shown in messages; absent where there is no file. */
  readonly path?: string;
}

/**
 * The configuration: the named file, none at all (`false`), or the nearest `faultlog.config.json` or `faultlog`
 * in a package.json from the working directory upward. The schema is loaded only if there is one.
 */
export async function loadConfig(session: Session, wanted: string | false | undefined): Promise<LoadedConfig> {
  const none = { config: {}, directory: session.cwd };
  if (wanted === false) return none;
  if (wanted !== undefined) {
    const path = resolve(session.cwd, wanted);
    if (!existsSync(path)) throw new UsageError(`${wanted}: there is no such file`, 'Check the path of --config.');
    return parsed(path);
  }
  for (let directory = session.cwd; ; directory = dirname(directory)) {
    const path = join(directory, CONFIG_NAME);
    if (existsSync(path)) return parsed(path);
    const manifest = join(directory, 'package.json');
    if (existsSync(manifest) && hasFaultlogMember(manifest)) return parsed(manifest);
    if (directory === dirname(directory)) return none;
  }
}

/** The text of a file that an option or the configuration names. */
export function readNamedFile(path: string, shown: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.startsWith('ENOENT')) {
      throw new UsageError(`${shown}: there is no such file`, `Check the path of ${what}.`, { cause: error });
    }
    throw new UsageError(`${shown}: ${what} cannot be read`, `${reason}.`, { cause: error });
  }
}

async function parsed(path: string): Promise<LoadedConfig> {
  const { parseConfig, parsePackageJson } = await import('../config/parse-config.ts');
  const text = readNamedFile(path, path, 'the configuration');
  const config = path.endsWith('package.json') ? parsePackageJson(text, path) : parseConfig(text, path);
  if (config !== undefined) await refuseUnknownRules(config, path);
  return { config: config ?? {}, directory: dirname(path), path };
}

/** The schema knows what a rule's id looks like; which there are only the rules know. */
async function refuseUnknownRules({ severity, ignore, tolerate }: ConfigFile, path: string): Promise<void> {
  const named = [
    ...Object.keys(severity ?? {}).map((id) => ({ id, place: 'severity' })),
    ...(ignore ?? []).map(({ rule }, index) => ({ id: rule, place: `ignore.${index}.rule` })),
    ...(tolerate ?? []).map(({ rule }, index) => ({ id: rule, place: `tolerate.${index}.rule` })),
  ];
  if (named.length === 0) return;
  const { rules } = await import('../rules/registry.ts');
  const ids = rules.map(({ id }) => id);
  for (const { id, place } of named) {
    if (id === undefined || ids.includes(id)) continue;
    throw new UsageError(
      `${path}: ${place}: there is no rule ${id}`,
      `${didYouMean(id, ids)}faultlog rules lists them all.`,
    );
  }
}

/** A package.json that is not ours and does not parse is not ours to complain about. */
function hasFaultlogMember(path: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof manifest === 'object' && manifest !== null && 'faultlog' in manifest;
  } catch {
    return false;
  }
}
