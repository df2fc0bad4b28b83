import { assertDefined } from '../base/assert.ts';
import type { TraceEvent } from '../model/event.ts';
import { type EventRows, LAST_REQUEST, type RowSource } from '../model/event-rows.ts';
import { pasid as toPasid, prgi as toPrgi } from '../model/ids.ts';
import type { IommuUnit, ReplayContext } from './context.ts';
import type { GapTracker } from './gaps.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { PlainAnswer } from './plain-answer.ts';
import { DELIVERED, LAST_OF_KEY, NONE, OPEN, PlainGroups, SlotList } from './plain-groups.ts';
import { collectObject, objectOf, openObject } from './plain-objects.ts';
import { type KeyState, keyOf, keyState, pasidState, type Requester } from './requester.ts';
import type { ResponseDescriptor } from './resubmissions.ts';
import { MAX_MEMBERS } from './table-sizes.ts';

export interface PlainSink {
  /** A group was sealed; it is kept as delivered until that is released. */
  sealed(slot: number): void;
  /** A group was answered, and no rule has anything to say of it. */
  answered(group: PlainAnswer): void;
}

/** What became of a row. `alone`: it is to be replayed as an event, which concerns no plain group; `event`: it may concern any. */
export type PlainOutcome = 'taken' | 'alone' | 'event';

/** PRGIs of PRI have 9 bits. */
const PRGIS = 512;

/** A requester's part of the plain groups. */
interface Place {
  readonly requester: Requester;
  readonly unit: IommuUnit;
  /** Slots by PRGI of the one group that is sealed, and of the one that is not yet. */
  readonly open: Int32Array;
  readonly collecting: Int32Array;
}

/**
 * The short way for nearly all of a healthy capture: requests for which nothing else was in flight, and their successful, timely
 * answers. It does to the replay's state what `Replay` would do with their events, and leaves all others to it, by the conditions
 * in `#request` and `#response`: whoever lets an event of these do more must add a condition here
 * (`test/replay/plain-pairs.test.ts` compares both ways). Its groups are columns; they become what the replay knows (`PlainObjects`)
 * before an event is replayed that may look at groups of others.
 */
