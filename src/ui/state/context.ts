import { openView } from '../views/open-view.ts';
import type { View, ViewContext } from '../views/view.ts';
import type { World } from '../world.ts';
import { placeOf, type UiState } from './state.ts';

export function contextOf({ size, search, timeColumn }: UiState, world: World): ViewContext {
  return { world, size, search, timeColumn };
}

/** The view that is shown. */
export function viewOf(state: UiState, world: World): View {
  return openView(placeOf(state), contextOf(state, world));
}
