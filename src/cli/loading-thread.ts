import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { CaptureUpdate } from '../store/capture.ts';
import type { StoreDelta } from '../store/store-delta.ts';
import type { LimitOptions } from './command-options.ts';

/** What a thread is to load: as the command was given it. */
export interface LoadingTask {
  readonly files: readonly string[];
  readonly options: LimitOptions;
  readonly cwd: string;
}

/** What a thread says of the capture that it loads. */
export interface LoadingNews {
  /** Absent where the thread could say no more. */
  readonly delta?: StoreDelta;
  readonly update: CaptureUpdate;
}

export interface LoadingThread {
  onNews(listener: (news: LoadingNews) => void): void;
  stop(): void;
}

/**
 * Of the young generation of the thread: what is in flight outlives a smaller one and is then collected slowly, a larger one
 * only takes memory.
 */
const YOUNG_MB = 32;

/**
 * Starts a thread that loads a capture.
 *
 * @param program the file that the thread runs (`src/worker.ts`); undefined is returned where there is none
 */
export function startLoading(program: URL | undefined, task: LoadingTask): LoadingThread | undefined {
  if (program === undefined || !existsSync(program)) return undefined;
  const worker = new Worker(program, {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    // The terminal belongs to the UI.
    stdout: true,
    stderr: true,
  });
  return {
    onNews(listener) {
      worker.on('message', (news: LoadingNews) => listener(news));
      worker.on('error', (error: unknown) => {
        listener({ update: { error: error instanceof Error ? error.message : String(error) } });
      });
    },
    stop() {
      void worker.terminate();
    },
  };
}
