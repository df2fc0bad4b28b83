import { plural } from '../base/text.ts';
import { addressOf, formatAddress, type TraceEvent } from '../model/event.ts';
import type { FindingDraft, Rule } from './rule.ts';

/** Hexadecimal digits of an offset within a page. */
const OFFSET_DIGITS = 3;
/** Distinct (requester, reason, page) kept apart; what comes after is counted in a finding of its own, the last that a report holds. */
const MAX_PLACES = 9_999;

interface Place {
  readonly first: TraceEvent;
  count: number;
  last: TraceEvent;
  readonly kinds: Set<'read' | 'write'>;
}

export const translationFault: Rule = {
  id: 'FL401',
  name: 'translation-fault',
  severity: 'warning',
  needs: 'unrecoverable fault records in the kernel log or the trace',
  observes: ['event'],
  docs: {
    finds:
      'Unrecoverable fault records (VT-d faults, AMD-Vi events, SMMU events, io_page_fault, …), grouped by requester, reason and page.',
    matters: 'A DMA was blocked: the device reads or writes where nothing is mapped, or is not allowed to.',
    misleads:
      'The kernel limits these lines (FL403), and hardware merges faults of a page while one is pending: the count is of lines, not of accesses. A blocked page request is printed as a DMA Write by Intel kernels.',
    example:
      'DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x12345000 [fault reason 0x06] PTE Read access is not set',
    references: ['log-formats B', 'VT-d 7.2, 11.4'],
  },
  create(context) {
    const places = new Map<string, Place>();
    let others: Place | undefined;
    return {
      observe(observation) {
        if (observation.kind !== 'event' || observation.event.kind !== 'fault') return;
        const { event } = observation;
        const key = [event.iommu, event.device ?? event.requester, event.pasid, event.reason, pageOf(event)].join('|');
        const access = kindOf(event);
        const place = places.get(key) ?? (places.size >= MAX_PLACES ? others : undefined);
        if (place !== undefined) {
          place.count += 1;
          place.last = event;
          if (access !== undefined) place.kinds.add(access);
          return;
        }
        const created: Place = { first: event, count: 1, last: event, kinds: new Set() };
        if (access !== undefined) created.kinds.add(access);
        if (places.size >= MAX_PLACES) others = created;
        else places.set(key, created);
      },
      finish() {
        for (const [key, { first, count, last, kinds }] of places) {
          // Events are larger than what is reported of them.
          places.delete(key);
          const address = addressOf(first);
          const at = address === undefined ? '' : ` at ${formatAddress(address)}`;
          const how = kinds.size === 0 ? '' : `${[...kinds].sort().join(' and ')} `;
          const times = count === 1 ? '' : `, ${count} records of this page`;
          const who = first.device ?? 'a device that the line does not name';
          const reason = reasonOf(first);
          context.report({
            certainty: 'certain',
            message: `Unrecoverable fault: ${how}access of ${who}${at} was blocked (${reason})${times}.`,
            shape: `${how}${reason.replaceAll(/0x[0-9a-f]+|\d+/g, '#')}`,
            device: first.device,
            pasid: first.pasid,
            ...(count === 1 ? {} : { count }),
            evidence: [
              { event: first, role: 'fault' },
              ...(last === first ? [] : [{ event: last, role: 'last-fault' }]),
            ],
          });
        }
        if (others !== undefined) context.report(beyond(others));
        others = undefined;
      },
    };
  },
};

/** Number of the page in which the address lies, as digits without leading zeros. A log can be full of faults: no bigint. */
function pageOf({ addressDigits, addressShift }: TraceEvent): string | undefined {
  if (addressDigits === undefined) return undefined;
  const end = addressDigits.length - (addressShift === 12 ? 0 : OFFSET_DIGITS);
  let start = 0;
  while (addressDigits.startsWith('0', start)) start += 1;
  return addressDigits.slice(start, Math.max(start, end)).toLowerCase();
}

function kindOf({ access }: TraceEvent): 'read' | 'write' | undefined {
  if (access === undefined) return undefined;
  return access.includes('w') ? 'write' : 'read';
}

/** What came when so many places were known that no more are told apart. */
function beyond({ first, last, count }: Place): FindingDraft {
  return {
    certainty: 'certain',
    message: `${plural(count, 'more unrecoverable fault')} beyond the first ${MAX_PLACES} combinations of device, reason and page, which are told apart.`,
    shape: 'beyond',
    ...(count === 1 ? {} : { count }),
    evidence: [{ event: first, role: 'fault' }, ...(last === first ? [] : [{ event: last, role: 'last-fault' }])],
  };
}

/** As the kernel printed it; what was printed as a number only gets its name. */
function reasonOf({ vendorReason, reason = 'fault' }: TraceEvent): string {
  if (vendorReason === undefined) return reason;
  return NUMBER_ONLY.test(vendorReason) && reason !== 'fault' ? `${reason}, ${vendorReason}` : vendorReason;
}

const NUMBER_ONLY = /^\w+[ =]0x[0-9a-f]+$/;
