import type { TraceEvent } from '../model/event.ts';
import type { Rule } from './rule.ts';
import { count } from './wording.ts';

interface Trouble {
  readonly first: TraceEvent;
  last: TraceEvent;
  count: number;
}

export const iommuError: Rule = {
  id: 'FL404',
  name: 'iommu-error',
  severity: 'warning',
  needs: 'lines about the IOMMU itself',
  observes: ['event'],
  docs: {
    finds:
      'The IOMMU is in trouble: invalidation time-outs and queue errors, completion-wait loops, log overflows, command errors. Folded by IOMMU and reason.',
    matters: 'Page responses travel in the same queue as invalidations: what goes wrong there delays or loses them.',
    misleads:
      'After a time-out the driver submits its batch again: the same descriptors appear twice in a trace and are one response.',
    example: 'DMAR: VT-d detected Invalidation Time-out Error: SID 100',
    references: ['log-formats B.1.3, B.3, B.4'],
  },
  create(context) {
    const troubles = new Map<string, Trouble>();
    return {
      observe(observation) {
        if (observation.kind !== 'event' || observation.event.kind !== 'iommu-error') return;
        const { event } = observation;
        // The response that the queue stopped at is lost: FL302 says so.
        if (event.prgi !== undefined) return;
        const key = `${event.iommu ?? ''}|${event.reason ?? ''}`;
        const open = troubles.get(key);
        if (open === undefined) troubles.set(key, { first: event, last: event, count: 1 });
        else {
          open.count += 1;
          open.last = event;
        }
      },
      finish() {
        for (const { first, last, count: times } of troubles.values()) {
          const where = first.iommu ?? first.device ?? 'The IOMMU';
          const often = times === 1 ? '' : `, ${count(times, 'line')}`;
          context.report({
            certainty: 'certain',
            message: `${where} reports trouble: ${first.vendorReason ?? first.reason ?? 'an error'}${often}.`,
            device: first.device ?? first.iommu,
            scope: 'iommu',
            ...(times === 1 ? {} : { count: times }),
            evidence: [
              { event: first, role: 'error' },
              ...(last === first ? [] : [{ event: last, role: 'last-error' }]),
            ],
          });
        }
        troubles.clear();
      },
    };
  },
};
