/**
 * A second, independent reading of semantics §2 and §3 over what a capture shows: which requests form a group,
 * which answer is whose, what stays open. It is written for the `pri-*` captures only (one IOMMU, one lane,
 * text in memory) and favours being obvious over everything else.
 */
import type { Seen, SeenDrain, SeenRequest, SeenResponse, SeenSubmit, Visible } from './visible.ts';

const SECOND = 1e9;
const INVALID = 1;

export interface Group {
  readonly device: string;
  /** PASID of the last request: the answer carries it. */
  readonly pasid: number;
  readonly prgi: number;
  readonly members: readonly SeenRequest[];
  readonly last: SeenRequest;
  /** Members of another PASID, or from before a drain of the same one: FL205. */
  readonly hasStrangers: boolean;
  /** First requests of each PASID in it that reused the key of a pending group. */
  readonly reuses: readonly SeenRequest[];
  /** Pending groups of other PASIDs with this PRGI when it was sealed. */
  readonly sharesWith: readonly Group[];
  answer?: SeenResponse;
  /** The answer was traced before the group's last request: latency 0. */
  answeredEarly: boolean;
  /** First drain (or detach) of its PASID while it was pending. */
  drained?: Seen;
}

export interface Spurious {
  readonly response: SeenResponse | SeenSubmit;
  readonly device: string;
  readonly rule: 'FL101' | 'FL102' | 'FL103' | 'FL104' | 'FL105';
  /** False for an answer that a handler submitted and the kernel suppressed. */
  readonly reachedTheDevice: boolean;
  /** A group of the key is pending all the same, so that it is open whose answer this was. */
  readonly keyIsPending: boolean;
  /** Its PASID's bind, attach or drain was shown before, a group of its key, or the first sequence number. */
  readonly isKnown: boolean;
  /** Its key's groups were all answered before they were traced: one of those answers may be from before the capture. */
  readonly isDoubtful: boolean;
}

export interface Partial {
  readonly device: string;
  readonly prgi: number;
  readonly members: readonly SeenRequest[];
  readonly reuses: readonly SeenRequest[];
  /** Forgotten by the kernel when the function left the queue. */
  readonly removedAt?: Seen;
  readonly drained?: Seen;
  /** Finished by the hardware, or lost, at an overflow. */
  readonly overflowed?: boolean;
}

/** A request that the kernel answered Invalid by itself, and that answer. */
export interface Refused {
  readonly request: SeenRequest;
  readonly answer: SeenResponse;
}

export interface Story {
  readonly groups: readonly Group[];
  readonly partials: readonly Partial[];
  readonly spurious: readonly Spurious[];
  readonly refused: readonly Refused[];
  /** Such answers whose request the capture does not show. */
  readonly refusedUnseen: readonly SeenResponse[];
  /** Answers that the head of the capture may explain. */
  readonly headResponses: readonly SeenResponse[];
  readonly refusals: readonly Seen[];
  readonly overflows: readonly Seen[];
  readonly start: number;
  readonly end: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function simulate(visible: Visible): Story {
  return new Simulation(visible).run();
}

class Simulation {
  private readonly events: readonly Seen[];
  private readonly headLost: boolean;
  private readonly hasWire: boolean;
  private readonly reporters: ReadonlySet<string>;
  private readonly collecting = new Map<string, SeenRequest[]>();
  private readonly groups: Group[] = [];
  private readonly byKey = new Map<string, Group[]>();
  private readonly partials: Partial[] = [];
  private readonly spurious: Spurious[] = [];
  private readonly refused = new Map<SeenRequest, SeenResponse>();
  private readonly early = new Map<SeenRequest, SeenResponse>();
  private readonly refusedUnseen: SeenResponse[] = [];
  private readonly headResponses: SeenResponse[] = [];
  private readonly refusals: Seen[] = [];
  private readonly overflows: Seen[] = [];
  private readonly epochs: { readonly device?: string; readonly pasid: number; readonly event: Seen }[] = [];
  private readonly known = new Set<string>();
  private readonly drainedAt = new Map<string, number>();

  constructor(visible: Visible) {
    this.events = visible.events;
    this.headLost = visible.overwrittenLine !== undefined;
    const requests = visible.events.filter((event) => event.kind === 'request');
    this.hasWire = requests.some((request) => request.sequence !== undefined);
    this.reporters = new Set(this.hasWire ? requests.map((request) => request.task) : []);
    if (requests[0]?.sequence === 0) this.known.add('all');
  }

