import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  LEAST_RANGED_BYTES,
  type RangeOrder,
  type RangePacket,
  type RangeReaders,
  type RangeRequest,
} from '../intake/range-packet.ts';

/** More threads than this wait for the one that takes their packets. */
const MOST_THREADS = 8;
/** Ranges that a thread is given ahead, so that it need not wait for the next one. */
const AHEAD = 2;
const YOUNG_MB = 16;
const WORTH_A_CORE = 512 * 1024 * 1024;

/** What a thread that reads ranges is started with. */
export interface RangeWork {
  readonly kind: 'ranges';
}

export interface RangeReply {
  readonly number: number;
  /** Absent if the range could not be read. */
  readonly packet?: RangePacket;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, (packet: RangePacket | undefined) => void>;
}

/** Threads that read ranges of files, started when the first one is asked for. They do not keep the program alive. */
export class RangeThreads implements RangeReaders {
  readonly rangeBytes = 2 * 1024 * 1024;
  readonly leastBytes = LEAST_RANGED_BYTES;
  readonly #program: URL;
  readonly #count: number;
  #threads: Thread[] = [];
  #number = 0;
  /** Ranges that are read, or wait to be taken. */
  #held = 0;

  constructor(program: URL, count: number) {
    this.#program = program;
    this.#count = count;
  }

  read(request: RangeRequest): RangeOrder | undefined {
    if (this.#held >= (AHEAD + 1) * this.#count) return undefined;
    const thread = this.#idlest();
    if (thread === undefined) return undefined;
    this.#held += 1;
    this.#number += 1;
    const number = this.#number;
    const packet = new Promise<RangePacket | undefined>((resolve) => thread.waiting.set(number, resolve));
    thread.worker.ref();
    thread.worker.postMessage({ number, request });
    return {
      packet,
      done: () => {
        this.#held -= 1;
      },
    };
  }

  #idlest(): Thread | undefined {
    let idlest: Thread | undefined;
    for (const thread of this.#threads)
      if (idlest === undefined || thread.waiting.size < idlest.waiting.size) idlest = thread;
    if (this.#threads.length < this.#count && idlest?.waiting.size !== 0) idlest = this.#start();
    return idlest !== undefined && idlest.waiting.size < AHEAD ? idlest : undefined;
  }

  #start(): Thread {
    const work: RangeWork = { kind: 'ranges' };
    const worker = new Worker(this.#program, {
      workerData: work,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const thread: Thread = { worker, waiting: new Map() };
    const settle = (number: number, packet: RangePacket | undefined): void => {
      thread.waiting.get(number)?.(packet);
      thread.waiting.delete(number);
      if (thread.waiting.size === 0) worker.unref();
    };
    worker.on('message', ({ number, packet }: RangeReply) => settle(number, packet));
    // What a thread cannot do is done without it.
    const giveUp = (): void => {
      this.#threads = this.#threads.filter((each) => each !== thread);
      for (const number of [...thread.waiting.keys()]) settle(number, undefined);
    };
    worker.on('error', giveUp).on('exit', giveUp);
    this.#threads.push(thread);
    return thread;
  }
}

/**
 * Threads beside this one; undefined for none.
 *
 * @param jobs how many threads may work, this one included; undefined: as many as the machine can run, one where that is two and
 *   `bytes`, the size of the largest input, is below `WORTH_A_CORE`
 * @param program the file that they run; undefined where there is none
 */
export function rangeThreads(
  jobs: number | undefined,
  bytes: number,
  program: URL | undefined,
): RangeThreads | undefined {
  const count = Math.min(jobs ?? usualJobs(availableParallelism(), bytes), MOST_THREADS + 1) - 1;
  if (count < 1 || program === undefined || !existsSync(program)) return undefined;
  return new RangeThreads(program, count);
}

/**
 * A second thread on two cores has the collector's threads beside it. It gives nothing on 100 MB (dense: 1.1 s alone, 1.2 s with
 * it), and a sixth on 1 GB (dense 6.5 s and 5.6 s, dmesg 3.0 s and 2.5 s).
 */
function usualJobs(cores: number, bytes: number): number {
  return cores > 2 || bytes >= WORTH_A_CORE ? cores : 1;
}
