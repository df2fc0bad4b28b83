import type { InstanceFacts } from '../filter/facts.ts';
import { verdictsOf } from '../filter/verdicts.ts';
import type { CursorContext } from './event-cursor.ts';
import { laneOf, nanosOf, wholeSeconds } from './event-cursor.ts';
import type { EventStore } from './event-store.ts';
import type { GroupStore } from './group-store.ts';

/** One instance of the tables after the other, read as it is asked for. */
export class GroupCursor implements InstanceFacts {
  readonly #groups: GroupStore;
  readonly #events: EventStore;
  readonly #context: CursorContext;
  readonly #verdicts = new Map<string, readonly string[]>();
  #row = 0;

  constructor(groups: GroupStore, events: EventStore, context: CursorContext) {
    this.#groups = groups;
    this.#events = events;
    this.#context = context;
  }

  moveTo(row: number): this {
    this.#row = row;
    return this;
  }

  get inputName(): string {
    const start = this.#start;
    return start === undefined ? '' : this.#context.inputName(this.#events.shapeOf(start)?.input ?? 0);
  }

  get line(): number | undefined {
    return this.#start === undefined ? undefined : this.#events.lineOf(this.#start);
  }

  get seconds(): number | undefined {
    return wholeSeconds(this.#groups.startOf(this.#row), this.#scale);
  }

  get nanos(): number {
    return nanosOf(this.#groups.startOf(this.#row), this.#scale);
  }

  get lane(): string {
    const shape = this.#start === undefined ? undefined : this.#events.shapeOf(this.#start);
    return shape === undefined ? this.#groups.statusOf(this.#row).lane : laneOf(shape);
  }

  get device(): string | undefined {
    return this.#groups.deviceOf(this.#row) || undefined;
  }

  get pasid(): number | undefined {
    return this.#groups.pasidOf(this.#row);
  }

  get prgi(): number {
    return this.#groups.prgiOf(this.#row);
  }

  get ordinal(): number {
    return this.#groups.ordinalOf(this.#row);
  }

  get state(): string {
    return this.#groups.stateOf(this.#row);
  }

  get code(): string | undefined {
    return this.#answer?.code;
  }

  get rawCode(): number | undefined {
    return this.#answer?.rawCode;
  }

  get requests(): number {
    return this.#groups.requestsOf(this.#row);
  }

  get answeredBy(): string | undefined {
    return this.#groups.statusOf(this.#row).answeredBy;
  }

  get latencyNs(): number | undefined {
    const latency = this.#groups.latencyOf(this.#row);
    return Number.isNaN(latency) ? undefined : latency;
  }

  get owner(): string | undefined {
    return this.#groups.ownerOf(this.#row);
  }

  get findings(): readonly string[] {
    return this.#groups.findingsOf(this.#row);
  }

  get verdicts(): readonly string[] {
    const { state, findings } = this;
    const key = `${state} ${findings.join(' ')}`;
    let verdicts = this.#verdicts.get(key);
    if (verdicts === undefined) {
      verdicts = verdictsOf(state, findings, this.#context.words);
      this.#verdicts.set(key, verdicts);
    }
    return verdicts;
  }

  get #start(): number | undefined {
    return this.#groups.startEventOf(this.#row);
  }

  get #scale() {
    const start = this.#start;
    return start === undefined ? undefined : this.#context.scaleOf(this.#events.shapeOf(start)?.input ?? 0);
  }

  get #answer() {
    const response = this.#groups.responseOf(this.#row);
    return response === undefined ? undefined : this.#events.shapeOf(response);
  }
}
