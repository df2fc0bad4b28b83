import { sanitise } from '../base/text.ts';
import type { InputSummary } from '../model/result.ts';
import { type ExportedItem, type ExportedTrack, trackItem } from './trace-model.ts';

/** Tracks of a (lane, device), of each of its PASIDs, and of what overlaps there. */
export class TraceTracks {
  #last = 0;
  readonly #byName = new Map<string, number>();
  /** Of each PASID track: end of the last slice on it and on those beside it. */
  readonly #slots = new Map<number, { readonly uuid: number; end: bigint }[]>();
  readonly #fresh: ExportedTrack[] = [];

  /** Tracks that were made since the last call; they go out before the events on them. */
  *fresh(): Generator<ExportedItem, void, void> {
    for (const track of this.#fresh.splice(0)) yield trackItem(track);
  }

  top(name: string): number {
    return this.#track(name, name, {});
  }

  device(input: InputSummary | undefined, device: string | undefined): number {
    const lane = input === undefined ? 'host' : laneText(input);
    return this.top(`${sanitise(device ?? 'no device named')} (${lane})`);
  }

  pasid(device: number, pasid: number | undefined): number {
    const name = pasid === undefined ? 'no PASID' : `PASID ${pasid}`;
    return this.#track(`${device}/${name}`, name, { parent: device });
  }

  under(parent: number, name: string): number {
    return this.#track(`${parent}/under/${name}`, name, { parent });
  }

  counter(device: number, name: string): number {
    return this.#track(`${device}/counter/${name}`, name, { parent: device, isCounter: true });
  }

  /** A track of the PASID where nothing is in flight from `start` on; slices come in the order of their starts. */
  slot(pasid: number, start: bigint, end: bigint): number {
    let slots = this.#slots.get(pasid);
    if (slots === undefined) {
      slots = [];
      this.#slots.set(pasid, slots);
    }
    let slot = slots.find((each) => each.end <= start);
    if (slot === undefined) {
      // Equal names under one parent are drawn as one track with several rows.
      const name = 'in flight';
      slot = { uuid: this.#track(`${pasid}/slot/${slots.length}`, name, { parent: pasid }), end };
      slots.push(slot);
    }
    slot.end = end;
    return slot.uuid;
  }

  #track(key: string, name: string, more: Omit<ExportedTrack, 'uuid' | 'name'>): number {
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    this.#last += 1;
    this.#byName.set(key, this.#last);
    this.#fresh.push({ uuid: this.#last, name, ...more });
    return this.#last;
  }
}

function laneText({ lane, laneName }: InputSummary): string {
  return laneName === undefined ? lane : `${lane}:${sanitise(laneName)}`;
}
