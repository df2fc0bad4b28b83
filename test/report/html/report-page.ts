import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../src/cli/run.ts';
import { sampleSession } from '../../cli/sample-session.ts';
import { ROOT } from '../../readme-blocks.ts';

export const TWICE = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt');

/** The page that `faultlog report` prints. */
export async function reportPage(args: readonly string[], input?: string) {
  const session = sampleSession({ args: ['report', ...args], cwd: ROOT, ...(input !== undefined && { input }) });
  const code = await run(session);
  return { code, page: session.printed(), complained: session.complained() };
}

/** Every capture of the fixtures, by its path from the root. */
export function fixtureFiles(): readonly string[] {
  return readdirSync(join(ROOT, 'fixtures'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'SOURCES.md' && !/[/]expected\b/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .sort();
}
