import type { FramedLine } from '../../../src/model/parser.ts';
import type { CycleScale, Recording } from './recording.ts';

/** Clocks whose numbers trace-cmd takes for nanoseconds (lib/trace-cmd/trace-input.c of 3.4, extract_trace_clock). */
const NANOSECOND_CLOCKS: ReadonlySet<string> = new Set(['local', 'global', 'uptime', 'perf', 'tsc2nsec', 'tai']);

const NANOS_PER_SECOND = 1_000_000_000n;

/** Turns record times into what `trace-cmd report` prints: microseconds, or the bare number of any other clock. */
export class RecordClock {
  readonly isSeconds: boolean;
  readonly #raw: bigint;
  readonly #cycles: CycleScale | undefined;
  readonly #offset: bigint;
  #seconds: number;
  /** Of the base within its second. */
  #nanos: number;
  readonly #base: bigint;

  /** `base` is the clock's value that record times are relative to. */
  constructor(recording: Recording, base: bigint) {
    const { clock, cycles } = recording;
    this.isSeconds =
      cycles !== undefined || clock === undefined || clock.startsWith('mono') || NANOSECOND_CLOCKS.has(clock);
    this.#raw = base;
    this.#cycles = cycles;
    this.#offset = recording.timeOffset;
    this.#base = this.#convert(base);
    this.#seconds = Number(this.#base / NANOS_PER_SECOND);
    this.#nanos = Number(this.#base % NANOS_PER_SECOND);
  }

  #convert(value: bigint): bigint {
    const cycles = this.#cycles;
    const time = cycles === undefined ? value : (value * BigInt(cycles.multiplier)) >> BigInt(cycles.shift & 63);
    return time + this.#offset;
  }

  /** Sets the time of `out` to that of a record, rounded to what the text shows. */
  set(time: number, out: FramedLine): void {
    const relative = this.#cycles === undefined ? time : this.#relativeOfCycles(time);
    if (!this.isSeconds) {
      out.seconds = Number(this.#base + BigInt(Math.round(relative)));
      out.nanos = 0;
      out.digits = -1;
      return;
    }
    const micros = Math.floor((this.#nanos + relative + 500) / 1000);
    const seconds = Math.floor(micros / 1e6);
    out.seconds = this.#seconds + seconds;
    out.nanos = (micros - seconds * 1e6) * 1000;
    out.digits = 6;
  }

  #relativeOfCycles(time: number): number {
    return Number(this.#convert(this.#raw + BigInt(Math.round(time))) - this.#base);
  }
}
