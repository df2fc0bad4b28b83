import { openView } from '../views/open-view.ts';
import type { View, ViewContext } from '../views/view.ts';
import type { World } from '../world.ts';
import { placeOf, type UiState } from './state.ts';

export function contextOf({ size, search, timeColumn }: UiState, world: World): ViewContext {
  return { world, size, search, timeColumn };
}

/**
 * The view that is shown. Views remember what they made of the world, so that they are good for one action and the frame
 * behind it: until `world.views.forget()`.
 */
export function viewOf(state: UiState, world: World): View {
  const place = placeOf(state);
  const known = world.views.of(place, state);
  if (known !== undefined) return known;
  const view = openView(place, contextOf(state, world));
  world.views.keep(place, state, view);
  return view;
}
