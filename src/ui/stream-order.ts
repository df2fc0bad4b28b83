import type { LatencyStream } from '../store/latency-streams.ts';
import type { StreamSort } from './state/place.ts';

/** Names a device and PASID of a lane. */
export function streamKey({ lane, device, pasid }: Pick<LatencyStream, 'lane' | 'device' | 'pasid'>): string {
  return `${lane}/${device}/${pasid ?? '-'}`;
}

export function sortedStreams(streams: readonly LatencyStream[], sort: StreamSort): readonly LatencyStream[] {
  switch (sort) {
    case 'groups':
      return streams;
    case 'latency':
      return streams.toSorted((a, b) => (b.latency?.maxNs ?? -1) - (a.latency?.maxNs ?? -1));
    case 'name':
      return streams.toSorted((a, b) => a.device.localeCompare(b.device) || (a.pasid ?? -1) - (b.pasid ?? -1));
    default:
      return sort satisfies never;
  }
}
