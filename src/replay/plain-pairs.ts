import { assertDefined } from '../base/assert.ts';
import type { TraceEvent } from '../model/event.ts';
import { type EventRows, LAST_REQUEST, type RowSource } from '../model/event-rows.ts';
import { pasid as toPasid, prgi as toPrgi } from '../model/ids.ts';
import type { IommuUnit, ReplayContext } from './context.ts';
import type { GapTracker } from './gaps.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { PlainAnswer } from './plain-answer.ts';
import { DELIVERED, LAST_OF_KEY, OPEN, PlainGroups, SlotList } from './plain-groups.ts';
import { type HopRole, PlainHops, type Role, roleOf } from './plain-hops.ts';
import { NONE } from './plain-messages.ts';
import { collectObject, objectOf, openObject } from './plain-objects.ts';
import type { PlainParts, PlainSink } from './plain-parts.ts';
import { isPending, maySeal, newPlace, type Place, usedKey } from './plain-place.ts';
import { type KeyState, keyState, pasidState, type Requester } from './requester.ts';
import type { ResponseDescriptor } from './resubmissions.ts';
import { MAX_MEMBERS, MAX_WAITING } from './table-sizes.ts';
import { EVENT } from './task-hops.ts';
import type { UpperHops } from './upper-hops.ts';

/** What became of a row. `alone`: it is to be replayed as an event, which concerns no plain group; `event`: it may concern any. */
export type PlainOutcome = 'taken' | 'alone' | 'event';

/**
 * The short way for nearly all of a healthy capture: requests for which nothing else was in flight, and their successful, timely
 * answers. It does to the replay's state what `Replay` would do with their events, and leaves all others to it, by the conditions
 * in `#request` and `#response`: whoever lets an event of these do more must add a condition here
 * (`test/replay/plain-pairs.test.ts` compares both ways). Its groups are columns; they become what the replay knows (`PlainObjects`)
 * before an event is replayed that may look at groups of others.
 */
export class PlainPairs {
  readonly groups: PlainGroups;
  source: RowSource | undefined;
  /** Sealed and not answered, and not sealed yet, oldest first. */
  readonly #open: SlotList;
  readonly #collecting: SlotList;
  readonly #context: ReplayContext;
  readonly #gaps: GapTracker;
  readonly #upperHops: UpperHops;
  readonly #hops: PlainHops;
  readonly #sink: PlainSink;
  readonly #answer: PlainAnswer;
  readonly #mostOpen: number;
  /** By the rows' forms. */
  #roles: readonly Role[] = [];
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

  constructor({ context, gaps, upperHops, submissions, messages, sink }: PlainParts, mostOpen: number) {
    this.groups = new PlainGroups(messages);
    this.#open = new SlotList(this.groups);
    this.#collecting = new SlotList(this.groups);
    this.#answer = new PlainAnswer(this.groups);
    this.#context = context;
    this.#gaps = gaps;
    this.#upperHops = upperHops;
    this.#hops = new PlainHops(context, upperHops, submissions, messages);
    this.#sink = sink;
    this.#mostOpen = mostOpen;
  }

  /**
   * Takes a row, or says how its event is to be replayed. Requests and answers must be recorded at the wire, and the clock must be
   * one in seconds.
   */
  take(source: RowSource, row: number): PlainOutcome {
    const { rows } = source;
    const at = row & rows.mask;
    const role = this.#roles[rows.form[at] ?? 0];
    if (role === undefined || source !== this.source) return 'event';
    if (role !== 'request' && role !== 'response') return this.#above(rows, at, row, role);
    const place = this.#places[rows.names[at] ?? 0];
    if (place === undefined) return 'event';
    const isRequest = role === 'request';
    const outcome = isRequest ? this.#request(rows, at, row, place) : this.#response(source, at, row, place);
    if (outcome === 'alone') this.#settlePrgi(place, rows.prgi[at] ?? 0, isRequest);
    return outcome;
  }

  /** A row above the wire, which names nobody. */
  #above(rows: EventRows, at: number, row: number, role: HopRole): PlainOutcome {
    const outcome = this.#hops.take(rows, at, row, role);
    if (outcome === 'taken') this.#noteTime(rows.time[at] ?? 0, rows.cpu[at] ?? 0);
    if (outcome === 'alone') {
      for (const place of this.#byRequester.values()) this.#settlePrgi(place, rows.prgi[at] ?? 0, false);
    }
    return outcome;
  }

