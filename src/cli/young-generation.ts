import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Both halves together: for reading, and for writing tables, whose row groups leave more. */
export const YOUNG_BYTES = 8 * 1024 * 1024;
export const YOUNG_BYTES_OF_TABLES = 32 * 1024 * 1024;
/** Far more than it takes. */
const MOST_OBJECTS = 1_000_000;
const STEP = 2000;

/**
 * Makes the young generation large enough for what a step of reading leaves, which is 4 MB, and no larger: V8 starts with half a
 * megabyte and, left alone, grows to 16. Without it 100 MB of trace.dat take 1.7 times as long, and more memory, because nearly
 * everything moves to the old generation before it is done with. V8 has no call for that, but grows where much survives.
 */
export function growYoungGeneration(wantedBytes = YOUNG_BYTES): void {
  setFlagsFromString('--semi-space-growth-factor=4');
  const surviving: unknown[] = [];
  while (sizeOfYoung() < wantedBytes && surviving.length < MOST_OBJECTS) {
    for (let count = 0; count < STEP; count += 1) surviving.push({ count });
  }
  setFlagsFromString('--semi-space-growth-factor=1');
}

function sizeOfYoung(): number {
  return (
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ??
    Number.POSITIVE_INFINITY
  );
}
