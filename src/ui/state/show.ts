import { GroupsView } from '../views/groups.ts';
import type { World } from '../world.ts';
import { contextOf } from './context.ts';
import { AT_TOP, FINDING_SORTS, GROUP_SORTS, type Place, rawPlace, STREAM_SORTS } from './place.ts';
import { placeOf, TIME_COLUMNS, type UiState, withPlace } from './state.ts';
import { moved, zoomed } from './zoom.ts';

export type ShowCommand =
  | 'left'
  | 'right'
  | 'next-pane'
  | 'previous-pane'
  | 'sort'
  | 'zoom-in'
  | 'zoom-out'
  | 'time-column';

/** Columns that an arrow key scrolls by. */
const SCROLL = 8;

/** The state after a key that changes how the view is shown. */
export function changeOf(state: UiState, command: ShowCommand, world: World): UiState {
  const place = placeOf(state);
  switch (command) {
    case 'left':
    case 'right':
      return sideways(state, place, command === 'left' ? -1 : 1, world);
    case 'zoom-in':
      return place.view === 'overview' ? withPlace(state, zoomed(place, 0.5, world)) : state;
    case 'zoom-out':
      return place.view === 'overview' ? withPlace(state, zoomed(place, 2, world)) : state;
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

/** Scrolls; in the tree opens and closes, in the timeline moves what is seen of it. */
function sideways(state: UiState, place: Place, side: 1 | -1, world: World): UiState {
  switch (place.view) {
    case 'overview':
      return place.window === undefined
        ? state
        : withPlace(state, { ...place, window: moved(place.window, side, world) });
    case 'groups':
      return withPlace(state, new GroupsView(place, contextOf(state, world)).withBranch(side === 1));
    case 'ladder':
    case 'events':
    case 'raw':
      return withPlace(state, { ...place, left: Math.max(0, place.left + side * SCROLL) });
    default:
      return state;
  }
}

function sorted(place: Place): Place {
  switch (place.view) {
    case 'findings': {
      const { selectedKey: _, ...rest } = place;
      return { ...rest, sort: nextOf(FINDING_SORTS, place.sort), cursor: AT_TOP, detail: AT_TOP };
    }
    case 'groups':
      return { ...place, sort: nextOf(GROUP_SORTS, place.sort), cursor: AT_TOP };
    case 'latency':
      return { ...place, sort: nextOf(STREAM_SORTS, place.sort), cursor: AT_TOP };
    default:
      return place;
  }
}

function nextOf<T>(all: readonly T[], current: T): T {
  return all[(all.indexOf(current) + 1) % all.length] ?? current;
}