  /** Learns from a row that was replayed as an event which requester its names stand for. */
  learn(source: RowSource, row: number, event: TraceEvent): void {
    if (this.source === undefined) {
      this.source = source;
      this.groups.messages.source = source;
      this.#roles = source.rows.forms.map(roleOf);
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
      place = newPlace(requester, this.#context.unit(requester.iommu));
      this.#byRequester.set(requester, place);
    }
    return place;
  }

  #request(rows: EventRows, at: number, row: number, place: Place): PlainOutcome {
    const { requester, unit } = place;
    const sequence = rows.sequence[at] ?? 0;
    const pasid = rows.pasid[at] ?? 0;
    if (unit.sequence === undefined || unit.countsPerBond || unit.early.length > 0) return 'event';
    if (sequence !== unit.sequence + 1 && !this.#beginsAnew(requester, pasid, sequence, unit.sequence)) return 'event';
    if (requester.open.size + this.#open.size >= this.#mostOpen) return 'event';
    const { gapAt } = this.#context;
    // What a gap took may be the early answer to this one (`GapTracker.hidesAnswer`).
    if (gapAt !== undefined && !((unit.requestAt ?? Number.NEGATIVE_INFINITY) >= gapAt)) return 'alone';
    const prgi = rows.prgi[at] ?? 0;
    const used = usedKey(place, pasid, prgi);
    if (used === undefined && requester.sizes.isAnyFull) return 'alone';
    const key = used ?? keyState(requester, pasid, prgi);
    const isLast = ((rows.flags[at] ?? 0) & LAST_REQUEST) !== 0;
    const collected = place.collecting[prgi] ?? NONE;
    if (collected !== NONE && this.groups.key[collected] !== key) return 'alone';
    if (collected !== NONE && (this.groups.members[collected] ?? 0) >= MAX_MEMBERS) return 'alone';
    if (!isLast && requester.sizes.waiting >= MAX_WAITING) {
      this.#settleAllCollecting();
      return 'alone';
    }
    if (isLast ? !maySeal(place, key) : key.plainOpen !== NONE || isPending(key)) return 'alone';
    if (requester.collecting.size > 0 && requester.collecting.has(prgi)) return 'alone';
    const task = rows.pid[at] ?? 0;
    const report = this.#hops.reportOf(task, pasid, prgi);
    if (report === EVENT) return 'alone';
    if (report !== NONE) this.#hops.moved(task);
    const slot = collected === NONE ? this.#begin(key, pasid, rows.time[at] ?? 0) : collected;
    this.groups.addRequest(slot, this.groups.messages.add(row, rows, at, report));
    const time = rows.time[at] ?? 0;
    this.#noteRequest(key, unit, sequence, time, task);
    this.#noteTime(time, rows.cpu[at] ?? 0);
    if (isLast) this.#seal(slot, key, place, time, collected !== NONE);
    else this.#collect(slot, place, prgi, collected !== NONE);
    return 'taken';
  }

  /** `seq#` went back, and not to where that of the PASID left off: nothing was lost, as far as it tells (`GapTracker.sequence`). */
  #beginsAnew(requester: Requester, pasid: number, sequence: number, previous: number): boolean {
    if (sequence >= previous || requester.sizes.isAnyFull) return false;
    return sequence !== (this.#gaps.bondOf(requester, pasid).sequence ?? 0) + 1;
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

  #collect(slot: number, place: Place, prgi: number, wasCollecting: boolean): void {
    place.requester.sizes.waiting += 1;
    if (wasCollecting) return;
    place.collecting[prgi] = slot;
    this.#collecting.add(slot);
  }

  #seal(slot: number, key: KeyState, place: Place, time: number, wasCollecting: boolean): void {
    const { groups } = this;
    if (wasCollecting) {
      place.collecting[key.prgi] = NONE;
      this.#collecting.remove(slot);
      // All but the one that seals it.
      place.requester.sizes.waiting -= (groups.members[slot] ?? 0) - 1;
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
    const key = usedKey(place, rows.pasid[at] ?? 0, rows.prgi[at] ?? 0);
    const slot = key?.plainOpen ?? NONE;
    if (key === undefined || slot === NONE || key.crossing !== undefined) return 'alone';
    if (requester.sizes.owed > 0 && key.owed.length > 0) return 'alone';
    const time = rows.time[at] ?? 0;
    const latency = Math.max(0, time - (this.groups.sealedAt[slot] ?? 0));
    const { slowNs, timeoutNs } = this.#context.limits;
    if (rows.code[at] !== 0 || latency > slowNs || latency >= timeoutNs || unit.resubmitted.length > 0) return 'alone';
    const above = this.#hops.joinAnswer(rows.pid[at] ?? 0, rows.pasid[at] ?? 0, key.prgi);
    if (above === EVENT) return 'alone';
    this.#noteTime(time, rows.cpu[at] ?? 0);
    const descriptor = this.#descriptor;
    descriptor.requester = requester.requesterId;
    descriptor.pasid = toPasid(rows.pasid[at] ?? 0);
    descriptor.prgi = toPrgi(key.prgi);
    unit.recent.add(descriptor);
    this.groups.response[slot] = this.groups.messages.add(row, rows, at, above);
    this.#close(slot, key, place);
    this.#answer.moveTo(slot, source, at, this.#hops.areByHandlers);
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
    openObject(this.groups, slot);
  }

  #settleCollecting(slot: number): void {
    const key = assertDefined(this.groups.key[slot], 'the key of a plain group');
    this.#collecting.remove(slot);
    this.#placeOf(key.requester).collecting[key.prgi] = NONE;
    collectObject(this.groups, slot, this.#upperHops);
  }

  /** The object of a group that is kept as the last of its key, or as delivered. */
  objectOf(slot: number): PageRequestGroup {
    return objectOf(this.groups, slot);
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
