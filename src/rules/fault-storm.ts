import type { TraceEvent } from '../model/event.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { Rule } from './rule.ts';
import { count } from './wording.ts';

/** Xen has one limit for all that it prints: what it left out need not be about faults. */
const ANY_MESSAGE = 'printk';
/** Faults of the last second that are kept at most, if the limit is no higher; of more, the count is one of at least so many. */
const MAX_KEPT = 16_384;

export const faultStorm: Rule = {
  id: 'FL403',
  name: 'fault-storm',
  severity: 'warning',
  needs: '`callbacks suppressed` lines, or fault records with times in seconds',
  observes: ['event'],
  docs: {
    finds:
      'The kernel suppressed messages about faults, or more than --storm faults a second were recorded (default 1000).',
    matters: 'The log shows a part of the faults only; a device may be stuck in a loop.',
    misleads:
      'The kernel’s limit is 10 lines in 5 s for each function, so few faults are enough for a suppressed line. Xen limits all its messages together and names none: its line counts only in a log with faults, and is possible.',
    example: 'amd_iommu_report_page_fault: 42 callbacks suppressed',
    references: ['log-formats 0.2'],
  },
  create(context) {
    const suppressed = new Map<string, { first: TraceEvent; last: TraceEvent; lost: number; lines: number }>();
    // The newest faults; those of the last second start at `oldest`.
    let second: TraceEvent[] = [];
    let oldest = 0;
    let worst: { first: TraceEvent; count: number } | undefined;
    let hasFaults = false;
    const most = Math.max(MAX_KEPT, context.limits.stormPerSecond + 1);
    return {
      observe(observation) {
        if (observation.kind !== 'event') return;
        const { event } = observation;
        if (event.kind === 'suppressed') {
          const name = event.reason ?? 'messages';
          const open = suppressed.get(name);
          if (open === undefined) suppressed.set(name, { first: event, last: event, lost: event.lost ?? 0, lines: 1 });
          else {
            open.lost += event.lost ?? 0;
            open.lines += 1;
            open.last = event;
          }
          return;
        }
        if (event.kind === 'fault') hasFaults = true;
        const { time } = event;
        if (event.kind !== 'fault' || time === undefined || !observation.hasSeconds) return;
        second.push(event);
        while (isOlderThanSecond(second[oldest], time)) oldest += 1;
        if (second.length >= 2 * most) {
          second = second.slice(Math.max(oldest, second.length - most));
          oldest = 0;
        }
        const first = second[oldest];
        const within = Math.min(second.length - oldest, most);
        if (within <= context.limits.stormPerSecond) return;
        if (first !== undefined && within > (worst?.count ?? 0)) worst = { first, count: within };
      },
      finish() {
        for (const [name, { first, last, lost, lines }] of suppressed) {
          const isOfAnything = name === ANY_MESSAGE;
          if (isOfAnything && !hasFaults) continue;
          context.report({
            certainty: isOfAnything ? 'possible' : 'certain',
            message: isOfAnything ? anyMessage(lost, lines) : messageOf(name, lost, lines),
            scope: 'capture',
            ...(lines === 1 ? {} : { count: lines }),
            evidence: [
              { event: first, role: 'suppressed' },
              ...(last === first ? [] : [{ event: last, role: 'suppressed' }]),
            ],
          });
        }
        suppressed.clear();
        if (worst === undefined) return;
        context.report({
          certainty: 'certain',
          message: `Fault storm: ${worst.count === most ? 'at least ' : ''}${worst.count} faults within one second, above the limit of ${context.limits.stormPerSecond}.`,
          scope: 'capture',
          count: worst.count,
          evidence: [{ event: worst.first, role: 'first-fault' }],
        });
        worst = undefined;
      },
    };
  },
};

function messageOf(name: string, lost: number, lines: number): string {
  const places = count(lines, 'place');
  return lost > 0
    ? `The kernel suppressed ${count(lost, 'message')} of ${name} in ${places}: faults are missing from this log.`
    : `Faults are missing from this log: ${name} in ${places}, it does not say how many.`;
}

function anyMessage(lost: number, lines: number): string {
  return `Xen suppressed ${count(lost, 'message')} in ${count(lines, 'place')} and does not say which: faults may be missing from this log.`;
}

function isOlderThanSecond(event: TraceEvent | undefined, now: number): boolean {
  return event?.time !== undefined && now - event.time >= NS_PER_SECOND;
}
