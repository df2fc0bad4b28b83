import { NS_PER_SECOND } from '../model/time.ts';
import type { ReuseInFlight } from '../replay/observation.ts';
import type { Requester } from '../replay/requester.ts';
import type { EvidenceDraft, Rule, RuleContext } from './rule.ts';
import { count, groupText, nameOf, pasidText, requestEvidence } from './wording.ts';

/** Reuses of a (requester, PASID) closer than this are one burst. */
const BURST_NS = NS_PER_SECOND;

interface Burst {
  readonly first: ReuseInFlight;
  readonly evidence: EvidenceDraft[];
  readonly prgis: Set<number>;
  count: number;
  lastTime: number | undefined;
}

export const prgiReusedInFlight: Rule = {
  id: 'FL203',
  name: 'prgi-reused-in-flight',
  severity: 'error',
  needs: 'page requests and page responses on the same hop',
  observes: ['reuse-in-flight'],
  docs: {
    finds:
      'A request reuses the key of a group that is sealed and unanswered. Folded per (requester, PASID) and burst (reuses within 1 s of each other).',
    matters:
      'Two groups of one key cannot be told apart by their answers: this is how responses cross. The device breaks the PRI rules, or the host is too slow and the device gave up.',
    misleads:
      'Members that may have been finished by the hardware at a queue overflow, and groups in flight at a capture gap, do not count. Both instances stay owed: kernels answer each.',
    example: 'prq_report … l pasid=0x1 index=0x2 twice without a page_grp_resp between them',
    references: ['semantics 3, 5', 'PCIe 6.0, 10.4.1.1'],
  },
  create(context) {
    const bursts = new Map<Requester, Map<number, Burst>>();
    return {
      observe(observation) {
        if (observation.kind !== 'reuse-in-flight') return;
        const { requester, prgi } = observation.earlier;
        context.name(observation.later);
        let ofRequester = bursts.get(requester);
        if (ofRequester === undefined) {
          ofRequester = new Map();
          bursts.set(requester, ofRequester);
        }
        const pasid = observation.request.pasid ?? 0;
        const { time } = observation.request;
        const open = ofRequester.get(pasid);
        if (open !== undefined && isNear(open.lastTime, time)) {
          open.count += 1;
          open.lastTime = time;
          open.prgis.add(prgi);
          if (open.count <= 3) open.evidence.push(...evidenceOf(observation));
          return;
        }
        if (open !== undefined) reportBurst(context, open);
        ofRequester.set(pasid, {
          first: observation,
          evidence: evidenceOf(observation),
          prgis: new Set([prgi]),
          count: 1,
          lastTime: time,
        });
      },
      finish() {
        for (const ofRequester of bursts.values())
          for (const burst of ofRequester.values()) reportBurst(context, burst);
        bursts.clear();
      },
    };
  },
};

function isNear(then: number | undefined, now: number | undefined): boolean {
  return then === undefined || now === undefined || now - then <= BURST_NS;
}

function evidenceOf(reuse: ReuseInFlight): EvidenceDraft[] {
  return [{ event: reuse.request, role: 'request' }, ...requestEvidence(reuse.earlier, 'earlier-request').slice(-1)];
}

function reportBurst(context: RuleContext, burst: Burst): void {
  const { requester } = burst.first.earlier;
  const { pasid } = burst.first.request;
  const [only] = burst.prgis;
  const isOne = burst.prgis.size === 1 && only !== undefined;
  const what = isOne
    ? groupText({ requester, pasid, prgi: only })
    : `${count(burst.prgis.size, 'PRGI')} of ${pasidText(pasid)} on ${nameOf(requester)}`;
  context.report({
    certainty: 'certain',
    message: `${count(burst.count, 'request group')} reused ${what} while the earlier group was sealed and unanswered; their answers cannot be told apart.`,
    requester,
    pasid,
    ...(isOne ? { prgi: only } : {}),
    scope: 'owner',
    count: burst.count,
    evidence: burst.evidence,
    groups: [burst.first.earlier],
  });
}
