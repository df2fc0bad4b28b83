import type { EventFacts } from '../filter/facts.ts';
import type { FilterWords } from '../filter/filter.ts';
import { verdictsOf } from '../filter/verdicts.ts';
import { deviceOf, hopOf, saysLast } from '../format/event-row.ts';
import { type ClockScale, NS_PER_SECOND } from '../model/time.ts';
import { placeOf } from './chunked-table.ts';
import type { EventShape } from './event-shape.ts';
import type { ScaleOf } from './event-store.ts';
import type { Actor, EventChunk, EventTables } from './event-tables.ts';
import type { GroupCursor } from './group-cursor.ts';

/** What the cursors need besides the tables. */
export interface CursorContext {
  readonly scaleOf: ScaleOf;
  readonly words: FilterWords;
  /** Name of an input, as shown. */
  inputName(input: number): string;
  /** Ids of the rules whose findings rest on an event. */
  findingsAt(row: number): readonly string[];
}

/** One event of the tables after the other, read as it is asked for: nothing is made for a row that a filter passes over. */
export class EventCursor implements EventFacts {
  readonly #tables: EventTables;
  readonly #context: CursorContext;
  readonly #instance: GroupCursor;
  /** By number of the shape. */
  readonly #known: ShapeFacts[] = [];
  #row = 0;
  #at = 0;
  #chunk: EventChunk | undefined;
  #shape: EventShape | undefined;
  #facts: ShapeFacts = NO_FACTS;

  constructor(tables: EventTables, instance: GroupCursor, context: CursorContext) {
    this.#tables = tables;
    this.#instance = instance;
    this.#context = context;
  }

  moveTo(row: number): this {
    this.#row = row;
    this.#at = placeOf(row);
    this.#chunk = this.#tables.rows.chunkOf(row);
    const number = this.#chunk?.shape.at(this.#at) ?? 0;
    this.#shape = this.#tables.shapes.at(number);
    this.#facts = this.#known[number] ?? this.#learn(number, this.#shape);
    return this;
  }

  get kind(): string {
    return this.#shape?.kind ?? '';
  }

  get inputName(): string {
    return this.#context.inputName(this.#shape?.input ?? 0);
  }

  get line(): number {
    return this.#chunk?.line.at(this.#at) ?? 0;
  }

  get seconds(): number | undefined {
    return wholeSeconds(this.#time, this.#context.scaleOf(this.#shape?.input ?? 0));
  }

  get nanos(): number {
    return nanosOf(this.#time, this.#context.scaleOf(this.#shape?.input ?? 0));
  }

  get cpu(): number | undefined {
    return this.#actor?.cpu;
  }

  get task(): string | undefined {
    return this.#actor?.task;
  }

  get pid(): number | undefined {
    return this.#actor?.pid;
  }

  get lane(): string {
    return this.#facts.lane;
  }

  get hop(): string | undefined {
    return this.#facts.hop;
  }

  get dialect(): string {
    return this.#shape?.dialect ?? '';
  }

  get probe(): string | undefined {
    return this.#shape?.probe;
  }

  get iommu(): string | undefined {
    return this.#shape?.iommu;
  }

  get device(): string | undefined {
    return this.#facts.device;
  }

  get pasid(): number | undefined {
    if (this.#shape?.hasPasid !== true) return undefined;
    return this.#shape.details?.pasid ?? this.#chunk?.pasid.at(this.#at);
  }

  get prgi(): number | undefined {
    if (this.#shape?.hasPrgi !== true) return undefined;
    return this.#shape.details?.prgi ?? this.#chunk?.prgi.at(this.#at);
  }

  get address(): bigint | undefined {
    const shape = this.#shape;
    if (shape?.hasAddress !== true || this.#chunk === undefined) return undefined;
    const digits = shape.details?.addressDigits;
    const high = BigInt(this.#chunk.addressHigh.at(this.#at));
    const printed =
      digits === undefined ? (high << 32n) | BigInt(this.#chunk.addressLow.at(this.#at)) : BigInt(`0x${digits}`);
    return printed << BigInt(shape.addressShift);
  }

  get access(): string | undefined {
    return this.#shape?.access;
  }

  get isLast(): boolean | undefined {
    return this.#facts.isLast;
  }

  get isStall(): boolean {
    return this.#shape?.isStall === true;
  }

  get code(): string | undefined {
    return this.#shape?.code;
  }

  get rawCode(): number | undefined {
    return this.#shape?.rawCode;
  }

  get sequence(): number | undefined {
    if (this.#shape?.hasSequence !== true) return undefined;
    return this.#shape.details?.sequence ?? this.#chunk?.sequence.at(this.#at);
  }

  get reason(): string | undefined {
    return this.#shape?.details?.reason;
  }

  get vendorReason(): string | undefined {
    return this.#shape?.details?.vendorReason;
  }

  get lost(): number | undefined {
    return this.#shape?.details?.lost;
  }

  get instance(): GroupCursor | undefined {
    const link = this.#tables.links.chunkOf(this.#row)?.instance.at(this.#at) ?? 0;
    return link === 0 ? undefined : this.#instance.moveTo(link - 1);
  }

  get findings(): readonly string[] {
    return this.#context.findingsAt(this.#row);
  }

  get verdicts(): readonly string[] {
    const { findings, instance } = this;
    if (findings.length === 0 && instance !== undefined) return instance.verdicts;
    return verdictsOf(instance?.state, [...findings, ...(instance?.findings ?? [])], this.#context.words);
  }

  #learn(number: number, shape: EventShape | undefined): ShapeFacts {
    if (shape === undefined) return NO_FACTS;
    const facts: ShapeFacts = {
      lane: laneOf(shape),
      hop: hopOf(shape),
      device: deviceOf(shape),
      isLast: saysLast(shape.kind, shape.hasPrgi) ? shape.isLast : undefined,
    };
    this.#known[number] = facts;
    return facts;
  }

  get #time(): number {
    return this.#chunk?.time.at(this.#at) ?? Number.NaN;
  }

  get #actor(): Actor | undefined {
    return this.#chunk === undefined ? undefined : this.#tables.actors.at(this.#chunk.actor.at(this.#at));
  }
}

/** What follows from a shape alone. */
interface ShapeFacts {
  readonly lane: string;
  readonly hop: string | undefined;
  readonly device: string | undefined;
  readonly isLast: boolean | undefined;
}

const NO_FACTS: ShapeFacts = { lane: '', hop: undefined, device: undefined, isLast: undefined };

/** `host`, `guest:vm3`. */
export function laneOf({ lane, laneName }: Pick<EventShape, 'lane' | 'laneName'>): string {
  return laneName === undefined ? lane : `${lane}:${laneName}`;
}

/** Whole seconds, or ticks, on the capture's clock; undefined without one. */
export function wholeSeconds(time: number, scale: ClockScale | undefined): number | undefined {
  if (Number.isNaN(time) || scale === undefined || scale.unit === 'none') return undefined;
  return scale.epoch + (scale.unit === 'ticks' ? time : Math.floor(time / NS_PER_SECOND));
}

/** Nanoseconds within the second. */
export function nanosOf(time: number, scale: ClockScale | undefined): number {
  if (Number.isNaN(time) || scale?.unit === 'ticks') return 0;
  return time - Math.floor(time / NS_PER_SECOND) * NS_PER_SECOND;
}
