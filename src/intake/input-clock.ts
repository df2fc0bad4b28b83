import type { FramedLine } from '../model/parser.ts';
import { type ClockScale, type ClockUnit, type Nanoseconds, NS_PER_SECOND, nanoseconds } from '../model/time.ts';

/**
 * Makes the printed times of one input relative to the whole seconds (or ticks) of its first event. A line of
 * another unit than the first one's has no time.
 */
export class InputClock {
  #unit: ClockUnit = 'none';
  #epoch = 0;
  #digits = 0;

  /** Time of a line relative to the epoch, which the first call with a time sets. */
  read(framed: FramedLine): Nanoseconds | undefined {
    const { seconds, digits } = framed;
    if (Number.isNaN(seconds)) return undefined;
    const unit = digits < 0 ? 'ticks' : 'seconds';
    if (this.#unit === 'none') {
      this.#unit = unit;
      this.#epoch = seconds;
    } else if (this.#unit !== unit) return undefined;
    if (digits > this.#digits) this.#digits = digits;
    const whole = seconds - this.#epoch;
    return nanoseconds(digits < 0 ? whole : whole * NS_PER_SECOND + framed.nanos);
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