export class PlainPairs {
  readonly groups = new PlainGroups();
  source: RowSource | undefined;
  /** Sealed and not answered, and not sealed yet, oldest first. */
  readonly #open = new SlotList(this.groups);
  readonly #collecting = new SlotList(this.groups);
  readonly #context: ReplayContext;
  readonly #gaps: GapTracker;
  readonly #sink: PlainSink;
  readonly #answer = new PlainAnswer(this.groups);
  readonly #mostOpen: number;
  #isRequest: boolean[] = [];
  /** By the rows' names. */
  readonly #places: (Place | undefined)[] = [];
  /** By the rows' tasks. */
  readonly #mayReport: (boolean | undefined)[] = [];
  readonly #byRequester = new Map<Requester, Place>();
  readonly #descriptor: ResponseDescriptor = {
    requester: undefined,
    pasid: undefined,
    prgi: undefined,
    code: 'success',
    privateData: undefined,
  };

  constructor(context: ReplayContext, gaps: GapTracker, sink: PlainSink, mostOpen: number) {
    this.#context = context;
    this.#gaps = gaps;
    this.#sink = sink;
    this.#mostOpen = mostOpen;
  }

  /** Takes a row, or says how its event is to be replayed. The capture must have one hop, and a clock in seconds. */
  take(source: RowSource, row: number): PlainOutcome {
    const { rows } = source;
    const at = row & rows.mask;
    const place = this.#places[rows.names[at] ?? 0];
    if (place === undefined || source !== this.source) return 'event';
    const isRequest = this.#isRequest[rows.form[at] ?? 0] === true;
    const outcome = isRequest ? this.#request(rows, at, row, place) : this.#response(source, at, row, place);
    if (outcome === 'alone') this.#settlePrgi(place, rows.prgi[at] ?? 0, isRequest);
    return outcome;
  }

  /** Learns from a row that was replayed as an event which requester its names stand for. */
  learn(source: RowSource, row: number, event: TraceEvent): void {
    if (this.source === undefined) {
      this.source = source;
      this.groups.messages.keeper = source.keeper;
      this.#isRequest = source.rows.forms.map(({ kind }) => kind === 'page-request');
    } else if (source !== this.source) return;
    const names = source.rows.names[row & source.rows.mask] ?? 0;
    if (this.#places[names] !== undefined) return;
    const requester = this.#context.requesters.find(event);
    // From here on the same names give the same requester, and tell nothing new of it.
    if (requester?.iommu === undefined || requester.iommu !== event.iommu) return;
    if (event.device === undefined || requester.isNamed) this.#places[names] = this.#placeOf(requester);
  }

  #placeOf(requester: Requester): Place {
    let place = this.#byRequester.get(requester);
    if (place === undefined) {
      place = {
        requester,
        unit: this.#context.unit(requester.iommu),
        open: new Int32Array(PRGIS).fill(NONE),
        collecting: new Int32Array(PRGIS).fill(NONE),
      };
      this.#byRequester.set(requester, place);
    }
    return place;
  }

  #request(rows: EventRows, at: number, row: number, place: Place): PlainOutcome {
    const { requester, unit } = place;
    const sequence = rows.sequence[at] ?? 0;
    if (sequence !== (unit.sequence ?? NONE) + 1 || unit.countsPerBond || unit.early.length > 0) return 'event';
    if (requester.open.size + this.#open.size >= this.#mostOpen) return 'event';
    const { gapAt } = this.#context;
    // What a gap took may be the early answer to this one (`GapTracker.hidesAnswer`).
    if (gapAt !== undefined && !((unit.requestAt ?? Number.NEGATIVE_INFINITY) >= gapAt)) return 'alone';
    const pasid = rows.pasid[at] ?? 0;
    const prgi = rows.prgi[at] ?? 0;
    if (requester.sizes.isAnyFull && !requester.keys.has(keyOf(pasid, prgi))) return 'alone';
    const key = keyState(requester, pasid, prgi);
    const isLast = ((rows.flags[at] ?? 0) & LAST_REQUEST) !== 0;
    const collected = place.collecting[prgi] ?? NONE;
    if (collected !== NONE && this.groups.key[collected] !== key) return 'alone';
    if (collected !== NONE && (this.groups.members[collected] ?? 0) >= MAX_MEMBERS) return 'alone';
    if (isLast ? !maySeal(place, key) : key.plainOpen !== NONE || key.pending.length > 0) return 'alone';
    if (requester.collecting.size > 0 && requester.collecting.has(prgi)) return 'alone';
    const slot = collected === NONE ? this.#begin(key, pasid, rows.time[at] ?? 0) : collected;
    this.groups.addRequest(slot, row, rows.line[at] ?? 0, rows.offset[at] ?? 0);
    const time = rows.time[at] ?? 0;
    this.#noteRequest(key, unit, sequence, time, rows.pid[at] ?? 0);
    this.#noteTime(time, rows.cpu[at] ?? 0);
    if (isLast) this.#seal(slot, key, place, time, collected !== NONE);
    else if (collected === NONE) {
      place.collecting[prgi] = slot;
      this.#collecting.add(slot);
    }
    return 'taken';
  }

  #begin(key: KeyState, pasid: number, time: number): number {
    key.pasidState ??= pasidState(key.requester, pasid);
    key.bond ??= this.#gaps.bondOf(key.requester, pasid);
    return this.groups.open(key, pasid, time);
  }

  #noteRequest(key: KeyState, unit: IommuUnit, sequence: number, time: number, pid: number): void {
    unit.sequence = sequence;
    unit.sequenceAt = time;
    unit.requestSequence = sequence;
    unit.requestAt = time;
    if (key.bond !== undefined) key.bond.sequence = sequence;
    if (unit.lastReporter !== pid) {
      unit.lastReporter = pid;
      unit.reporters.add(pid);
    }
    key.requester.hasRequests = true;
  }

  #noteTime(time: number, cpu: number): void {
    this.#context.now = time;
    this.#context.firstTime ??= time;
    this.#gaps.seen(cpu, time);
  }

  #seal(slot: number, key: KeyState, place: Place, time: number, wasCollecting: boolean): void {
    const { groups } = this;
    if (wasCollecting) {
      place.collecting[key.prgi] = NONE;
      this.#collecting.remove(slot);
    }
    key.count += 1;
    key.stopMarker = undefined;
    key.plainOpen = slot;
    groups.ordinal[slot] = key.count;
    groups.sealedAt[slot] = time;
    groups.sealing[slot] = this.#context.nextSealing();
    place.open[key.prgi] = slot;
    groups.generation[slot] = key.pasidState?.generation ?? 0;
    this.#open.add(slot);
    groups.keep(slot, DELIVERED);
    this.#sink.sealed(slot);
  }

  #response(source: RowSource, at: number, row: number, place: Place): PlainOutcome {
    const { rows } = source;
    const { requester, unit } = place;
    if (unit.early.length > 0 || unit.reporters.has(rows.pid[at] ?? 0)) return 'event';
    if (this.#mayBeReporter(rows, rows.task[at] ?? 0)) return 'event';
    const key = requester.keys.get(keyOf(rows.pasid[at] ?? 0, rows.prgi[at] ?? 0));
    const slot = key?.plainOpen ?? NONE;
    if (key === undefined || slot === NONE || key.owed.length > 0 || key.crossing !== undefined) return 'alone';
    const time = rows.time[at] ?? 0;
    const latency = Math.max(0, time - (this.groups.sealedAt[slot] ?? 0));
    const { slowNs, timeoutNs } = this.#context.limits;
    if (rows.code[at] !== 0 || latency > slowNs || latency >= timeoutNs || unit.resubmitted.length > 0) return 'alone';
    this.#noteTime(time, rows.cpu[at] ?? 0);
    const descriptor = this.#descriptor;
    descriptor.requester = requester.requesterId;
    descriptor.pasid = toPasid(rows.pasid[at] ?? 0);
    descriptor.prgi = toPrgi(key.prgi);
    unit.recent.add(descriptor);
    this.groups.response[slot] = this.groups.messages.add(row, rows.line[at] ?? 0, rows.offset[at] ?? 0);
    this.#close(slot, key, place);
    this.#answer.moveTo(slot, source, at);
    this.#sink.answered(this.#answer);
    return 'taken';
  }

  #close(slot: number, key: KeyState, place: Place): void {
    const { groups } = this;
    groups.endedAt[slot] = key.pasidState?.lastEnd?.time ?? Number.NaN;
    this.#leave(slot, key, place);
    key.plainOpen = NONE;
    groups.keep(slot, LAST_OF_KEY);
    key.closePlain(slot);
    groups.release(slot, OPEN);
  }

  #leave(slot: number, key: KeyState, place: Place): void {
    this.#open.remove(slot);
    place.open[key.prgi] = NONE;
  }

  /** Makes objects of all that is in flight, in its order. */
  settle(): void {
    while (this.#open.size > 0) this.#settleOpen(this.#open.oldest);
    this.#settleAllCollecting();
  }

  /** The same of what an event with this PRGI may be about. What is collecting must stay in its order. */
  #settlePrgi(place: Place, prgi: number, mayCollect: boolean): void {
    const open = place.open[prgi] ?? NONE;
    if (open !== NONE) this.#settleOpen(open);
    if (mayCollect || place.collecting[prgi] !== NONE) this.#settleAllCollecting();
  }

  #settleAllCollecting(): void {
    while (this.#collecting.size > 0) this.#settleCollecting(this.#collecting.oldest);
  }

  #settleOpen(slot: number): void {
    const key = assertDefined(this.groups.key[slot], 'the key of a plain group');
    this.#leave(slot, key, this.#placeOf(key.requester));
    openObject(this.groups, slot, this.#source);
  }

  #settleCollecting(slot: number): void {
    const key = assertDefined(this.groups.key[slot], 'the key of a plain group');
    this.#collecting.remove(slot);
    this.#placeOf(key.requester).collecting[key.prgi] = NONE;
    collectObject(this.groups, slot, this.#source);
  }

  get #source(): RowSource {
    return assertDefined(this.source, 'the source of plain groups');
  }

  /** The object of a group that is kept as the last of its key, or as delivered. */
  objectOf(slot: number): PageRequestGroup {
    return objectOf(this.groups, slot, this.#source);
  }

  /** The task's name can be that of one that reports page requests (`isReporter`). */
  #mayBeReporter(rows: EventRows, task: number): boolean {
    let mayReport = this.#mayReport[task];
    if (mayReport === undefined) {
      mayReport = rows.taskNames[task]?.startsWith('irq/') === true;
      this.#mayReport[task] = mayReport;
    }
    return mayReport;
  }
}

/** No other group with this PRGI is in flight, and the key's last answer is not one that may be this one's (`GapTracker.doubtAnswer`). */
function maySeal({ requester, open }: Place, key: KeyState): boolean {
  if ((open[key.prgi] ?? NONE) !== NONE || key.pending.length > 0 || key.lastGap !== undefined) return false;
  return requester.open.size === 0 || (requester.pendingByPrgi.get(key.prgi)?.length ?? 0) === 0;
}
