import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The bodies of the fenced blocks of one language, in order. */
export function blocksOf(markdown: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...markdown.matchAll(fence)].map((match) => match[1] ?? '');
}

/** The commands of a console block: its lines that start with `$ `. */
export function commandsOf(block: string): string[] {
  return block.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
}

/**
 * Runs the commands in one shell in the root of the repository, with the built program as `faultlog` on the Node that
 * runs the test, and returns what a terminal would show: each command behind `$ ` and its output; `$?` is that of the
 * command before.
 */
export function consoleOf(commands: readonly string[]): string {
  const bin = mkdtempSync(join(tmpdir(), 'faultlog-readme-'));
  try {
    symlinkSync(join(ROOT, 'dist/faultlog.js'), join(bin, 'faultlog'));
    const script = commands.map((command) => {
      const shown = command.replaceAll("'", "'\\''");
      return `printf '%s\\n' '$ ${shown}'\n(exit $code)\n${command.replaceAll('npx faultlog', 'faultlog')}\ncode=$?`;
    });
    const path = [bin, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
    const env = { PATH: path, LC_ALL: 'C', TZ: 'UTC', NO_COLOR: '1', HOME: bin };
    const run = spawnSync('bash', ['-c', `exec 2>&1\ncode=0\n${script.join('\n')}`], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    });
    return run.stdout;
  } finally {
    rmSync(bin, { recursive: true });
  }
}
