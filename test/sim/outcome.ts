import type { LogLine } from './log-line.ts';
import type { Group, Owner, Request } from './machine.ts';
import type { Truth } from './truth.ts';
import type { World } from './world.ts';

const TIMEOUT_US = 10_000_000;
/** An answer may be meant for the request that is traced next, up to this much later (semantics §3.1). */
const EARLY_US = 1_000_000;

/** What can be said only when everything has happened. `sequenceIsComplete`: `seq#` of every unit began at 0. */
export function settle(world: World, sequenceIsComplete: boolean, hasProbes: boolean): readonly Truth[] {
  const host = world.lines.filter((line) => line.lane === 'host' && (hasProbes || !line.isProbe));
  const end = Math.max(...host.map((line) => line.at));
  const truths = world.truths.map((truth) => {
    if (truth.crossing !== undefined) return crossed(truth, truth.crossing, world);
    const [line] = truth.lines;
    // Something may still be on its way until the timeout.
    const isYoung = line === undefined || end - line.at < TIMEOUT_US + EARLY_US;
    if (truth.id === 'FL302' && isYoung) return { ...truth, proof: 'nothing' as const };
    if (line === undefined || !/^FL10[1-5]$/.test(truth.id)) return truth;
    const seen = withDoubts(truth, line, world, sequenceIsComplete, hasProbes);
    if (truth.proof === 'probes' && !isFinished(line, host, end)) return { ...seen, proof: 'nothing' as const };
    return seen;
  });
  for (const group of world.groups) truths.push(...unanswered(group, end));
  for (const group of world.guestGroups) {
    const last = Math.max(...world.lines.filter(({ lane }) => lane === group.owner.guest?.name).map(({ at }) => at));
    truths.push(...unanswered(group, last).map((truth) => ({ ...truth, proof: 'nothing' as const })));
  }
  const isOrderKnown = hasProbes || !truths.some((truth) => truth.id === 'FL304');
  for (const owner of new Set(world.owners.map((each) => each.device))) {
    for (const members of owner.collecting.values())
      truths.push(...incomplete(members, end), ...reuses(members, world));
  }
  return truths.map((truth) =>
    isOrderKnown || !/^FL(306|205)$/.test(truth.id) ? truth : { ...truth, proof: 'nothing' },
  );
}

/**
 * The guest proves a crossing if the answer left it before the group that it was accepted for came there (semantics
 * §6.2). Nothing else is possible if each of the guest's answers for the key shows on the wire.
 */
function crossed(truth: Truth, { sent, accepted }: NonNullable<Truth['crossing']>, world: World): Truth {
  const arrived = accepted.inGuest?.line;
  if (arrived !== undefined && arrived.at <= sent.at) return truth;
  const { device, pasid, prgi } = accepted;
  const ofKey = world.groups.filter((each) => isKey(each, truth));
  const low = (answer: LogLine, pasid: number, rid: number): boolean => isAnswerOf(answer, pasid, rid, prgi);
  const { guest, guestPasid, guestDevice } = accepted.owner;
  const given = world.lines.filter((line) => line.lane === guest?.name && low(line, guestPasid, guestDevice.rid));
  const onWire = world.lines.filter((line) => line.lane === 'host' && low(line, pasid, device.rid));
  const byHost = ofKey.filter((each) => each.closedBy === 'host').length;
  if (onWire.length - byHost !== given.length) return truth;
  return { ...truth, proof: 'guest', isCertain: arrived !== undefined };
}

function isAnswerOf({ text }: LogLine, pasid: number, rid: number, prgi: number): boolean {
  const [, low, high] = /^page_grp_resp \S+ (0x[0-9a-f]+) (0x[0-9a-f]+)/.exec(text) ?? [];
  if (low === undefined || high === undefined) return false;
  const value = BigInt(low);
  if (Number((value >> 32n) & 0xfffffn) !== pasid || Number((value >> 16n) & 0xffffn) !== rid) return false;
  return Number((BigInt(high) >> 3n) & 0x1ffn) === prgi;
}

function withDoubts(truth: Truth, line: LogLine, world: World, sequenceIsComplete: boolean, hasProbes: boolean): Truth {
  const next = nextReport(world, truth, line);
  if (next !== undefined) {
    // The next request may have taken it, and that one's own answer looks like the one too many.
    const taken = world.groups.find((group) => group.line === next);
    const lines = [...truth.lines, ...(taken?.answer === undefined ? [] : [taken.answer])];
    return { ...truth, proof: 'nothing', lines };
  }
  if (truth.proof === 'nothing') return truth;
  // A requester that sends nothing may be one that is not recorded (FL902).
  // A group that was answered before it was traced may have been answered for one from before the capture.
  const isDoubtful = world.groups.some(
    (group) =>
      isKey(group, truth) && (group.answer?.at ?? 0) < (group.line?.at ?? 0) && (group.line?.at ?? 0) < line.at,
  );
  if (isDoubtful && !sequenceIsComplete) return { ...truth, proof: 'nothing' };
  const isSilent = !world.lines.some((each) => each.event === 'prq_report' && each.text.includes(`/${truth.device} `));
  if (isSilent) return { ...truth, proof: 'nothing' };
  // Without the mark of an overflow in the trace it is not known whether partial requests stood before or after it.
  if (!hasProbes && world.truths.some((each) => each.id === 'FL304')) {
    return { ...truth, proof: 'nothing', alsoKnownAs: [...truth.alsoKnownAs, 'FL101', 'FL105'] };
  }
  const isUsed = world.groups.some(
    (group) => isKey(group, truth) && group.line !== undefined && group.line.at < line.at,
  );
  const isCollecting = truth.id === 'FL105';
  const isKnown = sequenceIsComplete || isClean(world.owners, truth, line, hasProbes);
  return isUsed || isCollecting || isKnown ? truth : { ...truth, proof: 'nothing' };
}

