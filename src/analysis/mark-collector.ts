import type { EventRun } from '../intake/event-run.ts';
import type { ClockDomain } from '../intake/event-stream.ts';
import type { InputReport } from '../intake/input.ts';
import type { TraceEvent } from '../model/event.ts';
import { formatTime, nanoseconds } from '../model/time.ts';
import type { ErrorMark, GapMark, TimelineMarks } from '../model/timeline-marks.ts';
import type { CaptureGap } from '../replay/observation.ts';
import { StatsTimeline } from './stats-timeline.ts';

/** Gaps that are kept with their times. */
const MOST_GAPS = 200;
/** Times at which errors of one lane are shown. */
const MOST_ERRORS = 200;

/** Collects gaps and IOMMU errors for the timeline of a capture, in bounded memory. */
export class MarkCollector {
  readonly #gaps: CaptureGap[] = [];
  /** By the first input of each lane: the clocks of lanes differ. */
  readonly #errors: Readonly<Record<ClockDomain, Map<number, StatsTimeline>>> = { log: new Map(), trace: new Map() };
  readonly #firstOfLane = new Map<string, number>();
  readonly #inputs: Readonly<Record<ClockDomain, Set<number>>> = { log: new Set(), trace: new Set() };
  #reports: readonly InputReport[] = [];
  #domain: ClockDomain = 'log';

  addEvents(run: EventRun, reports: readonly InputReport[], domain: ClockDomain): void {
    this.#reports = reports;
    this.#domain = domain;
    for (let index = 0; index < run.length; index += 1) {
      if (run.rowAt(index) >= 0) this.#addInput(run.source?.origin.input, domain);
      else this.#addEvent(run.at(index), domain);
    }
  }

  #addEvent(event: TraceEvent | undefined, domain: ClockDomain): void {
    if (event?.time === undefined || this.#reports[event.source.input]?.scale.unit !== 'seconds') return;
    this.#addInput(event.source.input, domain);
    if (event.kind === 'iommu-error') this.#errorsOf(event, domain).addFault(event.time);
  }

  #errorsOf({ lane, laneName = '', source: { input } }: TraceEvent, domain: ClockDomain): StatsTimeline {
    const key = `${domain}/${lane}/${laneName}`;
    const first = this.#firstOfLane.get(key) ?? input;
    this.#firstOfLane.set(key, first);
    const known = this.#errors[domain].get(first);
    if (known !== undefined) return known;
    const fresh = new StatsTimeline();
    this.#errors[domain].set(first, fresh);
    return fresh;
  }

  /** Rows have times in seconds. */
  #addInput(input: number | undefined, domain: ClockDomain): void {
    if (input !== undefined) this.#inputs[domain].add(input);
  }

  addGap(gap: CaptureGap): void {
    if (this.#gaps.length < MOST_GAPS && gap.event.time !== undefined) this.#gaps.push(gap);
  }

  /** Of the clock that `Stats` shows: the trace's, if there is one. */
  finish(): TimelineMarks {
    const inputs = this.#inputs[this.#domain];
    return {
      gaps: this.#gaps.flatMap((gap) => (inputs.has(gap.event.source.input) ? this.#gapMark(gap) : [])),
      errors: [...this.#errors[this.#domain]].flatMap(([input, timeline]) => this.#errorMarks(input, timeline)),
      epochs: new Map([...inputs].map((input) => [input, this.#reports[input]?.scale.epoch ?? 0])),
    };
  }

  #gapMark({ event, since, lost }: CaptureGap): GapMark[] {
    const until = this.#timeText(event.source.input, event.time);
    const from = Number.isFinite(since) ? this.#timeText(event.source.input, since) : undefined;
    if (until === undefined) return [];
    return [
      {
        input: event.source.input,
        line: event.source.line,
        ...(from !== undefined && { since: from }),
        until,
        ...(event.cpu !== undefined && { cpu: event.cpu }),
        ...(lost !== undefined && { lost }),
      },
    ];
  }

  #errorMarks(input: number, { start, steps, stepNs }: StatsTimeline): ErrorMark[] {
    if (start === undefined) return [];
    const size = Math.max(1, Math.ceil(steps.length / MOST_ERRORS));
    const marks: ErrorMark[] = [];
    for (let first = 0; first < steps.length; first += size) {
      const count = steps.slice(first, first + size).reduce((sum, { faults }) => sum + faults, 0);
      const time = this.#timeText(input, start + first * stepNs);
      if (count > 0 && time !== undefined) marks.push({ input, time, count });
    }
    return marks;
  }

  #timeText(input: number, time: number | undefined): string | undefined {
    const scale = this.#reports[input]?.scale;
    if (time === undefined || scale?.unit !== 'seconds') return undefined;
    return formatTime(nanoseconds(time), { ...scale, digits: 9 });
  }
}
