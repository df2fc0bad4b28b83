import { UsageError } from '../base/errors.ts';
import { describeIssues } from './describe-issue.ts';
import { type ConfigFile, configSchema } from './schema.ts';

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
  const complaint = describeIssues(parsed.error.issues, value);
  throw new UsageError(`${path}: ${complaint?.message ?? 'not valid'}`, complaint?.hint);
}
