import type { World } from '../world.ts';
import { FINDING_SORTS, type Place, rawPlace } from './place.ts';
import { placeOf, TIME_COLUMNS, type UiState, withPlace } from './state.ts';

export type ShowCommand = 'left' | 'right' | 'next-pane' | 'previous-pane' | 'sort' | 'time-column';

/** Columns that an arrow key scrolls by. */
const SCROLL = 8;

/** The state after a key that changes how the view is shown. */
export function changeOf(state: UiState, command: ShowCommand, world: World): UiState {
  const place = placeOf(state);
  switch (command) {
    case 'left':
      return withScroll(state, place, -SCROLL);
    case 'right':
      return withScroll(state, place, SCROLL);
    case 'next-pane':
      return withPlace(state, otherPane(place, 1, world));
    case 'previous-pane':
      return withPlace(state, otherPane(place, -1, world));
    case 'sort':
      return withPlace(state, sorted(place));
    case 'time-column':
      return { ...state, timeColumn: nextOf(TIME_COLUMNS, state.timeColumn) };
    default:
      return command satisfies never;
  }
}

/** The other pane; in the raw text another input. */
function otherPane(place: Place, step: 1 | -1, world: World): Place {
  if ('pane' in place) return { ...place, pane: place.pane === 'list' ? 'detail' : 'list' };
  if (place.view !== 'raw') return place;
  const { length } = world.capture.inputs;
  return length < 2 ? place : rawPlace((place.input + step + length) % length, 1);
}

function withScroll(state: UiState, place: Place, columns: number): UiState {
  if (!('left' in place)) return state;
  const left = Math.max(0, place.left + columns);
  return left === place.left ? state : withPlace(state, { ...place, left });
}

function sorted(place: Place): Place {
  switch (place.view) {
    case 'findings':
      return { ...place, sort: nextOf(FINDING_SORTS, place.sort) };
    default:
      return place;
  }
}

function nextOf<T>(all: readonly T[], current: T): T {
  return all[(all.indexOf(current) + 1) % all.length] ?? current;
}
