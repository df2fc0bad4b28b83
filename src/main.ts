import { enableCompileCache } from 'node:module';

enableCompileCache();
// Late, so that the compile cache serves everything behind this line.
const { start } = await import('./cli/start.ts');
await start(async () => (await import('../parsers/registry.ts')).registry);
