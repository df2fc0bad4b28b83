import type { core } from 'zod';
import { suggest } from '../base/suggest.ts';
import { knownKeysAt } from './schema.ts';

type Issue = core.$ZodIssue;

/** What is wrong with a configuration, and what to do about it. */
export interface Complaint {
  readonly message: string;
  readonly hint: string;
}

const HINT = 'Correct it, or run with --no-config; the README and faultlog-config(5) describe the file.';

/** The issue that tells most: a key with a slip in it explains the one that is missing. `value` is what was read. */
export function describeIssues(issues: readonly Issue[], value: unknown): Complaint | undefined {
  const all = issues.flatMap(opened);
  const issue = all.find(({ code }) => code === 'unrecognized_keys') ?? all[0];
  return issue === undefined ? undefined : describe(issue, value);
}

/** The issues of the alternative that came farthest, in place of "none of them fits". */
function opened(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const branches = issue.errors.map((errors) =>
    errors.flatMap((inner) => opened({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const depth = (branch: readonly Issue[]): number => Math.max(0, ...branch.map(({ path }) => path.length));
  const [deepest = []] = branches.toSorted((a, b) => depth(b) - depth(a));
  return depth(deepest) > issue.path.length ? deepest : [issue];
}

function describe(issue: Issue, value: unknown): Complaint {
  const place = issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.');
  switch (issue.code) {
    case 'unrecognized_keys': {
      const key = issue.keys[0] ?? '';
      const known = knownKeysAt(issue.path);
      const where = issue.path.length === 0 ? '' : ` in ${place}`;
      return { message: `unknown key '${key}'${where}`, hint: `${meant(key, known)}Known are ${known.join(', ')}.` };
    }
    case 'invalid_key':
      return { message: `${place}: ${issue.issues[0]?.message ?? 'not a key'}`, hint: HINT };
    case 'invalid_value': {
      const given = valueAt(value, issue.path);
      const choices = issue.values.map(String);
      const near = typeof given === 'string' ? meant(given, choices) : '';
      return { message: `${place}: ${JSON.stringify(given)} is none of ${choices.join(', ')}`, hint: `${near}${HINT}` };
    }
    case 'invalid_type':
      if (valueAt(value, issue.path) === undefined) return { message: `${place} is missing`, hint: HINT };
      return { message: `${place}: ${issue.message.replace('Invalid input: ', '')}`, hint: HINT };
    default:
      return { message: `${place}: ${issue.message}`, hint: HINT };
  }
}

function meant(word: string, known: readonly string[]): string {
  const near = suggest(word, known);
  return near === undefined ? '' : `Did you mean ${near}? `;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.getOwnPropertyDescriptor(at, key)?.value;
  }
  return at;
}
