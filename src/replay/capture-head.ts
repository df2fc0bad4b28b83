import type { TraceEvent } from '../model/event.ts';
import type { ReplayContext } from './context.ts';
import type { Requester } from './requester.ts';

/** What may have been in flight before the capture, or its newest gap, and what cannot (semantics §5). */
export class CaptureHead {
  /** Newest attach or bind by PASID where the line names no device, for requesters that had nothing of that PASID then. */
  readonly cleanPasids = new Map<number, number>();
  /** PASIDs that the capture shows from such an attach on, before which they had not ended in it. */
  readonly firstLives = new Set<number>();
  readonly #context: ReplayContext;

  constructor(context: ReplayContext) {
    this.#context = context;
  }

  /** Nothing of the answer's PASID from before the capture, or its newest gap, can be in flight any more. */
  isClean(requester: Requester, { pasid }: TraceEvent): boolean {
    const { now } = this.#context;
    const own = requester.pasids.get(pasid ?? 0);
    const gapAt = this.#context.gapFor(requester);
    // Answers to groups from before an attach may still come (seen: h07); a drain is what ends them.
    if (gapAt !== undefined) return own?.settledAt !== undefined && own.settledAt > gapAt && own.settledAt <= now;
    const since = [own?.attachedAt ?? this.cleanPasids.get(pasid ?? 0), own?.settledAt];
    return since.some((time) => time !== undefined && time <= now);
  }

  /** Its IOMMU's first request of the capture has the first `seq#` of all, so that none came before, and none is missing. */
  isComplete(requester: Requester): boolean {
    return this.#context.gapFor(requester) === undefined && this.#context.unit(requester.iommu).isSequenceComplete;
  }

  /** The capture shows the PASID, or the whole IOMMU, from the start and without a gap. */
  isFirstLife(requester: Requester, { pasid }: TraceEvent): boolean {
    if (this.isComplete(requester)) return true;
    const own = requester.pasids.get(pasid ?? 0);
    const isShown = own?.attachedAt === undefined ? this.firstLives.has(pasid ?? 0) : own.isFirstLife;
    return isShown && this.#context.gapFor(requester) === undefined;
  }
}
