import { closeSync, openSync, writeSync } from 'node:fs';
import { CaptureGenerator, HEADER } from './generate.ts';

const WRITE_BYTES = 1 << 20;
/** Lines between two answers that are given twice. */
const DOUBLED = 20_000;
/** Lines between two marks of lost events. */
const LOST = 750_000;

/**
 * Writes an ftrace capture of `events` page requests and responses in which now and then an answer is given twice and
 * events are lost; the same for the same seed. Gives its size in bytes.
 */
export function generateTroubled(path: string, events: number, seed: number): number {
  const capture = new CaptureGenerator('dense', seed);
  const file = openSync(path, 'w');
  let text = HEADER;
  let bytes = 0;
  let lastAnswer = '';
  const write = (): void => {
    bytes += writeSync(file, text);
    text = '';
  };
  for (let count = 1; count <= events; count += 1) {
    const isDoubled = count % DOUBLED === 0 && lastAnswer !== '';
    const line = isDoubled ? lastAnswer : capture.nextLine();
    if (line.includes('page_grp_resp')) lastAnswer = line;
    text += line;
    if (count % LOST === 0) text += `CPU:${(count / LOST) % 8} [LOST ${count % 997} EVENTS]\n`;
    if (text.length >= WRITE_BYTES) write();
  }
  for (const line of capture.remainingAnswers()) text += line;
  write();
  closeSync(file);
  return bytes;
}
