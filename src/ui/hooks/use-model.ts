import { useSyncExternalStore } from 'react';
import type { BrowseModel, Snapshot } from '../model.ts';

/** The model's state, and the component drawn again whenever it changes. */
export function useModel(model: BrowseModel): Snapshot {
  return useSyncExternalStore(model.subscribe, model.snapshot);
}
