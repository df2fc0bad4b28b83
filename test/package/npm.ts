import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** npm's own entry, which runs on any Node that npm supports. */
const NPM = npmEntry();

export interface NpmPlace {
  readonly cwd: string;
  /** The Node that npm and what it starts run on; that of the test where absent. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs npm without the settings that a surrounding `npm run` leaves in the environment. */
export function npm(
  args: readonly string[],
  { cwd, node = process.execPath, env }: NpmPlace,
): SpawnSyncReturns<string> {
  return spawnSync(node, [NPM, ...args], {
    cwd,
    env: {
      ...environment(node),
      ...env,
    },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
}

/** The environment of this process, less what a surrounding npm, a test runner or a pipeline put into it. */
export function environment(node: string): Record<string, string> {
  const foreign = /^npm_|^NODE_OPTIONS$|^VITEST|^GITHUB_|^GITLAB_|^CI$/i;
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || foreign.test(name) ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(inherited),
    PATH: [dirname(node), process.env.PATH ?? ''].join(delimiter),
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
}

/** The same, and its standard output; throws with what npm printed if it fails. */
export function npmOutput(args: readonly string[], place: NpmPlace): string {
  const { status, stdout, stderr } = npm(args, place);
  if (status !== 0) throw new Error(`npm ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** Why the npm registry cannot be used; undefined if it can. */
export function whyOffline(): string | undefined {
  const place = { cwd: '/', env: { npm_config_fetch_retries: '0', npm_config_fetch_timeout: '10000' } };
  return npm(['ping', '--silent'], place).status === 0 ? undefined : 'the npm registry cannot be reached';
}

/** A folder with a manifest of its own, so that npm does not look above it. */
export function cleanFolder(path: string, manifest: object = {}): string {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), `${JSON.stringify({ private: true, ...manifest })}\n`);
  return path;
}

/** The program of one Node version, installed from the npm package `node` if the test does not run on it. */
export function installNode(version: string, parent: string): string {
  if (process.version === `v${version}`) return process.execPath;
  const folder = cleanFolder(join(parent, `node-${version}`), { allowScripts: { node: true } });
  npmOutput(['install', '--no-save', '--prefer-offline', `node@${version}`], { cwd: folder });
  return join(folder, 'node_modules/node/bin/node');
}

function npmEntry(): string {
  const { npm_execpath: running } = process.env;
  if (running?.endsWith('npm-cli.js') === true) return running;
  const found = spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim();
  return found === '' ? 'npm' : realpathSync(found);
}
