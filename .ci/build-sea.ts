/**
 * Builds one executable file for linux-x64, which needs no Node: the program and all packages in one module, put into a Node
 * binary by Node's own `--build-sea`. Node 26 does that for ES modules; NODE_SEA names one, else npm brings it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
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
  plugins: [emptyModules(NEVER_LOADED)],
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

/** An executable finds no packages: what is never loaded is a module without anything. */
function emptyModules(names: readonly string[]): Plugin {
  return {
    name: 'empty modules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path }) => (names.includes(path) ? { path, namespace: 'empty' } : undefined));
      onLoad({ filter: /./, namespace: 'empty' }, () => ({ contents: 'export default undefined;' }));
    },
  };
}
