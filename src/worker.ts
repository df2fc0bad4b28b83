/** What a thread runs: reads ranges of files, or loads a capture for the thread that shows it. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadingTask } from './cli/loading-thread.ts';
import type { RangeWork } from './cli/range-threads.ts';

enableCompileCache();
const work: LoadingTask | RangeWork = workerData;
const { registry } = await import('../parsers/registry.ts');
if ('kind' in work) {
  const { serveRanges } = await import('./cli/serve-ranges.ts');
  if (parentPort !== null) serveRanges(parentPort, registry);
} else {
  const { serveLoading } = await import('./cli/serve-loading.ts');
  await serveLoading(
    work,
    async () => registry,
    (news, owned) => parentPort?.postMessage(news, owned),
  );
}