  run(): Story {
    for (const [index, event] of this.events.entries()) this.take(event, index);
    for (const members of this.collecting.values()) this.keepPartial(members, {});
    this.settleSharedPrgis();
    this.revokeRefusals();
    return {
      groups: this.groups,
      partials: this.partials,
      spurious: this.spurious,
      refused: [...this.refused].map(([request, answer]) => ({ request, answer })),
      refusedUnseen: this.refusedUnseen,
      headResponses: this.headResponses,
      refusals: this.refusals,
      overflows: this.overflows,
      start: this.events[0]?.time ?? 0,
      end: this.events.at(-1)?.time ?? 0,
    };
  }

  private take(event: Seen, index: number): void {
    switch (event.kind) {
      case 'request':
        this.takeRequest(event);
        return;
      case 'response':
        this.takeResponse(event, index);
        return;
      case 'submit':
        this.takeSubmit(event, index);
        return;
      case 'refusal':
        this.refusals.push(event);
        return;
      case 'drain':
        this.drainedAt.set(`${event.device}/${event.pasid}`, event.time);
        this.passEpoch(event.device, event.pasid, event);
        return;
      case 'attach':
        this.known.add(`/${event.pasid}`);
        return;
      case 'detach':
        // The kprobe names no device; where a drain follows, that names it.
        if (!this.isFollowedByDrain(event.task, event.pasid, index)) this.passEpoch(undefined, event.pasid, event);
        return;
      case 'queue-removed':
        this.forgetPartials(event);
        if (event.device !== undefined) this.passEpoch(event.device, undefined, event);
        return;
      case 'partial-discarded':
        // Only the overflow path of Intel's driver calls it: members are never joined across it (§3.1).
        this.overflows.push(event);
        for (const members of this.collecting.values()) this.keepPartial(members, { overflowed: true });
        this.collecting.clear();
        return;
      case 'other':
        return;
    }
  }

  private takeRequest(request: SeenRequest): void {
    if (this.refused.has(request)) return;
    const key = keyOf(request.device, request.pasid, request.prgi);
    if (request.privateData !== undefined) {
      this.seal([request], `${key} ${request.privateData}`);
      return;
    }
    const members = this.collecting.get(scopeOf(request)) ?? [];
    this.collecting.set(scopeOf(request), members);
    members.push(request);
    if (
      this.pending(key).length > 0 &&
      !members.some((member) => this.reuses.has(member) && member.pasid === request.pasid)
    ) {
      this.reuses.add(request);
    }
    if (!request.isLast) return;
    this.collecting.delete(scopeOf(request));
    this.seal(members, key);
  }

  private readonly reuses = new Set<SeenRequest>();
  /** Answers whose handler is seen. */
  private readonly submitted = new Set<SeenResponse>();

  private seal(members: readonly SeenRequest[], key: string): void {
    const last = members.at(-1);
    if (last === undefined) return;
    const answer = this.early.get(last);
    const others = this.groups.filter(
      (group) => group.device === last.device && group.prgi === last.prgi && group.pasid !== last.pasid,
    );
    const group: Mutable<Group> = {
      device: last.device,
      pasid: last.pasid,
      prgi: last.prgi,
      members,
      last,
      hasStrangers: members.some((member) => this.isStranger(member, last)),
      reuses: members.filter((member) => this.reuses.has(member)),
      // Also a group that is answered before it is traced was in flight when it was sealed.
      sharesWith: others.filter((other) => other.answer === undefined),
      answeredEarly: answer !== undefined,
    };
    if (answer !== undefined) group.answer = answer;
    this.groups.push(group);
    this.byKey.set(key, [...(this.byKey.get(key) ?? []), group]);
  }

  private isStranger(member: SeenRequest, last: SeenRequest): boolean {
    if (member.pasid !== last.pasid) return true;
    return this.epochs.some(
      (epoch) =>
        (epoch.device === undefined || epoch.device === last.device) &&
        epoch.pasid === last.pasid &&
        epoch.event.time > member.time &&
        epoch.event.time < last.time,
    );
  }

  private takeResponse(response: SeenResponse, index: number): void {
    const byReporter = this.reporters.has(response.task);
    const next = this.nextReport(index);
    const isNext =
      next !== undefined &&
      response.time >= (next.handedOn ?? 0) &&
      keyOf(next.device, next.pasid, next.prgi) === keyOf(response.device, response.pasid, response.prgi);
    if (byReporter && response.code === INVALID) {
      if (isNext && this.isDirectlyBefore(index, next)) this.refused.set(next, response);
      else this.refusedUnseen.push(response);
      return;
    }
    const key = keyOf(response.device, response.pasid, response.prgi);
    const named = response.privateData === undefined ? key : `${key} ${response.privateData}`;
    if (byReporter) {
      if (isNext) this.early.set(next, response);
      else this.judge(response);
      return;
    }
    const oldest = this.pending(named)[0];
    if (oldest !== undefined) {
      oldest.answer = response;
      return;
    }
    const isInTime = next !== undefined && next.time - response.time <= SECOND;
    const isDue =
      isNext && (next.isLast || next.privateData !== undefined) && next.privateData === response.privateData;
    if (this.hasWire && isDue && isInTime && !this.early.has(next)) this.early.set(next, response);
    else this.judge(response);
  }

