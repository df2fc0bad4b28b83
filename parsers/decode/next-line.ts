import type { Continuation, TraceEvent } from '../../src/model/event.ts';

/** A line that completes the event in front of it, whichever unit that is of. */
export function nextLine(
  dialect: string,
  state: 'open' | 'complete',
  set: (event: TraceEvent) => unknown,
  fits: (event: TraceEvent) => boolean = () => true,
): Continuation {
  return {
    kind: 'continuation',
    dialect,
    iommu: undefined,
    join(event) {
      if (!fits(event)) return undefined;
      set(event);
      return state;
    },
  };
}
