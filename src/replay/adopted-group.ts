import { newEvent } from '../model/event.ts';
import type { ExportedGroup } from '../model/exported-group.ts';
import { requesterIdOfName } from '../model/ids.ts';
import { nanoseconds } from '../model/time.ts';
import { newGroup } from './new-group.ts';
import type { PageRequestGroup } from './page-request-group.ts';
import { keyState } from './requester.ts';
import { RequesterTable } from './requester-table.ts';

/** Groups that an earlier run has judged, as they were when that run ended. Nothing is concluded anew. */
export class AdoptedGroups {
  readonly #requesters = new RequesterTable();

  adopt({ row, requests, response, hops }: ExportedGroup): PageRequestGroup {
    const named = newEvent('page-request', 'faultlog-group', 'none');
    named.device = row.device;
    named.requester = row.device === undefined ? undefined : requesterIdOfName(row.device);
    const requester = this.#requesters.of(named);
    const key = keyState(requester, row.pasid, row.prgi);
    const group = newGroup(requester, key, row.pasid, row.prgi, row.privateData, row.instance);
    group.requests.push(...requests);
    group.state = row.state;
    group.isSealed = row.privateData !== undefined || requests.some(({ isLast }) => isLast);
    // So that the latency is what it was: also of an early answer, and of a refusal that shows no request.
    const answeredAt = response?.time;
    if (answeredAt !== undefined && row.latencyNs !== undefined)
      group.sealedAt = nanoseconds(answeredAt - row.latencyNs);
    group.response = response;
    group.upperHops.push(...hops);
    group.answeredBy = row.answeredBy;
    group.sinceEpoch = row.sentBy?.sinceEpochNs;
    group.findings.push(...row.findings);
    return group;
  }
}
