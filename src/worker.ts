/** What a thread runs: loads a capture for the thread that shows it. */
import { parentPort, workerData } from 'node:worker_threads';
import { registry } from '../parsers/registry.ts';
import type { LoadingTask } from './cli/loading-thread.ts';
import { serveLoading } from './cli/serve-loading.ts';

const task: LoadingTask = workerData;
await serveLoading(
  task,
  async () => registry,
  (news, owned) => parentPort?.postMessage(news, owned),
);
