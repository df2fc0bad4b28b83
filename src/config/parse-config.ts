import type { core } from 'zod';
import { UsageError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { type ConfigFile, configSchema, KNOWN_KEYS } from './schema.ts';

/** Reads a configuration. `path` is for messages only. Throws a UsageError that names the place and what fits there. */
export function parseConfig(text: string, path: string): ConfigFile {
  return validateConfig(parseJson(text, path), path);
}

/** The `faultlog` member of a package.json; undefined if it has none. */
export function parsePackageJson(text: string, path: string): ConfigFile | undefined {
  const manifest = parseJson(text, path);
  if (typeof manifest !== 'object' || manifest === null || !('faultlog' in manifest)) return undefined;
  return validateConfig(manifest.faultlog, `${path} (faultlog)`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} is not JSON: ${reason}`, 'Correct it, or run with --no-config.', { cause: error });
  }
}

function validateConfig(value: unknown, path: string): ConfigFile {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue === undefined) throw new UsageError(`${path} is not valid`);
  const { message, hint } = describeIssue(issue);
  throw new UsageError(`${path}: ${message}`, hint);
}

function describeIssue(issue: core.$ZodIssue): { message: string; hint: string } {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const known = KNOWN_KEYS.get(String(issue.path[0] ?? '')) ?? [];
    const near = suggest(key, known);
    const meant = near === undefined ? '' : `Did you mean ${near}? `;
    const where = place === '' ? '' : ` in ${place}`;
    return { message: `unknown key '${key}'${where}`, hint: `${meant}Known are ${known.join(', ')}.` };
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.includes('received undefined');
  const message = isMissing ? `${place} is missing` : `${place === '' ? 'the file' : place}: ${issue.message}`;
  return { message, hint: 'Correct it, or run with --no-config; the README describes the file.' };
}
