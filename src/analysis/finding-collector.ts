import type { InputReport } from '../intake/input.ts';
import type { SourceLine } from '../model/event.ts';
import type { Certainty, Evidence, Finding, Severity } from '../model/finding.ts';
import type { Owner } from '../model/owner.ts';
import { formatTime, nanoseconds } from '../model/time.ts';
import type { Observation } from '../replay/observation.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { EvidenceDraft, FindingDraft, Rule } from '../rules/rule.ts';
import { Fingerprints } from './fingerprint.ts';

/** Findings kept a rule, consequences included; more are counted, by rule, as omitted. */
export const MAX_FINDINGS_PER_RULE = 10_000;

const SEVERITY_RANK: Record<Severity, number> = { error: 0, warning: 1, note: 2 };
const CERTAINTY_RANK: Record<Certainty, number> = { certain: 0, likely: 1, possible: 2 };

/** Where a draft came from. */
export interface DraftOrigin {
  readonly rule: Rule;
}

/** Who is told at once. */
export interface FindingListener {
  onGroupFinding?(group: PageRequestGroup, ruleId: string): void;
  onFinding?(finding: Finding): void;
}

/** Gives drafts their final shape: times, evidence, owner, fingerprint; nests consequences; bounds their number. */
export class FindingCollector {
  readonly #reports: readonly InputReport[];
  readonly #owners: readonly Owner[];
  readonly #listener: FindingListener;
  readonly #findings: Finding[] = [];
  readonly #byCause = new Map<Observation, Finding>();
  /** Shapes that rules state. */
  readonly #shapes = new Map<Finding, string>();
  readonly #perRule = new Map<string, number>();
  readonly omitted = new Map<string, number>();
  consequences = 0;

  constructor(reports: readonly InputReport[], owners: readonly Owner[], listener: FindingListener = {}) {
    this.#reports = reports;
    this.#owners = owners;
    this.#listener = listener;
  }

  /** Lists the rule with an instance. */
  name(group: PageRequestGroup, { id }: Rule): void {
    if (group.findings.includes(id)) return;
    group.findings.push(id);
    this.#listener.onGroupFinding?.(group, id);
  }

  /** True if the rule has reached its limit; then a finding about these instances is counted. */
  omits(groups: readonly PageRequestGroup[], rule: Rule): boolean {
    if ((this.#perRule.get(rule.id) ?? 0) < MAX_FINDINGS_PER_RULE) return false;
    for (const group of groups) this.name(group, rule);
    this.omitted.set(rule.id, (this.omitted.get(rule.id) ?? 0) + 1);
    return true;
  }

  add(draft: FindingDraft, origin: DraftOrigin): void {
    const { groups = [] } = draft;
    if (this.omits(groups, origin.rule)) return;
    for (const group of groups) this.name(group, origin.rule);
    this.#perRule.set(origin.rule.id, (this.#perRule.get(origin.rule.id) ?? 0) + 1);
    const finding = this.#finding(draft, origin);
    const cause = draft.consequenceOf === undefined ? undefined : this.#byCause.get(draft.consequenceOf);
    if (cause !== undefined) {
      if (cause.consequences === undefined) cause.consequences = [finding];
      else cause.consequences.push(finding);
      this.consequences += 1;
      return;
    }
    if (draft.cause !== undefined) this.#byCause.set(draft.cause, finding);
    this.#findings.push(finding);
    this.#listener.onFinding?.(finding);
  }

  /** Worst first: severity, certainty, then the order of the inputs; with fingerprints. */
  finish(): Finding[] {
    const sorted = this.#findings.sort(
      (a, b) =>
        SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
        CERTAINTY_RANK[a.certainty] - CERTAINTY_RANK[b.certainty] ||
        placeOf(a) - placeOf(b) ||
        a.id.localeCompare(b.id),
    );
    const fingerprints = new Fingerprints();
    for (const finding of sorted) this.#sign(finding, fingerprints);
    return sorted;
  }

  #sign(finding: Finding, fingerprints: Fingerprints): void {
    finding.fingerprint = fingerprints.next(finding, this.#shapes.get(finding));
    for (const consequence of finding.consequences ?? []) this.#sign(consequence, fingerprints);
  }

  #finding(draft: FindingDraft, { rule }: DraftOrigin): Finding {
    const device = draft.requester === undefined ? draft.device : draft.requester.name || undefined;
    const owner = this.#ownerOf(device, draft.pasid);
    const [first] = draft.evidence;
    const time = first?.event.time;
    const sender = draft.sender?.event;
    const finding: Finding = {
      id: rule.id,
      name: rule.name,
      severity: draft.severity ?? rule.severity,
      certainty: draft.certainty,
      message: draft.message,
      ...(device === undefined ? {} : { device }),
      ...(draft.pasid === undefined ? {} : { pasid: draft.pasid }),
      ...(draft.prgi === undefined ? {} : { prgi: draft.prgi }),
      ...(owner === undefined ? {} : { owner }),
      ...(draft.scope === undefined ? {} : { scope: draft.scope }),
      ...(draft.answeredBy === undefined ? {} : { answeredBy: draft.answeredBy }),
      ...(sender === undefined
        ? {}
        : {
            sentBy: {
              lane: sender.lane,
              ...(sender.task === undefined ? {} : { task: taskOf(sender.task, sender.pid) }),
              ...(draft.sender?.sinceEpoch === undefined ? {} : { sinceEpochNs: draft.sender.sinceEpoch }),
            },
          }),
      ...(draft.count === undefined ? {} : { count: draft.count }),
      ...(time === undefined || first === undefined ? {} : { time: this.#time(first.event.source, time) }),
      fingerprint: '',
      evidence: draft.evidence.flatMap((each) => this.#evidence(each)),
    };
    if (draft.shape !== undefined) this.#shapes.set(finding, draft.shape);
    return finding;
  }

  #ownerOf(device: string | undefined, pasid: number | undefined): string | undefined {
    return this.#owners.find((each) => each.device === device && each.pasid === pasid)?.owner;
  }

  #evidence({ event, role }: EvidenceDraft): Evidence[] {
    const lines = [event.source, ...(event.also ?? [])];
    return lines.map((source) => ({
      input: source.input,
      line: source.line,
      offset: source.offset,
      role,
      ...(event.time === undefined ? {} : { time: this.#time(source, event.time) }),
      text: source.text,
    }));
  }

  #time(source: SourceLine, time: number): string {
    const scale = this.#reports[source.input]?.scale;
    return scale === undefined ? String(time) : formatTime(nanoseconds(time), scale);
  }
}

/** `kworker/u8:1-29`: the form of the trace, so that a search in it finds the task. */
function taskOf(task: string, pid: number | undefined): string {
  return pid === undefined ? task : `${task}-${pid}`;
}

function placeOf(finding: Finding): number {
  const [first] = finding.evidence;
  return first === undefined ? 0 : first.input * 2 ** 40 + first.line;
}
