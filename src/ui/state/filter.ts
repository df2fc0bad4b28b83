import { openView } from '../views/open-view.ts';
import type { World } from '../world.ts';
import { contextOf } from './context.ts';
import { AT_TOP } from './place.ts';
import { placeOf, type UiState, withPlace } from './state.ts';

/**
 * The rows of the view cut down to those that pass a filter, with the cursor where it was if that row is still there. A
 * filter with a mistake stays on the line, with the cursor at the mistake. Filtering again by the same changes nothing.
 */
export function filtered(state: UiState, text: string, world: World): UiState {
  const place = placeOf(state);
  const { problem } = world.parsedFilter(text, place);
  if (problem !== undefined) {
    const at = [...text.slice(0, problem.at)].length;
    return { ...state, prompt: { kind: 'filter', text, at, back: 0 } };
  }
  const filter = text.trim();
  switch (place.view) {
    case 'events': {
      if (filter === place.filter) return state;
      const { eventRow } = openView(place, contextOf(state, world)).focus;
      const { anchor: _, ...rest } = place;
      const moved = { ...rest, filter, cursor: AT_TOP };
      return withPlace(state, eventRow === undefined ? moved : { ...moved, anchor: eventRow });
    }
    case 'groups':
      return filter === place.filter ? state : withPlace(state, { ...place, filter, cursor: AT_TOP });
    case 'findings':
      return filter === place.filter ? state : withPlace(state, { ...place, filter, cursor: AT_TOP, pane: 'list' });
    default:
      return state;
  }
}
