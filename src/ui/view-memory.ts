import type { Place } from './state/place.ts';
import type { UiState } from './state/state.ts';
import type { View } from './views/view.ts';

/** The view that was opened last, for as long as it is to be the same. */
export class ViewMemory {
  #place: Place | undefined;
  #state: UiState | undefined;
  #view: View | undefined;

  of(place: Place, { size, search, timeColumn }: UiState): View | undefined {
    const state = this.#state;
    const isSame = place === this.#place && size === state?.size && search === state.search;
    return isSame && timeColumn === state.timeColumn ? this.#view : undefined;
  }

  keep(place: Place, state: UiState, view: View): void {
    this.#place = place;
    this.#state = state;
    this.#view = view;
  }

  forget(): void {
    this.#view = undefined;
    this.#place = undefined;
  }
}
