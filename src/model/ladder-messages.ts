import type { TraceEvent } from './event.ts';
import {
  type EpochMessage,
  type GroupMessage,
  type GroupMessageKind,
  isLowerSide,
  type LadderMessage,
  laneRank,
  startOf,
} from './ladder.ts';
import { detailOfEvent } from './ladder-events.ts';
import { InstanceLabels } from './ladder-labels.ts';
import { chosenProbes, devicesByLane, groupKindOf, isGroupEvent, probeKey, stationKey } from './ladder-stations.ts';
import { LANES, type Lane } from './lane.ts';
import { type Nanoseconds, NS_PER_SECOND, nanoseconds } from './time.ts';

export interface JoinOptions {
  /** The instance number where the caller knows it, from the replay; else the event's own or a count. */
  labelOf?(event: TraceEvent): number | undefined;
}

export interface JoinedMessages {
  /** By the time of their first observation. */
  readonly messages: readonly LadderMessage[];
  /** Further observations of a message in the same lane (several probes of one call), left out. */
  readonly omitted: number;
}

/** The messages that events of one or several lanes observe. `events` in time order. */
export function messagesOfEvents(events: readonly TraceEvent[], options: JoinOptions = {}): JoinedMessages {
  const joiner = new Joiner(events, options);
  for (const event of events) joiner.add(event);
  const messages = joiner.finish();
  return { messages, omitted: joiner.omitted };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type GroupDraft = Mutable<GroupMessage>;
type EpochDraft = Mutable<EpochMessage>;

interface Place {
  readonly height: number;
  readonly from: Lane;
  readonly to: Lane;
  readonly sends: boolean;
}

class Joiner {
  omitted = 0;
  readonly #drafts: (GroupDraft | EpochDraft)[] = [];
  readonly #lanes: readonly Lane[];
  readonly #probes: ReadonlyMap<string, string>;
  readonly #labels: InstanceLabels;
  readonly #options: JoinOptions;
  readonly #keysHaveDevice: boolean;
  readonly #devices: ReadonlyMap<Lane, ReadonlySet<string>>;
  readonly #owners = new Map<number, string>();
  /** Half-seen messages by what they are, oldest first. */
  readonly #halves = new Map<string, GroupDraft[]>();
  readonly #epochs: EpochDraft[] = [];
  /** No event has a time: each is a step. */
  readonly #isUntimed: boolean;
  #time: Nanoseconds = nanoseconds(0);
  #lastResponse: { readonly draft: GroupDraft; readonly event: TraceEvent } | undefined;

  constructor(events: readonly TraceEvent[], options: JoinOptions) {
    this.#options = options;
    this.#isUntimed = events.every((event) => event.time === undefined);
    const lanes = new Set(events.map((event) => event.lane));
    this.#lanes = LANES.filter((lane) => lanes.has(lane));
    this.#probes = chosenProbes(events);
    const groupEvents = events.filter(isGroupEvent);
    this.#devices = devicesByLane(groupEvents);
    this.#keysHaveDevice = groupEvents.every((event) => event.device !== undefined) && this.#lanesShareNames();
    let highest = 0;
    for (const event of groupEvents) highest = Math.max(highest, this.#givenLabel(event) ?? 0);
    this.#labels = new InstanceLabels(highest + 1);
  }

  add(event: TraceEvent): void {
    if (event.time !== undefined) this.#time = event.time;
    else if (this.#isUntimed) this.#time = nanoseconds(this.#time + NS_PER_SECOND);
    if (event.kind === 'response-refused' && this.#rejects(event)) return;
    const kind = groupKindOf(event);
    if (kind === undefined) {
      this.#addNote(event);
      return;
    }
    if (this.#probes.get(stationKey(event)) !== probeKey(event)) {
      this.omitted += 1;
      return;
    }
    this.#addMessage(event, kind);
  }

  finish(): LadderMessage[] {
    for (const draft of this.#drafts) {
      if (draft.kind === 'epoch' || draft.instance === undefined || isOfGuest(draft)) continue;
      const owner = this.#owners.get(draft.instance);
      if (owner !== undefined) draft.owner = owner;
    }
    return this.#drafts.slice().sort((a, b) => (startOf(a) ?? 0) - (startOf(b) ?? 0));
  }

  #givenLabel(event: TraceEvent): number | undefined {
    return this.#options.labelOf?.(event) ?? event.instanceLabel;
  }

  #addMessage(event: TraceEvent, kind: GroupMessageKind): void {
    const place = this.#placeOf(event, kind);
    const key = this.#keyOf(event);
    const { label, isOrigin } = this.#label(event, kind, key, place.height);
    const identity = [kind, place.from, place.to, key, event.pasid, label, event.isLast, event.code].join('|');
    const draft = this.#otherHalf(identity, place, event.device) ?? this.#newDraft(event, kind, place, label, identity);
    if (event.lane === 'guest' && event.laneName !== undefined) {
      draft.owner = event.laneName;
      if (label !== undefined) this.#owners.set(label, event.laneName);
    }
    if (place.sends) {
      draft.sentAt = this.#time;
      draft.sentLine = event.source;
    } else {
      draft.receivedAt = this.#time;
      draft.receivedLine = event.source;
    }
    const isVerdictOfReceiver = !place.sends || event.verdict === 'unknown';
    if (event.verdict !== undefined && isVerdictOfReceiver) draft.verdict = event.verdict;
    if (kind !== 'response') return;
    // A response that goes on was not refused.
    if (place.sends) this.#lastResponse = undefined;
    if (place.sends && place.to === 'device' && isOrigin && this.#hasHandlerLane()) draft.isAutomatic = true;
    if (!place.sends) this.#lastResponse = { draft, event };
  }

  #label(event: TraceEvent, kind: GroupMessageKind, key: string, height: number) {
    const given = this.#givenLabel(event);
    if (kind === 'response') return this.#labels.response(key, height, this.#time, given);
    if (kind === 'stop-marker') return { label: given, isOrigin: true };
    return { label: this.#labels.request(key, height, event.isLast, given), isOrigin: true };
  }

  #newDraft(
    event: TraceEvent,
    kind: GroupMessageKind,
    place: Place,
    label: number | undefined,
    identity: string,
  ): GroupDraft {
    const draft: GroupDraft = { kind, from: place.from, to: place.to };
    if (event.device !== undefined) draft.device = event.device;
    if (event.pasid !== undefined) draft.pasid = event.pasid;
    if (event.prgi !== undefined) draft.prgi = event.prgi;
    if (label !== undefined) draft.instance = label;
    if (kind === 'request') draft.isLast = event.isLast;
    if (event.code !== undefined) draft.code = event.code;
    this.#drafts.push(draft);
    const waiting = this.#halves.get(identity);
    if (waiting === undefined) this.#halves.set(identity, [draft]);
    else waiting.push(draft);
    return draft;
  }

  /** The oldest message of this identity of which only the other end was seen; nothing arrives before it was sent. */
  #otherHalf(identity: string, place: Place, device: string | undefined): GroupDraft | undefined {
    const waiting = this.#halves.get(identity);
    const mayDiffer = device === undefined || !this.#shareNames(place.from, place.to);
    const index = waiting?.findIndex((draft) => {
      if (draft.device !== device && draft.device !== undefined && !mayDiffer) return false;
      return place.sends
        ? draft.sentAt === undefined && draft.receivedAt === this.#time
        : draft.receivedAt === undefined;
    });
    if (waiting === undefined || index === undefined || index < 0) return undefined;
    return waiting.splice(index, 1)[0];
  }

  /** False where two lanes call no device by the same name, as a host and its guest do. */
  #shareNames(a: Lane, b: Lane): boolean {
    const names = this.#devices.get(b);
    return [...(this.#devices.get(a) ?? [])].some((name) => names?.has(name) === true);
  }

  #lanesShareNames(): boolean {
    const lanes = [...this.#devices.keys()];
    return lanes.every((a) => lanes.length === 1 || lanes.some((b) => b !== a && this.#shareNames(a, b)));
  }

  #placeOf(event: TraceEvent, kind: GroupMessageKind): Place {
    const isLower = isLowerSide(event.lane, event.point);
    const other = this.#neighbour(event.lane, isLower ? -1 : 1);
    const sends = isLower === (kind === 'response');
    const height = laneRank(event.lane) * 2 + (isLower ? 0 : 1);
    const [from, to] = sends ? ([event.lane, other] as const) : ([other, event.lane] as const);
    return { height, from, to, sends };
  }

  /** The next recorded lane on that side; the device is always below the host, recorded or not. */
  #neighbour(lane: Lane, side: 1 | -1): Lane {
    if (side === -1 && lane === 'host') return 'device';
    const index = this.#lanes.indexOf(lane);
    return this.#lanes[index + side] ?? LANES[laneRank(lane) + side] ?? lane;
  }

  #hasHandlerLane(): boolean {
    for (const station of this.#probes.keys()) if (station.startsWith('host/upper/page-response')) return true;
    return this.#lanes.some((lane) => laneRank(lane) > laneRank('host'));
  }

  #keyOf(event: TraceEvent): string {
    const device = this.#keysHaveDevice ? event.device : '';
    return `${device}/${event.pasid === undefined || event.pasid === 0 ? '-' : event.pasid}/${event.prgi}`;
  }

  /** True if this says that the response seen just before was refused. */
  #rejects(event: TraceEvent): boolean {
    const last = this.#lastResponse;
    if (last === undefined || last.event.lane !== event.lane || last.event.pid !== event.pid) return false;
    if (event.prgi !== undefined && event.prgi !== last.event.prgi) return false;
    const isReturn = event.pid !== undefined && event.prgi === undefined && event.point === last.event.point;
    if (last.draft.verdict !== 'reject' && !isReturn) return false;
    last.draft.verdict = 'reject';
    this.#labels.refused(this.#keyOf(last.event), laneRank(event.lane) * 2 + 1);
    this.#lastResponse = undefined;
    return true;
  }

  #addNote(event: TraceEvent): void {
    const isHandler = event.kind === 'handler-registered' || event.kind === 'handler-unregistered';
    const isUpper = !isLowerSide(event.lane, event.point);
    if (isHandler && isUpper) {
      const sender = this.#neighbour(event.lane, 1);
      const told = this.#epochs.findLast(
        (other) => other.event === event.kind && other.from === sender && other.to === sender,
      );
      if (told !== undefined && told.pasid === event.pasid && told.device === event.device) {
        told.to = event.lane;
        told.receivedAt = this.#time;
        told.receivedLine = event.source;
        return;
      }
    }
    const draft = this.#newNote(event);
    this.#drafts.push(draft);
    if (isHandler && !isUpper) this.#epochs.push(draft);
  }

  #newNote(event: TraceEvent): EpochDraft {
    const draft: EpochDraft = {
      kind: 'epoch',
      event: event.kind,
      from: event.lane,
      to: event.lane,
      sentAt: this.#time,
      sentLine: event.source,
      point: event.point,
    };
    const detail = detailOfEvent(event);
    if (detail !== undefined) draft.detail = detail;
    if (event.device !== undefined) draft.device = event.device;
    if (event.pasid !== undefined) draft.pasid = event.pasid;
    if (event.prgi !== undefined) draft.prgi = event.prgi;
    return draft;
  }
}

/** The guest itself says which one it is. */
function isOfGuest(draft: GroupDraft): boolean {
  return (
    (draft.from === 'guest' && draft.sentAt !== undefined) || (draft.to === 'guest' && draft.receivedAt !== undefined)
  );
}