  /** A handler's answer at the core: on its way to the wire, or suppressed by the kernel. */
  private takeSubmit(submit: SeenSubmit, index: number): void {
    const rest = this.events.slice(index + 1, index + 40);
    const follower = rest.find((event) => event.task === submit.task && event.kind !== 'other');
    if (follower?.kind === 'response' && follower.pasid === submit.pasid && follower.prgi === submit.prgi) {
      this.submitted.add(follower);
      return;
    }
    const isUnfinished = follower === undefined && (this.events.at(-1)?.time ?? 0) - submit.time <= SECOND / 10;
    if (isUnfinished && !this.events.slice(index + 1).some((event) => event.task === submit.task)) return;
    const device = this.deviceOf(submit);
    this.spurious.push(this.classify(submit, device, false));
  }

  /** The core's probes name no device: that of the newest group of the key, else of any group of the PASID. */
  private deviceOf(submit: SeenSubmit): string {
    const same = this.groups.filter((group) => group.pasid === submit.pasid);
    return (
      (same.filter((group) => group.prgi === submit.prgi).at(-1) ?? same.at(-1) ?? this.groups.at(-1))?.device ?? ''
    );
  }

  private judge(response: SeenResponse): void {
    const verdict = this.classify(response, response.device, true);
    const isSilent = !this.events.some((event) => event.kind === 'request' && event.device === response.device);
    // An Invalid answer without a request may be the refusal of one that is never traced (§3.1), unless its handler is seen.
    const isRefusal = verdict.rule === 'FL101' && response.code === INVALID && !this.submitted.has(response);
    if (isSilent || this.headLost) this.headResponses.push(response);
    else if (isRefusal) this.refusedUnseen.push(response);
    else this.spurious.push(verdict);
  }

  private classify(response: SeenResponse | SeenSubmit, device: string, reachedTheDevice: boolean): Spurious {
    const key = keyOf(device, response.pasid, response.prgi);
    const members = this.collecting.get(`${device}/${response.prgi}`) ?? [];
    const sharing = this.groups.some(
      (group) =>
        group.device === device &&
        group.prgi === response.prgi &&
        group.pasid !== response.pasid &&
        group.answer === undefined,
    );
    const past = this.byKey.get(key) ?? [];
    const isShown =
      this.known.has('all') ||
      // Late answers follow a drain (`h05`, `h07`).
      response.time - (this.drainedAt.get(key.slice(0, key.lastIndexOf('/'))) ?? response.time) >= SECOND ||
      this.known.has(`/${response.pasid}`);
    // What the reporting task answered itself never reached a handler; what another answered early may be from before the capture.
    const delivered = past.filter(({ answer }) => answer === undefined || !this.reporters.has(answer.task));
    const isKnown = isShown || delivered.length > 0 || (past.length > 0 && this.reporters.has(response.task));
    const isDoubtful = !isShown && delivered.length > 0 && delivered.every((group) => group.answeredEarly);
    const isLate = past.some((group) => this.isByHost(group) && (group.answer?.time ?? 0) < response.time);
    const rule = members.some((member) => member.pasid === response.pasid)
      ? 'FL105'
      : sharing
        ? 'FL104'
        : isLate
          ? 'FL103'
          : past.length > 0
            ? 'FL102'
            : 'FL101';
    return {
      response,
      device,
      rule,
      reachedTheDevice,
      keyIsPending: this.pending(key).length > 0,
      isKnown,
      isDoubtful,
    };
  }

  /** A later answer of the key shows that its one "refused" request was not: the Invalid answer was an untraced request's (§4). */
  private revokeRefusals(): void {
    for (const [request, refusal] of this.refused) {
      const key = keyOf(request.device, request.pasid, request.prgi);
      const ended = this.epochs.some(
        ({ device, pasid, event }) =>
          (device === undefined || device === request.device) && pasid === request.pasid && event.time < request.time,
      );
      const isOnlyOne =
        [...this.refused.keys()].filter((each) => keyOf(each.device, each.pasid, each.prgi) === key).length === 1;
      if (!request.isLast || request.handedOn !== undefined || ended || !isOnlyOne || this.byKey.has(key)) continue;
      const found = this.spurious.find(
        ({ response, device, reachedTheDevice }) =>
          reachedTheDevice && keyOf(device, response.pasid, response.prgi) === key && response.time > request.time,
      );
      if (found === undefined || found.response.kind !== 'response') continue;
      this.spurious.splice(this.spurious.indexOf(found), 1);
      this.refused.delete(request);
      this.refusedUnseen.push(refusal);
      this.seal([request], key);
      const group = this.groups.at(-1);
      if (group !== undefined) group.answer = found.response;
    }
  }

