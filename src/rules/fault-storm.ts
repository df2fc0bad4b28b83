import type { TraceEvent } from '../model/event.ts';
import { NS_PER_SECOND } from '../model/time.ts';
import type { Rule } from './rule.ts';
import { count } from './wording.ts';

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
      'The kernel’s limit is 10 lines in 5 s for each function, so few faults are enough for a suppressed line.',
    example: 'amd_iommu_report_page_fault: 42 callbacks suppressed',
    references: ['log-formats 0.2'],
  },
  create(context) {
    const suppressed = new Map<string, { first: TraceEvent; last: TraceEvent; lost: number; lines: number }>();
    let second: TraceEvent[] = [];
    let worst: { first: TraceEvent; count: number } | undefined;
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
        const { time } = event;
        if (event.kind !== 'fault' || time === undefined) return;
        const start = second[0]?.time;
        if (start === undefined || time - start >= NS_PER_SECOND || time < start) second = [];
        second.push(event);
        if (second.length <= context.limits.stormPerSecond) return;
        const [first] = second;
        if (first !== undefined && second.length > (worst?.count ?? 0)) worst = { first, count: second.length };
      },
      finish() {
        for (const [name, { first, last, lost, lines }] of suppressed) {
          context.report({
            certainty: 'certain',
            message: `The kernel suppressed ${count(lost, 'message')} of ${name} in ${count(lines, 'place')}: faults are missing from this log.`,
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
          message: `Fault storm: ${worst.count} faults within one second, above the limit of ${context.limits.stormPerSecond}.`,
          scope: 'capture',
          count: worst.count,
          evidence: [{ event: worst.first, role: 'first-fault' }],
        });
      },
    };
  },
};
