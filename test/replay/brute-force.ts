import type { Step } from './alphabet.ts';

/**
 * The definition of semantics §4, computed the slow way: every assignment of responses to instances, and what
 * holds in all of them, in all that keep the handler's order (A2), or in some of those. It shares nothing with
 * src/replay. Choices where the text leaves a case open, as documented with the rules:
 * - only a handler's answer can cross: the host answers the groups that it holds, in any order;
 * - the host answers only groups that are still open, and only after a drain of their PASID;
 * - among assignments that leave the fewest responses to nobody, those count that leave the fewest instances
 *   without any answer (without a surplus answer nobody is accused of crossing), and of those the ones whose surplus
 *   responses come latest (the plain reading of a double answer is that the second one is too much, 6.1 "device hop alone").
 */
export interface Verdict {
  /** 1-based symbol number. */
  readonly at: number;
  readonly what: string;
  readonly certainty: 'certain' | 'likely' | 'possible';
}

interface Instance {
  readonly pasid: number;
  readonly prgi: number;
  readonly sealedAt: number;
  readonly members: readonly number[];
  closedAt: number | undefined;
  answer: number | undefined;
}

interface Placement {
  readonly instance: number | undefined;
  readonly actor: 'handler' | 'host' | undefined;
}

export function judge(capture: readonly Step[]): Verdict[] {
  const instances = instancesOf(capture);
  const stray = accept(capture, instances);
  const verdicts: Verdict[] = [];
  const responses = capture.flatMap((symbol, at) => (symbol.kind === 'response' ? [at] : []));
  const valid = bestAssignments(capture, instances, responses);
  const ordered = valid.filter((assignment) => keepsOrder(capture, instances, responses, assignment));
  for (const at of stray)
    verdicts.push({ at: at + 1, what: strayId(capture, instances, responses, valid, at), certainty: 'certain' });
  for (const [index, at] of responses.entries()) {
    const accepted = instances.findIndex((instance) => instance.answer === at);
    if (accepted < 0) continue;
    const crosses = (assignment: readonly Placement[]): boolean => {
      const own = assignment[index];
      if (own?.instance === undefined || own.actor !== 'handler' || own.instance >= accepted) return false;
      return !assignment.some((each) => each.instance === accepted && each.actor === 'host');
    };
    const certainty = quantify(valid, ordered, crosses);
    if (certainty !== undefined) verdicts.push({ at: at + 1, what: 'FL201', certainty });
  }
  verdicts.push(...structural(capture, instances));
  return verdicts.sort((a, b) => a.at - b.at || a.what.localeCompare(b.what));
}

function quantify(
  valid: readonly Placement[][],
  ordered: readonly Placement[][],
  holds: (assignment: readonly Placement[]) => boolean,
): Verdict['certainty'] | undefined {
  if (valid.every(holds)) return 'certain';
  if (ordered.length > 0 && ordered.every(holds)) return 'likely';
  return ordered.some(holds) ? 'possible' : undefined;
}

/** Requests collect by PRGI alone; a last one seals all of them (semantics §2). */
function instancesOf(capture: readonly Step[]): Instance[] {
  const instances: Instance[] = [];
  const open = new Map<number, number[]>();
  capture.forEach((symbol, at) => {
    if (symbol.kind === 'request') open.set(symbol.prgi, [...(open.get(symbol.prgi) ?? []), at]);
    if (symbol.kind !== 'last') return;
    const members = [...(open.get(symbol.prgi) ?? []), at];
    open.delete(symbol.prgi);
    instances.push({ ...symbol, sealedAt: at, members, closedAt: undefined, answer: undefined });
  });
  return instances;
}

/** Which instance each response is accepted for: the oldest open one of its key, or the one reported next (§3.1). Gives the strays. */
function accept(capture: readonly Step[], instances: readonly Instance[]): number[] {
  const stray: number[] = [];
  capture.forEach((symbol, at) => {
    if (symbol.kind !== 'response') return;
    const open = instances.find((each) => isOfKey(each, symbol) && each.sealedAt < at && each.closedAt === undefined);
    const next = instances.find(
      (each) => isOfKey(each, symbol) && each.sealedAt === nextRequest(capture, at) && each.closedAt === undefined,
    );
    const instance = open ?? next;
    if (instance === undefined) {
      stray.push(at);
      return;
    }
    instance.closedAt = Math.max(at, instance.sealedAt);
    instance.answer = at;
  });
  return stray;
}

function isOfKey(instance: Instance, key: { readonly pasid: number; readonly prgi: number }): boolean {
  return instance.pasid === key.pasid && instance.prgi === key.prgi;
}

