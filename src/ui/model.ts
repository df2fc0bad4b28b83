import type { Effect } from './state/effects.ts';
import { type Action, reduce } from './state/reduce.ts';
import { initialState, type Size, type UiState } from './state/state.ts';
import type { World } from './world.ts';

/** The state at one time; a new one whenever something on the screen may have changed. */
export interface Snapshot {
  readonly state: UiState;
}

/** Holds the state of the UI: actions go in, effects come out, and who draws it is told. */
export class BrowseModel {
  readonly world: World;
  readonly #perform: (effect: Effect) => void;
  readonly #listeners = new Set<() => void>();
  #snapshot: Snapshot;

  constructor(world: World, size: Size, perform: (effect: Effect) => void) {
    this.world = world;
    this.#perform = perform;
    this.#snapshot = { state: initialState(size) };
  }

  get state(): UiState {
    return this.#snapshot.state;
  }

  readonly snapshot = (): Snapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  dispatch(action: Action): void {
    const { state, effects } = reduce(this.#snapshot.state, action, this.world);
    // Data may have changed under an equal state: the snapshot is new all the same.
    if (state !== this.#snapshot.state || action.kind === 'data') {
      this.#snapshot = { state };
      for (const listener of this.#listeners) listener();
    }
    for (const effect of effects) this.#perform(effect);
  }
}
