import { plural } from '../base/text.ts';
import type { InputSpec } from '../intake/input.ts';
import type { Session } from './session.ts';

const EVERY_MS = 200;

/** A line on standard error that says how far reading has come; silent where that is no terminal. */
export interface Progress {
  advance(bytes: number): void;
  end(): void;
}

export function startProgress(session: Session, inputs: readonly InputSpec[], isWanted: boolean): Progress {
  const { stderr } = session;
  if (!isWanted || !stderr.isTerminal) return { advance: () => undefined, end: () => undefined };
  const total = inputs.reduce((sum, input) => sum + (input.sizeBytes ?? Number.NaN), 0);
  const started = performance.now();
  let shownAt = started;
  let done = 0;
  let isShown = false;
  return {
    advance(bytes) {
      done += bytes;
      const now = performance.now();
      if (now - shownAt < EVERY_MS) return;
      shownAt = now;
      isShown = true;
      stderr.stream.write(`\r\x1b[K${progressLine(done, total, (now - started) / 1000, inputs.length)}`);
    },
    end() {
      if (isShown) stderr.stream.write('\r\x1b[K');
      isShown = false;
    },
  };
}

/** `12.0 of 400 MB, 180 MB/s, 3 s left`; without a total where one of the inputs has no known size (NaN). */
export function progressLine(doneBytes: number, totalBytes: number, seconds: number, inputs: number): string {
  const rate = doneBytes / seconds;
  const from = inputs > 1 ? ` of ${plural(inputs, 'input')}` : '';
  const speed = `${megabytes(rate)} MB/s`;
  if (Number.isNaN(totalBytes)) return `${megabytes(doneBytes)} MB${from} read, ${speed}`;
  const left = Math.max(0, Math.ceil((totalBytes - doneBytes) / rate));
  return `${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB${from} read, ${speed}, ${left} s left`;
}

function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