/** An answer may be meant for the group reported next only if none of its key was open (§3.1). */
function isOpenFor(instance: Instance, at: number): boolean {
  return instance.sealedAt < at && (instance.closedAt === undefined || instance.closedAt >= at);
}

function nextRequest(capture: readonly Step[], from: number): number | undefined {
  const next = capture.findIndex((symbol, at) => at > from && (symbol.kind === 'request' || symbol.kind === 'last'));
  return next < 0 ? undefined : next;
}

function bestAssignments(
  capture: readonly Step[],
  instances: readonly Instance[],
  responses: readonly number[],
): Placement[][] {
  let best: Placement[][] = [];
  let bestCost = Number.POSITIVE_INFINITY;
  const walk = (index: number, soFar: Placement[]): void => {
    if (index === responses.length) {
      const surplus = soFar.flatMap((each, place) => (each.instance === undefined ? [soFar.length - place] : []));
      const answered = new Set(soFar.map((each) => each.instance));
      const unanswered = instances.filter((_, number) => !answered.has(number)).length;
      const cost = surplus.length * 1e6 + unanswered * 1e3 + surplus.reduce((sum, age) => sum + age, 0);
      if (cost < bestCost) {
        bestCost = cost;
        best = [];
      }
      if (cost === bestCost) best.push([...soFar]);
      return;
    }
    for (const placement of choices(capture, instances, responses, index, soFar))
      walk(index + 1, [...soFar, placement]);
  };
  walk(0, []);
  return best;
}

function choices(
  capture: readonly Step[],
  instances: readonly Instance[],
  responses: readonly number[],
  index: number,
  soFar: readonly Placement[],
): Placement[] {
  const at = responses[index] ?? 0;
  const response = capture[at];
  const found: Placement[] = [{ instance: undefined, actor: undefined }];
  if (response?.kind !== 'response') return found;
  const hasOpen = instances.some((each) => isOfKey(each, response) && isOpenFor(each, at));
  instances.forEach((each, instance) => {
    if (each.pasid !== response.pasid || each.prgi !== response.prgi) return;
    if (each.sealedAt > at && (hasOpen || each.sealedAt !== nextRequest(capture, at))) return;
    const before = soFar.filter((placement) => placement.instance === instance);
    if (!before.some((placement) => placement.actor === 'handler')) found.push({ instance, actor: 'handler' });
    if (before.length === 0 && isOpenFor(each, at) && isDrained(capture, each, at))
      found.push({ instance, actor: 'host' });
  });
  return found;
}

function isDrained(capture: readonly Step[], instance: Instance, before: number): boolean {
  return capture.some(
    (symbol, at) => symbol.kind === 'drain' && symbol.pasid === instance.pasid && at > instance.sealedAt && at < before,
  );
}

/** A2: for one key a handler answers in delivery order, but not across a drain of the PASID. */
function keepsOrder(
  capture: readonly Step[],
  instances: readonly Instance[],
  responses: readonly number[],
  assignment: readonly Placement[],
): boolean {
  return assignment.every((one, first) =>
    assignment.slice(first + 1).every((other) => {
      const a = one.instance === undefined ? undefined : instances[one.instance];
      const b = other.instance === undefined ? undefined : instances[other.instance];
      if (a === undefined || b === undefined || one.actor !== 'handler' || other.actor !== 'handler') return true;
      if (a.pasid !== b.pasid || a.prgi !== b.prgi || b.sealedAt >= a.sealedAt) return true;
      return isDrained(capture, b, a.sealedAt) || responses.length === 0;
    }),
  );
}

/** The first that holds of FL105, FL104, FL103, FL102, FL101, with the exception of FL104 (semantics §5). */
function strayId(
  capture: readonly Step[],
  instances: readonly Instance[],
  responses: readonly number[],
  valid: readonly Placement[][],
  at: number,
): string {
  const response = capture[at];
  if (response?.kind !== 'response') return '';
  const { pasid, prgi } = response;
  const lastSeal = instances.filter((each) => each.prgi === prgi && each.sealedAt < at).at(-1)?.sealedAt ?? -1;
  const isCollecting = capture.some(
    (symbol, place) =>
      symbol.kind === 'request' && symbol.pasid === pasid && symbol.prgi === prgi && place > lastSeal && place < at,
  );
  const early = instances.find(
    (each) => isOfKey(each, response) && each.sealedAt === nextRequest(capture, at) && (each.answer ?? at) < at,
  );
  if (early !== undefined) return 'FL102';
  if (isCollecting) return 'FL105';
  const isOpen = (each: Instance): boolean => each.sealedAt < at && (each.closedAt === undefined || each.closedAt > at);
  const other = instances.find((each) => each.prgi === prgi && each.pasid !== pasid && isOpen(each));
  const own = instances.filter((each) => isOfKey(each, response) && each.closedAt !== undefined && each.closedAt <= at);
  const last = own.sort((a, b) => (a.closedAt ?? 0) - (b.closedAt ?? 0)).at(-1);
  if (other !== undefined) return last !== undefined && other.answer !== undefined ? 'FL102' : 'FL104';
  const index = responses.indexOf(at);
  const isLate = valid.some((assignment) => {
    const own = assignment[index];
    return (
      own?.actor === 'handler' && assignment.some((each) => each.instance === own.instance && each.actor === 'host')
    );
  });
  if (isLate) return 'FL103';
  return last === undefined ? 'FL101' : 'FL102';
}

