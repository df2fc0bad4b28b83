import { sanitise } from '../base/text.ts';
import type { Finding } from '../model/finding.ts';
import type { GroupRow } from '../model/group.ts';
import { LANES } from '../model/lane.ts';
import { TraceClock } from './trace-clock.ts';
import { type ExportedCapture, type ExportedItem, type ExportedValue, eventItem } from './trace-model.ts';
import { TraceTracks } from './trace-tracks.ts';

/** Where a group's slice lies. */
interface Span {
  readonly group: GroupRow;
  readonly start: bigint;
  readonly end: bigint;
  /** Of its last request: it is in flight from here on; absent for one that was never sealed. */
  readonly sealed: bigint | undefined;
}

type Hop = NonNullable<GroupRow['journey']>[number];
type GroupLine = GroupRow['requests'][number] | Hop | NonNullable<GroupRow['response']>;

interface Message {
  readonly track: number;
  readonly time: bigint;
  readonly name: string;
  readonly category: string;
  readonly values: Readonly<Record<string, ExportedValue>>;
}

/**
 * The timeline of a capture: a track for each device and PASID, a slice for each instance of a page-request group from its
 * first request to its answer (one without an answer ends where its timeout or the capture ends), requests and answers as
 * instants that flows join from lane to lane, the findings as instants, the groups in flight as counters. What has no time is
 * not in it: `untimed` counts it.
 */
export class CaptureTrace {
  readonly #capture: ExportedCapture;
  readonly #clock: TraceClock;
  readonly #tracks = new TraceTracks();
  readonly #spans: readonly Span[];
  /** Flows so far: one a group. */
  #flows = 0;
  /** Groups and findings without a time. */
  readonly untimed: { readonly groups: number; readonly findings: number };