  /** FL104 that §5 calls FL102: the key's own group was answered, and the other PASID's group later gets its answer. */
  private settleSharedPrgis(): void {
    for (const [index, found] of this.spurious.entries()) {
      if (found.rule !== 'FL104') continue;
      const { response, device } = found;
      const own = (this.byKey.get(keyOf(device, response.pasid, response.prgi)) ?? []).filter(
        (group) => group.last.time < response.time,
      );
      const others = this.groups.filter(
        (group) =>
          group.device === device &&
          group.prgi === response.prgi &&
          group.pasid !== response.pasid &&
          group.last.time < response.time &&
          (group.answer === undefined || group.answer.time > response.time),
      );
      const last = own.findLast((group) => (group.answer?.time ?? response.time) < response.time);
      if (last !== undefined && !this.isByHost(last) && others[0]?.answer !== undefined) {
        this.spurious[index] = { ...found, rule: 'FL102' };
      }
    }
  }

  /** Drained while pending, and answered Invalid by the task that ended its PASID or took its function off the queue. */
  private isByHost({ drained, answer }: Group): boolean {
    if (drained === undefined || answer === undefined || answer.code !== INVALID) return false;
    const isOfTask = this.events.some(
      (event) =>
        (event === drained || event.kind === 'queue-removed' || event.kind === 'detach') &&
        event.task === answer.task &&
        event.time <= answer.time &&
        answer.time - event.time < SECOND / 10,
    );
    return isOfTask;
  }

  private passEpoch(device: string | undefined, pasid: number | undefined, event: Seen): void {
    if (pasid !== undefined) this.epochs.push({ ...(device === undefined ? {} : { device }), pasid, event });
    for (const group of this.groups) {
      const isMeant =
        (pasid === undefined || group.pasid === pasid) && (device === undefined || group.device === device);
      if (isMeant && group.answer === undefined && group.drained === undefined) group.drained = event;
    }
  }

  private isFollowedByDrain(task: string, pasid: number, index: number): boolean {
    for (const event of this.events.slice(index + 1)) {
      if (event.task !== task) continue;
      if (event.kind === 'drain') return event.pasid === pasid;
      if (event.kind === 'detach' || event.kind === 'attach' || event.kind === 'queue-removed') return false;
    }
    return false;
  }

  private forgetPartials(event: Seen & { readonly device?: string }): void {
    for (const [key, members] of this.collecting) {
      const first = members[0];
      if (event.device !== undefined && first?.device !== event.device) continue;
      this.keepPartial(members, { removedAt: event });
      this.collecting.delete(key);
    }
  }

  private keepPartial(members: readonly SeenRequest[], end: Pick<Partial, 'removedAt' | 'overflowed'>): void {
    const first = members[0];
    if (first === undefined) return;
    const drain = this.events.find(
      (event): event is SeenDrain =>
        event.kind === 'drain' &&
        event.device === first.device &&
        members.some(({ pasid, time }) => pasid === event.pasid && time < event.time),
    );
    this.partials.push({
      device: first.device,
      prgi: first.prgi,
      members,
      reuses: members.filter((member) => this.reuses.has(member)),
      ...end,
      ...(drain === undefined ? {} : { drained: drain }),
    });
  }

  private pending(key: string): Group[] {
    return (this.byKey.get(key) ?? []).filter((group) => group.answer === undefined);
  }

  private nextReport(index: number): SeenRequest | undefined {
    for (let next = index + 1; next < this.events.length; next += 1) {
      const event = this.events[next];
      if (event?.kind === 'request') return event;
    }
    return undefined;
  }

  /** No other answer of the reporting task stands between the answer and the report. */
  private isDirectlyBefore(index: number, report: SeenRequest): boolean {
    for (let next = index + 1; this.events[next] !== report; next += 1) {
      const event = this.events[next];
      if (event === undefined || (event.kind === 'response' && event.task === report.task)) return false;
    }
    return true;
  }
}

function keyOf(device: string, pasid: number, prgi: number): string {
  return `${device}/${pasid}/${prgi}`;
}

function scopeOf(request: SeenRequest): string {
  return `${request.device}/${request.prgi}`;
}
