#!/usr/bin/env node
import * as nodeModule from 'node:module';
import * as v8 from 'node:v8';
import { VERSION } from './base/version.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `faultlog: needs Node 22.15 or newer, this is ${process.version}\n` +
      '          In a checkout, npx faultlog runs it on the Node that npm ci installed.\n',
  );
  process.exitCode = 2;
} else if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2] ?? '')) {
  // Asked for by scripts before each run: the table of commands takes longer than the rest of it.
  process.stdout.on('error', () => {
    process.exitCode = 141;
  });
  process.stdout.write(`${VERSION}\n`);
} else {
  nodeModule.enableCompileCache();
  // What is in flight outlives the young generation, which then only grows: 204 MB without this, 136 with it on 100 MB of
  // page requests, in the same time. `src/cli/young-generation.ts` makes it larger once for large inputs.
  v8.setFlagsFromString('--semi-space-growth-factor=1');
  // The old generation may grow to 2.5 times what lives in it rather than 4 times: 180 MB instead of 225 where every message is
  // probed on several hops, for a sixth more CPU time there.
  v8.setFlagsFromString('--heap-growing-percent=150');
  // Late, so that the compile cache serves everything behind this line.
  const { start } = await import('./cli/start.ts');
  const worker = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
  await start(worker, async () => (await import('../parsers/registry.ts')).registry);
}
