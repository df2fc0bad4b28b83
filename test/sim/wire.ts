import type { LogLine } from './log-line.ts';
import type { Device, Group, Owner } from './machine.ts';
import type { Proof, Truth } from './truth.ts';

/** What the wire needs of the world around it. */
export interface WireSink {
  readonly truths: { push(truth: Truth): void };
  now(): number;
  after(delayUs: number, run: () => void): void;
}

/**
 * The device hop as it really is: which groups of a key are open, in the order of the host's own actions. It
 * knows for each answer whose it is, so it is the judge of what was spurious and what crossed.
 */
export class Wire {
  readonly #sink: WireSink;
  readonly #byKey = new Map<string, Group[]>();
  readonly #all: Group[] = [];
  readonly #crossed: {
    readonly accepted: Group;
    readonly code: number;
    readonly lines: readonly (LogLine | undefined)[];
  }[] = [];

  constructor(sink: WireSink) {
    this.#sink = sink;
  }

  seal(group: Group): void {
    const key = keyOf(group.device, group.pasid, group.prgi);
    const ofKey = this.#byKey.get(key) ?? [];
    this.#byKey.set(key, ofKey);
    const strangers = group.requests.filter((request) => isStranger(request.pasid, request.line, group));
    const line = group.line;
    if (line === undefined) return;
    if (strangers.length > 0) this.#tell('FL205', group, [line], 'wire', 'requests of others were joined');
    const earlier = ofKey.find((each) => each.closedAt === undefined);
    if (earlier !== undefined) {
      const lines = group.requests.flatMap((request) => (request.line === undefined ? [] : [request.line]));
      this.#whenStillOpen(earlier, line, (proof) =>
        this.#tell('FL203', group, lines, proof, 'the key of a pending group was used again', true),
      );
    }
    if (strangers.length === 0) this.#observeSharing(group, line);
    ofKey.push(group);
    this.#all.push(group);
  }

  #observeSharing(group: Group, line: LogLine): void {
    for (const other of this.#all) {
      if (other.device !== group.device || other.prgi !== group.prgi || other.pasid === group.pasid) continue;
      if (other.closedAt !== undefined) continue;
      if (other.requests.some((request) => request.pasid !== other.pasid)) continue;
      this.#whenStillOpen(other, line, (proof) =>
        this.#tell('FL204', group, [line], proof, 'two PASIDs have the PRGI in flight', true),
      );
    }
  }

  /** An answer between a request's arrival and its line makes the capture show another order than the true one. */
  #whenStillOpen(earlier: Group, line: LogLine, tell: (proof: Proof) => void): void {
    this.#sink.after(line.at - this.#sink.now(), () => tell(earlier.closedAt === undefined ? 'wire' : 'nothing'));
  }

  answer(group: Group, code: number, by: 'handler' | 'host', line: LogLine, sent?: LogLine): void {
    const { device, pasid, prgi } = group;
    const open = (this.#byKey.get(keyOf(device, pasid, prgi)) ?? []).filter((each) => each.closedAt === undefined);
    const accepted = open[0];
    if (by === 'handler') this.#meant(group, code, [line, sent]);
    if (accepted === undefined) {
      this.#stray(device, pasid, prgi, [line, sent], group, 'wire');
      return;
    }
    if (accepted !== group && !open.includes(group)) {
      const isSecond = group.closedBy === 'handler';
      const crossing = sent === undefined || isSecond ? undefined : { sent, accepted };
      const why = 'an answer of an earlier group was accepted';
      this.#tell('FL201', accepted, [line, sent], 'nothing', why, true, crossing);
      this.#crossed.push({ accepted, code, lines: [line, sent] });
    }
    accepted.closedAt = this.#sink.now();
    accepted.closedBy = by;
    accepted.answer = line;
    this.#sink.after(3, () => {
      if (!(this.#byKey.get(keyOf(device, pasid, prgi)) ?? []).some((each) => each.closedAt === undefined))
        device.busy.delete(prgi);
    });
  }

  /** What a group's handler says, once it reaches the host: another group's answer may have closed it. */
  #meant(group: Group, code: number, lines: readonly (LogLine | undefined)[]): void {
    group.meant ??= code;
    const wrong = this.#crossed.find((each) => each.accepted === group && each.code !== code);
    if (wrong === undefined) return;
    this.#tell('FL202', group, [...lines, ...wrong.lines], 'nothing', 'the wrong code reached the device', true);
  }

  /** The core refused the answer and says so without a key. */
  refused(group: Group, code: number, line: LogLine, sent: LogLine | undefined): void {
    this.#meant(group, code, [line, sent]);
    this.#tell('FL103', group, [line, sent], 'nothing', 'the core refused an answer', true);
    if (!this.#crossed.some((each) => each.accepted === group)) return;
    this.#tell('FL303', group, [line, sent], 'nothing', 'a crossed answer had closed its group', true);
  }

  /** The core dropped the answer silently; the kprobe above shows it. */
  dropped(group: Group, code: number, line: LogLine, sent: LogLine | undefined): void {
    this.#meant(group, code, [line, sent]);
    const isOpen = (this.#byKey.get(keyOf(group.device, group.pasid, group.prgi)) ?? []).some(
      (each) => each.closedAt === undefined,
    );
    this.#stray(group.device, group.pasid, group.prgi, [line, sent], group, isOpen ? 'nothing' : 'probes');
  }

  /** An answer that belongs to no group at all. */
  forged(device: Device, pasid: number, prgi: number, line: LogLine): void {
    const open = (this.#byKey.get(keyOf(device, pasid, prgi)) ?? []).find((each) => each.closedAt === undefined);
    if (open === undefined) this.#stray(device, pasid, prgi, [line], undefined, 'wire');
  }

  #stray(
    device: Device,
    pasid: number,
    prgi: number,
    lines: readonly (LogLine | undefined)[],
    owner: Group | undefined,
    proof: Proof,
  ): void {
    const ofKey = this.#byKey.get(keyOf(device, pasid, prgi)) ?? [];
    const isCollecting = (device.collecting.get(prgi) ?? []).some((request) => request.pasid === pasid);
    const other = this.#all.find(
      (each) => each.device === device && each.prgi === prgi && each.pasid !== pasid && each.closedAt === undefined,
    );
    const isLate = owner !== undefined && owner.closedBy === 'host';
    const id = isCollecting
      ? 'FL105'
      : other !== undefined
        ? 'FL104'
        : isLate
          ? 'FL103'
          : ofKey.length > 0
            ? 'FL102'
            : 'FL101';
    const others = ['FL101', 'FL102', 'FL103', 'FL303'];
    this.#sink.truths.push({
      id,
      alsoKnownAs: id === 'FL105' ? [] : others,
      device: device.name,
      pasid,
      prgi,
      lines: lines.filter((line) => line !== undefined),
      isFolded: false,
      proof,
      guest: owner?.owner.guest?.name,
      why: 'nothing was in flight for this answer',
    });
  }

  drained(owner: Owner, line: LogLine): void {
    for (const group of this.#all) {
      if (group.owner === owner && group.closedAt === undefined) group.drainedBy ??= line;
    }
  }

  overflow(device: Device, lines: readonly LogLine[]): void {
    this.#sink.truths.push({
      id: 'FL304',
      alsoKnownAs: [],
      device: device.name,
      pasid: 0,
      prgi: 0,
      lines,
      isFolded: false,
      proof: 'wire',
      why: 'the queue overflowed',
    });
  }

  #tell(
    id: string,
    group: Group,
    given: readonly (LogLine | undefined)[],
    proof: Proof,
    why: string,
    isFolded = false,
    crossing?: Truth['crossing'],
  ): void {
    const { device, pasid, prgi } = group;
    const lines = given.filter((line) => line !== undefined);
    const guest = group.owner.guest?.name;
    this.#sink.truths.push({
      id,
      alsoKnownAs: [],
      device: device.name,
      pasid,
      prgi,
      lines,
      isFolded,
      proof,
      guest,
      why,
      crossing,
    });
  }
}

/** A member of another PASID, or from before a drain of its own. */
function isStranger(pasid: number, line: LogLine | undefined, group: Group): boolean {
  if (pasid !== group.pasid) return true;
  return line !== undefined && group.owner.drains.some((drain) => drain.at > line.at && drain.at < group.sealedAt);
}

function keyOf(device: Device, pasid: number, prgi: number): string {
  return `${device.name}/${pasid}/${prgi}`;
}
