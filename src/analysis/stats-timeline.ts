/** Steps that are kept; when the capture outgrows them, pairs of them become one. */
const FINE_STEPS = 4096;
const FIRST_STEP_NS = 1024;

export interface FineStep {
  /** Groups that were sealed: their last request came. */
  groups: number;
  answers: number;
  faults: number;
  /** Groups that came into flight less those that left it. */
  rise: number;
  /** What the changes of this step add to the time in flight until its end, in nanoseconds. */
  riseNs: number;
}

/** Depth of a step: groups in flight. */
export interface Depth {
  readonly mean: number;
  /** The most at once, as far as steps of 1/2048 of the capture tell. */
  readonly peak: number;
}

/**
 * What happened when, in bounded memory: steps of equal length, twice as long whenever the capture outgrows
 * them. Times are nanoseconds and may come in any order; each is counted in constant time.
 */
export class StatsTimeline {
  stepNs = FIRST_STEP_NS;
  #first: number | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #steps: FineStep[] = [];

  /** Start of the first step; undefined without any time. */
  get start(): number | undefined {
    return this.#first;
  }

  /** The latest time seen. */
  get last(): number {
    return this.#last;
  }

  /** The capture covers this time, whatever happened then. */
  cover(time: number): void {
    this.#at(time);
  }

  get steps(): readonly FineStep[] {
    return this.#steps;
  }

  addFault(time: number): void {
    this.#at(time).faults += 1;
  }

  /** A group in flight from `sealed` to `ended`; undefined: to the end of the capture. */
  addGroup(sealed: number, ended: number | undefined, isAnswered: boolean): void {
    this.#at(sealed).groups += 1;
    this.#change(sealed, 1);
    if (ended === undefined) return;
    if (isAnswered) this.#at(ended).answers += 1;
    this.#change(ended, -1);
  }

  /** Takes in what another one has, its times moved: as exactly as its steps are long. */
  absorb(other: StatsTimeline, move: (time: number) => number): void {
    for (const [index, { groups, answers, faults, rise }] of other.#steps.entries()) {
      if (groups === 0 && answers === 0 && faults === 0 && rise === 0) continue;
      const time = move((other.#first ?? 0) + index * other.stepNs);
      const step = this.#at(time);
      step.groups += groups;
      step.answers += answers;
      step.faults += faults;
      this.#change(time, rise);
    }
  }

  /** Groups in flight in `count` neighbouring steps from each multiple of `count` on. */
  depths(count: number): readonly Depth[] {
    const depths: Depth[] = [];
    let depth = 0;
    for (let first = 0; first < this.#steps.length; first += count) {
      let flightNs = 0;
      let peak = depth;
      for (const step of this.#steps.slice(first, first + count)) {
        flightNs += depth * this.stepNs + step.riseNs;
        const opened = step.groups === step.rise ? step.groups : 0;
        peak = Math.max(peak, depth + opened, depth + step.rise, step.groups > 0 ? 1 : 0);
        depth += step.rise;
      }
      const start = (this.#first ?? 0) + first * this.stepNs;
      const end = start + count * this.stepNs;
      const lengthNs = Math.min(end, this.#last) - start;
      const stepEnd = Math.min(end, (this.#first ?? 0) + this.#steps.length * this.stepNs);
      // What is open at the capture's end is not in flight beyond it.
      flightNs -= depth * Math.max(0, stepEnd - Math.max(this.#last, start));
      depths.push({ mean: lengthNs > 0 ? Math.max(0, flightNs / lengthNs) : depth, peak });
    }
    return depths;
  }

  #change(time: number, rise: number): void {
    const step = this.#at(time);
    step.rise += rise;
    step.riseNs += rise * ((this.#first ?? 0) + (this.#index(time) + 1) * this.stepNs - time);
  }

  #at(time: number): FineStep {
    this.#first ??= time;
    this.#last = Math.max(this.#last, time);
    while (time < this.#first) this.#extendBack();
    while (this.#index(time) >= FINE_STEPS) this.#halve();
    const index = this.#index(time);
    while (this.#steps.length <= index) this.#steps.push(emptyStep());
    return this.#steps[index] ?? emptyStep();
  }

  #index(time: number): number {
    return Math.floor((time - (this.#first ?? 0)) / this.stepNs);
  }

  /** Puts as many steps in front as there are. */
  #extendBack(): void {
    const count = Math.max(1, this.#steps.length);
    this.#first = (this.#first ?? 0) - count * this.stepNs;
    this.#steps = [...Array.from({ length: count }, emptyStep), ...this.#steps];
    while (this.#steps.length > FINE_STEPS) this.#halve();
  }

  #halve(): void {
    const halved: FineStep[] = [];
    for (let index = 0; index < this.#steps.length; index += 2) {
      const first = this.#steps[index] ?? emptyStep();
      const second = this.#steps[index + 1] ?? emptyStep();
      halved.push({
        groups: first.groups + second.groups,
        answers: first.answers + second.answers,
        faults: first.faults + second.faults,
        rise: first.rise + second.rise,
        riseNs: first.riseNs + first.rise * this.stepNs + second.riseNs,
      });
    }
    this.#steps = halved;
    this.stepNs *= 2;
  }
}

function emptyStep(): FineStep {
  return { groups: 0, answers: 0, faults: 0, rise: 0, riseNs: 0 };
}