  constructor(capture: ExportedCapture) {
    this.#capture = capture;
    this.#clock = new TraceClock(capture.result, capture.scales);
    const last = this.#lastTime();
    const timeoutNs = BigInt(capture.result.limits.timeoutNs);
    const spans = capture.groups.map((group) => this.#spanOf(group, last, timeoutNs));
    this.#spans = spans.filter((span) => span !== undefined).sort((a, b) => compare(a.start, b.start));
    this.untimed = {
      groups: spans.length - this.#spans.length,
      findings: capture.result.findings.filter((finding) => this.#timeOf(finding) === undefined).length,
    };
  }

  *items(): Generator<ExportedItem, void, void> {
    for (const span of this.#spans) yield* this.#group(span);
    yield* this.#counters();
    for (const finding of this.#capture.result.findings) yield* this.#finding(finding);
  }

  *#group({ group, start, end }: Span): Generator<ExportedItem, void, void> {
    const pasid = this.#pasidTrack(group);
    const track = this.#tracks.slot(pasid, start, end);
    const messages = this.#messagesOf(group, pasid, track);
    yield* this.#tracks.fresh();
    const name = `PRGI ${group.prgi} #${group.instance}`;
    yield eventItem({ kind: 'begin', track, time: start, name, category: group.state, values: groupValues(group) });
    this.#flows += 1;
    for (const message of messages) yield eventItem({ kind: 'instant', ...message, flows: [this.#flows] });
    yield eventItem({ kind: 'end', track, time: end });
  }

  /** Requests, answer and what was seen of them on other hops, in order of time. */
  #messagesOf(group: GroupRow, pasid: number, track: number): readonly Message[] {
    const messages: Message[] = [];
    const note = (line: GroupLine, message: Omit<Message, 'time'>): void => {
      const time = this.#clock.nanoseconds(line);
      if (time !== undefined)
        messages.push({ ...message, time, values: { line: this.#place(line), ...message.values } });
    };
    for (const request of group.requests) {
      const name = `${request.last ? 'last request' : 'request'} ${request.address ?? ''}`.trim();
      const values = request.access === undefined ? {} : { access: request.access };
      note(request, { track, name, category: 'page-request', values });
    }
    for (const message of hopsOf(group)) {
      const { hop, probe } = message;
      note(message, { track: this.#tracks.under(pasid, hop), name: probe ?? hop, category: hop, values: {} });
    }
    if (group.response !== undefined) {
      note(group.response, {
        track,
        name: `response ${group.code ?? ''}`.trim(),
        category: 'page-response',
        values: {},
      });
    }
    return messages.sort((a, b) => compare(a.time, b.time));
  }

  *#finding(finding: Finding): Generator<ExportedItem, void, void> {
    const time = this.#timeOf(finding);
    if (time === undefined) return;
    const input = this.#capture.result.inputs[finding.evidence[0]?.input ?? 0];
    const device = finding.device === undefined ? undefined : this.#tracks.device(input, finding.device);
    const track = device === undefined ? this.#tracks.top('findings') : this.#tracks.under(device, 'findings');
    yield* this.#tracks.fresh();
    yield eventItem({
      kind: 'instant',
      track,
      time,
      name: `${finding.severity} ${finding.id} ${finding.name}`,
      category: finding.severity,
      values: {
        certainty: finding.certainty,
        message: sanitise(finding.message),
        ...(finding.pasid !== undefined && { pasid: finding.pasid }),
        ...(finding.prgi !== undefined && { prgi: finding.prgi }),
        fingerprint: finding.fingerprint,
        lines: finding.evidence.map((line) => this.#place(line)).join(' '),
      },
    });
    for (const consequence of finding.consequences ?? []) yield* this.#finding(consequence);
  }

  /** Groups in flight (sealed and unanswered) of each device, at every change. */
  *#counters(): Generator<ExportedItem, void, void> {
    const changes = new Map<number, Map<bigint, number>>();
    for (const { group, sealed, end } of this.#spans) {
      if (sealed === undefined) continue;
      const device = this.#deviceTrack(group);
      const own = changes.get(device) ?? new Map<bigint, number>();
      changes.set(device, own);
      own.set(sealed, (own.get(sealed) ?? 0) + 1);
      own.set(end, (own.get(end) ?? 0) - 1);
    }
    for (const [device, own] of changes) {
      const track = this.#tracks.counter(device, 'groups in flight');
      yield* this.#tracks.fresh();
      let count = 0;
      for (const [time, change] of [...own].sort(([a], [b]) => compare(a, b))) {
        if (change === 0) continue;
        count += change;
        yield eventItem({ kind: 'counter', track, time, count });
      }
    }
  }

  #spanOf(group: GroupRow, last: bigint | undefined, timeoutNs: bigint): Span | undefined {
    const requests = group.requests.flatMap((request) => this.#clock.nanoseconds(request) ?? []);
    const answer = group.response === undefined ? undefined : this.#clock.nanoseconds(group.response);
    const start = least([...requests, ...(answer === undefined ? [] : [answer])]);
    if (start === undefined) return undefined;
    const lastRequest = greatest(requests) ?? start;
    const limit = lastRequest + timeoutNs;
    const until = last === undefined || last > limit ? limit : last;
    const end = answer ?? until;
    const isSealed = group.requests.some((request) => request.last);
    return { group, start, end: end < lastRequest ? lastRequest : end, sealed: isSealed ? lastRequest : undefined };
  }

  #lastTime(): bigint | undefined {
    const { inputs } = this.#capture.result;
    return greatest(
      inputs.flatMap(({ lastTime }, input) => {
        return lastTime === undefined ? [] : (this.#clock.nanoseconds({ input, time: lastTime }) ?? []);
      }),
    );
  }

  #timeOf({ time, evidence }: Finding): bigint | undefined {
    return time === undefined ? undefined : this.#clock.nanoseconds({ input: evidence[0]?.input ?? 0, time });
  }

  #deviceTrack(group: GroupRow): number {
    const at = group.requests[0] ?? group.response;
    return this.#tracks.device(this.#capture.result.inputs[at?.input ?? 0], group.device);
  }

  #pasidTrack(group: GroupRow): number {
    return this.#tracks.pasid(this.#deviceTrack(group), group.pasid);
  }

  /** `trace.txt:42`. */
  #place({ input, line }: { readonly input: number; readonly line: number }): string {
    return `${sanitise(this.#capture.result.inputs[input]?.path ?? '')}:${line}`;
  }
}

function groupValues(group: GroupRow): Record<string, ExportedValue> {
  return {
    state: group.state,
    ...(group.code !== undefined && { code: group.code }),
    ...(group.latencyNs !== undefined && { latencyNs: group.latencyNs }),
    requests: group.requests.length,
    ...(group.answeredBy !== undefined && { answeredBy: group.answeredBy }),
    ...(group.sentBy?.task !== undefined && { sentBy: sanitise(group.sentBy.task) }),
    ...(group.owner !== undefined && { owner: sanitise(group.owner) }),
    ...(group.findings.length > 0 && { findings: group.findings.join(' ') }),
  };
}

/** The journey without the requests and the answer themselves. A line of a drawing shows a message on several hops. */
function hopsOf(group: GroupRow): readonly Hop[] {
  const hops = [...(group.journey ?? [])];
  const isAt = (line: GroupLine) => (hop: Hop) => hop.input === line.input && hop.line === line.line;
  // From the wire up, a request is seen first and an answer last, on the lowest hop of all.
  const taken = group.requests.map((request) => hops.find(isAt(request)));
  if (group.response !== undefined) {
    const [lowest] = hops.filter(isAt(group.response)).sort((a, b) => receiverRank(a) - receiverRank(b));
    taken.push(lowest);
  }
  return hops.filter((hop) => !taken.includes(hop));
}

function receiverRank({ hop }: Hop): number {
  return (LANES as readonly string[]).indexOf(hop.split('>')[1] ?? '');
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function least(values: readonly bigint[]): bigint | undefined {
  return values.reduce<bigint | undefined>(
    (best, value) => (best === undefined || value < best ? value : best),
    undefined,
  );
}

function greatest(values: readonly bigint[]): bigint | undefined {
  return values.reduce<bigint | undefined>(
    (best, value) => (best === undefined || value > best ? value : best),
    undefined,
  );
}