/** What the task submitted would have gone on by now: it did something else, or the capture went on without it. */
function isFinished(line: LogLine, host: readonly LogLine[], end: number): boolean {
  return end - line.at > EARLY_US || host.some((each) => each.pid === line.pid && each.at > line.at);
}

/** The capture shows the PASID's attach or drain (FL101's row in semantics §5). */
function isClean(owners: readonly Owner[], truth: Truth, line: LogLine, hasProbes: boolean): boolean {
  const own = owners.filter((owner) => owner.pasid === truth.pasid && owner.device.name === truth.device);
  return own.some((owner) => hasProbes && owner.attaches.some((attach) => attach.at < line.at));
}

/** The next report of the same IOMMU, if the answer may be meant for it. */
function nextReport(world: World, truth: Truth, line: LogLine): LogLine | undefined {
  const unit = unitOf(line);
  const reports = world.lines.filter(
    (each) => each.lane === 'host' && each.event === 'prq_report' && each.at > line.at && each.text.startsWith(unit),
  );
  const next = reports.sort((a, b) => a.at - b.at)[0];
  if (next === undefined || next.at - line.at > EARLY_US) return undefined;
  const group = world.groups.find((each) => each.line === next);
  return group !== undefined && isKey(group, truth) ? next : undefined;
}

/** `dmar0`, out of a descriptor's or a request's line. */
function unitOf(line: LogLine): string {
  return /dmar\d+/.exec(line.text)?.[0] ?? 'dmar';
}

function isKey(group: Group, truth: Truth): boolean {
  return group.device.name === truth.device && group.pasid === truth.pasid && group.prgi === truth.prgi;
}

function unanswered(group: Group, end: number): readonly Truth[] {
  const { line, device, pasid, prgi } = group;
  if (line === undefined) return [];
  const base = {
    alsoKnownAs: ['FL302'],
    device: device.name,
    pasid,
    prgi,
    lines: [line],
    isFolded: false,
    guest: group.owner.guest?.name,
  } as const;
  const until = group.answer?.at ?? end;
  if (group.answer === undefined && group.drainedBy !== undefined) {
    return [{ ...base, id: 'FL305', proof: 'wire', why: 'the handler went away and nobody answered' }];
  }
  if (until - line.at < TIMEOUT_US) return [];
  // An answer that comes later than any limit looks like one without a request where the request is not recorded.
  const late = group.answer === undefined ? base : { alsoKnownAs: ['FL302', 'FL101'], lines: [line, group.answer] };
  return [{ ...base, ...late, id: 'FL301', proof: 'wire', why: 'no answer within the timeout' }];
}

/** Of a group that never gets its last request the first ones may have come while the key was pending. */
function reuses(members: readonly Request[], { groups }: World): readonly Truth[] {
  return members.flatMap(({ device, pasid, prgi, line }): Truth[] => {
    if (line === undefined) return [];
    const isPending = ({ line: sealed, closedAt }: Group): boolean =>
      sealed !== undefined && sealed.at < line.at && (closedAt === undefined || closedAt > line.at);
    const truth: Truth = {
      id: 'FL203',
      alsoKnownAs: [],
      device: device.name,
      pasid,
      prgi,
      lines: [line],
      isFolded: true,
      proof: 'nothing',
      why: 'the key of a pending group was used again, for a group that was never completed',
    };
    return groups.some((group) => isKey(group, truth) && isPending(group)) ? [truth] : [];
  });
}

function incomplete(members: readonly Request[], end: number): readonly Truth[] {
  const byPasid = new Map<number, Request[]>();
  for (const member of members) byPasid.set(member.pasid, [...(byPasid.get(member.pasid) ?? []), member]);
  const found: Truth[] = [];
  for (const [pasid, requests] of byPasid) {
    const newest = requests.at(-1);
    const line = newest?.line;
    if (newest === undefined || line === undefined) continue;
    const isDrained = newest.owner.drains.some((drain) => drain.at > line.at);
    const isDead = isDrained || end - line.at >= TIMEOUT_US;
    if (!isDead) continue;
    found.push({
      id: 'FL306',
      alsoKnownAs: [],
      device: newest.device.name,
      pasid,
      prgi: newest.prgi,
      lines: requests.flatMap((request) => (request.line === undefined ? [] : [request.line])),
      isFolded: true,
      proof: 'wire',
      why: 'the last request never came',
    });
  }
  return found;
}
