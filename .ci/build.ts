/**
 * Bundles the program, its thread and the library into dist/: three entries with lazily loaded parts, so that start-up loads what a command
 * needs. Packages stay outside: what package.json depends on is what runs.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { registry } from '../parsers/registry.ts';
import { manualPages } from '../src/cli/manual/manual.ts';
import { baselineSchema } from '../src/config/baseline.ts';
import { configSchema } from '../src/config/schema.ts';
import { outcomeSchema } from '../src/fleet/outcome.ts';
import { fleetReportSchema } from '../src/fleet/report-schema.ts';
import { fleetTaskSchema } from '../src/fleet/task.ts';
import { comparisonSchema } from '../src/model/comparison.ts';
import { eventRowSchema } from '../src/model/event-schema.ts';
import { groupRowSchema } from '../src/model/group.ts';
import { resultSchema, SCHEMA_VERSION } from '../src/model/result.ts';
import { statsSchema } from '../src/model/stats.ts';
import { checkRecordSchema } from '../src/report/jsonl-schema.ts';
import { writeTypes } from './build-types.ts';
import { BUNDLE_OPTIONS, NEVER_LOADED } from './bundle-options.ts';
import { bundledLicences } from './bundled-licences.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist`;

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  ...BUNDLE_OPTIONS,
  absWorkingDir: root,
  entryPoints: { faultlog: 'src/main.ts', index: 'src/index.ts', worker: 'src/worker.ts' },
  outdir,
  // What the terminal UI needs is bundled, because Node takes twice as long to find and compile its 400 files, and an
  // installation is smaller by 22 MB without them.
  external: [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies), ...NEVER_LOADED],
  splitting: true,
  chunkNames: 'parts/[name]-[hash]',
  target: 'node22.15',
  // Bundled CommonJS asks for modules of Node with `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
});
writeFileSync(`${outdir}/modules.json`, `${JSON.stringify(modulesOf(metafile), undefined, 1)}\n`);
writeFileSync(`${outdir}/LICENSES.txt`, bundledLicences(root, metafile));
writeSchemas();
writeTypes(root);
writeManual();
chmodSync(`${outdir}/faultlog.js`, 0o755);

/** Source files of every output file, so that a test can say what a command loads. Not part of the package. */
function modulesOf({ outputs }: Metafile): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(outputs).map(([path, { inputs }]) => [path.replace(/^dist\//, ''), Object.keys(inputs)]),
  );
}

/** JSON Schema of every shape that crosses the boundary, generated from the zod schemas. */
function writeSchemas(): void {
  const schemas = {
    config: z.toJSONSchema(configSchema, { io: 'input' }),
    baseline: z.toJSONSchema(baselineSchema, { io: 'input' }),
    result: z.toJSONSchema(resultSchema),
    'check-record': z.toJSONSchema(checkRecordSchema),
    event: z.toJSONSchema(eventRowSchema),
    group: z.toJSONSchema(groupRowSchema),
    stats: z.toJSONSchema(statsSchema),
    diff: z.toJSONSchema(comparisonSchema),
    'fleet-task': z.toJSONSchema(fleetTaskSchema),
    'fleet-outcome': z.toJSONSchema(outcomeSchema),
    'fleet-report': z.toJSONSchema(fleetReportSchema),
  };
  mkdirSync(`${outdir}/schema`, { recursive: true });
  for (const [name, schema] of Object.entries(schemas)) {
    const text = JSON.stringify({ $id: `faultlog-${name}-v${SCHEMA_VERSION}`, ...schema }, undefined, 2);
    writeFileSync(`${outdir}/schema/${name}.json`, `${text}\n`);
  }
}

/** `man ./faultlog-check.1` in `dist/man`; package.json lists them for `man faultlog-check` after an installation. */
function writeManual(): void {
  mkdirSync(`${outdir}/man`, { recursive: true });
  const pages = manualPages(registry, { version: manifest.version, date: sourceDate() });
  for (const [name, page] of pages) writeFileSync(`${outdir}/man/${name}`, page);
}

/** The day of the sources, so that the same sources give the same pages; today where it is not known. */
function sourceDate(): string {
  const { SOURCE_DATE_EPOCH: epoch } = process.env;
  if (epoch !== undefined) return new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
  const commit = spawnSync('git', ['-C', root, 'log', '-1', '--format=%cs'], { encoding: 'utf8' });
  return commit.status === 0 ? commit.stdout.trim() : new Date().toISOString().slice(0, 10);
}
