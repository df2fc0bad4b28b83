import type { GroupRow } from '../model/group.ts';
import type { Result } from '../model/result.ts';
import type { ClockScale } from '../model/time.ts';

/** What an exported trace is made of. */
export interface ExportedCapture {
  readonly result: Result;
  /** In the order of first requests. */
  readonly groups: readonly GroupRow[];
  /** What the numbers of each input's clock are, and where they begin. */
  readonly scales: readonly ClockScale[];
}

/** A row of the timeline. */
export interface ExportedTrack {
  /** From 1, unique in the trace. */
  readonly uuid: number;
  readonly name: string;
  /** uuid of the track that it stands under. */
  readonly parent?: number;
  readonly isCounter?: true;
}

export type ExportedValue = string | number | boolean;

/** `begin`/`end`: of a slice of its track. Slices of one track lie beside or inside each other, never across. */
export interface ExportedEvent {
  readonly kind: 'begin' | 'end' | 'instant' | 'counter';
  /** uuid of its track. */
  readonly track: number;
  /** Nanoseconds. */
  readonly time: bigint;
  readonly name?: string;
  readonly category?: string;
  readonly values?: Readonly<Record<string, ExportedValue>>;
  /** Flows that lead through the event. */
  readonly flows?: readonly number[];
  readonly count?: number;
}

/** A track comes before its first event; events come in no set order. */
export type ExportedItem =
  | { readonly kind: 'track'; readonly track: ExportedTrack }
  | { readonly kind: 'event'; readonly event: ExportedEvent };

export function trackItem(track: ExportedTrack): ExportedItem {
  return { kind: 'track', track };
}

export function eventItem(event: ExportedEvent): ExportedItem {
  return { kind: 'event', event };
}
