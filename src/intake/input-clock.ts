import { type FramedLine, type LineClock, STEP_DIGITS } from '../model/parser.ts';
import { type ClockScale, type ClockUnit, type Nanoseconds, NS_PER_SECOND, nanoseconds } from '../model/time.ts';

const SECONDS_PER_DAY = 86_400;
/** A date without a year that lies this far back is of the next year. */
const YEAR_END_SECONDS = 180 * SECONDS_PER_DAY;
const YEAR_SECONDS = 366 * SECONDS_PER_DAY;

/**
 * Makes the printed times of one input relative to the whole seconds (or ticks) of its first event. A line of
 * another unit or another clock than the first one's has no time.
 */
export class InputClock {
  #unit: ClockUnit = 'none';
  #kind: LineClock = 'own';
  /** Seconds of the years that have ended since the first line, for dates without a year. */
  #years = 0;
  #last = 0;
  #epoch = 0;
  #digits = 0;

  /** Time of a line relative to the epoch, which the first call with a time sets. */
  read(framed: FramedLine): Nanoseconds | undefined {
    const { seconds, digits } = framed;
    if (Number.isNaN(seconds)) return undefined;
    const unit = unitOf(digits);
    if (this.#unit === 'none') {
      this.#unit = unit;
      this.#kind = framed.clock;
      this.#epoch = seconds;
    } else if (this.#unit !== unit || this.#kind !== framed.clock) return undefined;
    if (digits > this.#digits) this.#digits = digits;
    const whole = seconds - this.#epoch + (framed.clock === 'yearless' ? this.#yearsAt(seconds) : 0);
    return nanoseconds(unit === 'ticks' ? whole : whole * NS_PER_SECOND + framed.nanos);
  }

  /** True once the clock counts seconds since boot in microseconds: `timeOf` then gives what `read` would. */
  get isOfMicroseconds(): boolean {
    return this.#unit === 'seconds' && this.#kind === 'own' && this.#digits >= 6;
  }

  /** Time of a line of six digits. */
  timeOf(seconds: number, nanos: number): Nanoseconds {
    return nanoseconds((seconds - this.#epoch) * NS_PER_SECOND + nanos);
  }

  #yearsAt(seconds: number): number {
    if (seconds < this.#last - YEAR_END_SECONDS) this.#years += YEAR_SECONDS;
    else if (seconds > this.#last + YEAR_END_SECONDS && this.#years > 0) this.#years -= YEAR_SECONDS;
    this.#last = seconds;
    return this.#years;
  }

  /** Scale of the times relative to `epoch`, by default the clock's own. */
  scale(epoch: number = this.#epoch): ClockScale {
    return { unit: this.#unit, epoch: this.#unit === 'none' ? 0 : epoch, digits: this.#digits };
  }

  /** What to add to a time of this clock to make it relative to `epoch`. */
  shiftTo(epoch: number): number {
    if (this.#unit === 'none') return 0;
    const whole = this.#epoch - epoch;
    return this.#unit === 'ticks' ? whole : whole * NS_PER_SECOND;
  }
}

function unitOf(digits: number): ClockUnit {
  if (digits === STEP_DIGITS) return 'steps';
  return digits < 0 ? 'ticks' : 'seconds';
}