/** FL203, FL204, FL205, FL305, FL306 and open groups, straight from their definitions. */
function structural(capture: readonly Step[], instances: readonly Instance[]): Verdict[] {
  const found: Verdict[] = [];
  const certain = (at: number, what: string): void => {
    found.push({ at: at + 1, what, certainty: 'certain' });
  };
  for (const instance of instances) {
    const { pasid, prgi, sealedAt, members } = instance;
    const strangers = members.filter((at) => isStranger(capture, at, instance));
    if (strangers.length > 0) certain(sealedAt, 'FL205');
    for (const at of firstReuses(capture, instances, members, instance)) certain(at, 'FL203');
    const sharing = instances.some(
      (each) =>
        each.prgi === prgi &&
        each.pasid !== pasid &&
        isPendingAt(each, sealedAt) &&
        !hasMemberOf(capture, instance, each.pasid) &&
        !hasMemberOf(capture, each, pasid),
    );
    if (sharing) certain(sealedAt, 'FL204');
    if (instance.answer === undefined)
      certain(sealedAt, isDrained(capture, instance, capture.length) ? 'FL305' : 'open');
  }
  return [...found, ...partials(capture, instances)];
}

function isPendingAt(each: Instance, at: number): boolean {
  return (
    each.sealedAt < at && (each.closedAt === undefined || each.closedAt > at) && !(each.closedAt === each.sealedAt)
  );
}

/** Of each PASID among the requests the first that uses the key of a pending instance again. */
function firstReuses(
  capture: readonly Step[],
  instances: readonly Instance[],
  requests: readonly number[],
  own: Instance | undefined,
): number[] {
  const found = new Map<number, number>();
  for (const at of requests) {
    const request = capture[at];
    if (request === undefined || !('prgi' in request) || found.has(request.pasid)) continue;
    const isReuse = instances.some((each) => each !== own && isOfKey(each, request) && isPendingAt(each, at));
    if (isReuse) found.set(request.pasid, at);
  }
  return [...found.values()];
}

function isStranger(capture: readonly Step[], at: number, instance: Instance): boolean {
  const member = capture[at];
  if (member?.pasid !== instance.pasid) return true;
  return capture.some(
    (symbol, place) =>
      symbol.kind === 'drain' && symbol.pasid === instance.pasid && place > at && place < instance.sealedAt,
  );
}

function hasMemberOf(capture: readonly Step[], instance: Instance, pasid: number): boolean {
  return instance.members.some((at) => capture[at]?.pasid === pasid);
}

/** Requests that no last one took: one a (PASID, PRGI), abandoned if the PASID was drained after the newest of them. */
function partials(capture: readonly Step[], instances: readonly Instance[]): Verdict[] {
  const taken = new Set(instances.flatMap((each) => each.members));
  const groups = new Map<string, number>();
  const rest: number[] = [];
  capture.forEach((symbol, at) => {
    if (symbol.kind !== 'request' || taken.has(at)) return;
    groups.set(`${symbol.pasid}/${symbol.prgi}`, at);
    rest.push(at);
  });
  const ofPrgi = (prgi: number): number[] =>
    rest.filter((at) => {
      const request = capture[at];
      return request !== undefined && 'prgi' in request && request.prgi === prgi;
    });
  const reuses = [1, 2].flatMap((prgi) => firstReuses(capture, instances, ofPrgi(prgi), undefined));
  const found: Verdict[] = reuses.map((at) => ({ at: at + 1, what: 'FL203', certainty: 'certain' }));
  const ends = [...groups.values()].map((at): Verdict => {
    const isAbandoned = capture.some(
      (symbol, place) => symbol.kind === 'drain' && symbol.pasid === capture[at]?.pasid && place > at,
    );
    return { at: at + 1, what: isAbandoned ? 'FL306' : 'open', certainty: 'certain' };
  });
  return [...found, ...ends];
}
