/** `npm run test:fuzz [RUNS [SEED]]`: reads mutated fixtures and noise until one crashes, hangs or fills the memory. */
import fc from 'fast-check';
import { mutants } from './mutants.ts';
import { readMutant } from './read-mutant.ts';

const DEFAULT_RUNS = 100_000;
const MAX_HEAP_BYTES = 512 * 1024 * 1024;
const PROGRESS_RUNS = 5000;

const runs = Number(process.argv[2] ?? DEFAULT_RUNS);
const seed = Number(process.argv[3] ?? Date.now() % 0x7fffffff);
console.log(`${runs} inputs, seed ${seed}`);
let count = 0;
await fc.assert(
  fc.asyncProperty(mutants(), fc.integer({ min: 1, max: 5000 }), async (bytes, pieceBytes) => {
    await readMutant(bytes, Math.max(pieceBytes, 7));
    count += 1;
    if (count % PROGRESS_RUNS !== 0) return;
    const heap = process.memoryUsage().heapUsed;
    if (heap > MAX_HEAP_BYTES) throw new Error(`the heap has grown to ${heap} bytes`);
    console.log(`${count} read, heap ${Math.round(heap / 1024 / 1024)} MiB`);
  }),
  { numRuns: runs, seed },
);
console.log(`${count} inputs: no crash, no hang`);
