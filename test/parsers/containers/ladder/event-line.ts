import type { TraceEvent } from '../../../../src/model/event.ts';
import { NS_PER_SECOND } from '../../../../src/model/time.ts';

const KIND: Readonly<Record<string, string>> = {
  'page-request': 'PR',
  'page-response': 'PS',
  'stop-marker': 'SM',
};

/** `2 guest/wire PR1 G1 P1 M1`: everything that a ladder says about an observation, one line. */
export function eventLine(event: TraceEvent): string {
  const kind = KIND[event.kind] ?? event.kind;
  const isMore = event.kind === 'page-request' && !event.isLast;
  return [
    event.time === undefined ? '?' : event.time / NS_PER_SECOND,
    `${event.lane}/${event.point}`,
    `${kind}${event.instanceLabel ?? ''}${isMore ? '+' : ''}`,
    event.prgi === undefined ? undefined : `G${event.prgi}`,
    event.pasid === undefined ? undefined : `P${event.pasid}`,
    event.laneName,
    event.code === undefined || event.code === 'success' ? undefined : event.code,
    event.verdict,
    event.drainStep,
    event.lost,
    event.device === 'Dev' ? undefined : event.device,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}
