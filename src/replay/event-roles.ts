import type { TraceEvent } from '../model/event.ts';

/** False for events that are replayed without a look at what is in flight. */
export function mayLookAtGroups({ kind, drainStep }: TraceEvent): boolean {
  switch (kind) {
    case 'fault':
    case 'suppressed':
    case 'iommu-error':
    case 'stop-marker':
    case 'request-refused':
    case 'handler-read':
    case 'handler-write':
    case 'device-attached':
      return false;
    case 'drain':
      return drainStep !== 'fence' && drainStep !== 'iotlb';
    default:
      return true;
  }
}

/** True if an answer would be seen on the hop of this event: it is one, or of the queue that carries them. */
export function showsAnswers(event: TraceEvent): boolean {
  switch (event.kind) {
    case 'page-response':
    case 'response-refused':
    case 'handler-write':
      return true;
    case 'drain':
      return event.drainStep === 'fence' || event.drainStep === 'iotlb' || event.drainStep === 'device-tlb';
    default:
      return false;
  }
}
