/**
 * Builds one executable file for linux-x64, which needs no Node: the program and all packages in one module, put into a Node
 * binary by Node's own `--build-sea`. Node 26 does that for ES modules; NODE_SEA names one, else npm brings it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { BUNDLE_OPTIONS, NEVER_LOADED } from './bundle-options.ts';
import { bundledLicences } from './bundled-licences.ts';

const NODE = '26.10.0';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist/sea`;
const executable = `${outdir}/faultlog-linux-x64`;

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const { metafile } = await build({
  ...BUNDLE_OPTIONS,
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outfile: `${outdir}/faultlog.mjs`,
  plugins: [
    moduleInstead(NEVER_LOADED, () => 'export default undefined;'),
    moduleInstead(Object.keys(manifest.peerDependencies), missing),
  ],
  target: 'node26',
  // Bundled CommonJS asks for modules of Node with `require`; the executable has no files to ask for others.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(process.execPath);",
  },
});
writeFileSync(`${outdir}/LICENSES.txt`, bundledLicences(root, metafile));
writeFileSync(
  `${outdir}/config.json`,
  JSON.stringify({
    main: `${outdir}/faultlog.mjs`,
    mainFormat: 'module',
    output: executable,
    disableExperimentalSEAWarning: true,
  }),
);
const { NODE_SEA: node } = process.env;
const [program = '', ...before] =
  node === undefined ? ['npm', 'exec', '--yes', `--package=node@${NODE}`, '--', 'node'] : [node];
const made = spawnSync(program, [...before, '--build-sea', `${outdir}/config.json`], { cwd: root, stdio: 'inherit' });
if (made.status !== 0) throw new Error(`node --build-sea ended with ${made.status ?? made.signal}`);
for (const name of ['faultlog.mjs', 'config.json']) rmSync(`${outdir}/${name}`);
console.log(`${executable} (${Math.round(statSync(executable).size / 1e6)} MB)`);

/** An executable finds no packages: what stands in the place of the named ones. */
function moduleInstead(names: readonly string[], contents: (name: string) => string): Plugin {
  return {
    name: `instead of ${names.join(', ')}`,
    setup({ onResolve, onLoad }) {
      const namespace = `instead-of-${names.join('-')}`;
      onResolve({ filter: /./ }, ({ path }) => (names.includes(path) ? { path, namespace } : undefined));
      onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: contents(path) }));
    },
  };
}

/** What Node says of a package that is not installed; optional ones with native code cannot be put in. */
function missing(name: string): string {
  const message = `Cannot find package '${name}' in a single executable`;
  return `throw Object.assign(new Error(${JSON.stringify(message)}), { code: 'ERR_MODULE_NOT_FOUND' });\nexport {};`;
}
