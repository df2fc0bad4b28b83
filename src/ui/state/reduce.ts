import type { TerminalInput } from '../input/decode-keys.ts';
import { commandOfKey, type KeyCommand } from '../keys.ts';
import { VIEW_NAMES } from '../view-names.ts';
import { activeCursor, cursorAt, isTooSmall, type View, withActiveCursor } from '../views/view.ts';
import type { World } from '../world.ts';
import { contextOf, viewOf } from './context.ts';
import type { Effect } from './effects.ts';
import { jumpOf } from './jump.ts';
import { rowAfter } from './move.ts';
import type { Place } from './place.ts';
import { promptAfter, startPrompt } from './prompt.ts';
import { changeOf } from './show.ts';
import { goToView, type Message, placeOf, popPlace, pushPlace, type Size, type UiState, withPlace } from './state.ts';

/** What happens to the UI. */
export type Action =
  | { readonly kind: 'input'; readonly input: TerminalInput }
  | { readonly kind: 'resize'; readonly size: Size }
  /** The capture has more, or other, data. */
  | { readonly kind: 'data' }
  /** The search found this row. */
  | { readonly kind: 'found'; readonly row: number }
  | { readonly kind: 'message'; readonly message: Message };

export interface Reduction {
  readonly state: UiState;
  readonly effects: readonly Effect[];
}

/** The state after an action, and what is to be done outside. Pure, as long as the world says the same. */
export function reduce(state: UiState, action: Action, world: World): Reduction {
  world.views.forget();
  const { state: next, effects } = step(state, action, world);
  return { state: settled(next, world), effects };
}

function step(state: UiState, action: Action, world: World): Reduction {
  switch (action.kind) {
    case 'input':
      return inputStep(withoutMessage(state), action.input, world);
    case 'resize':
      return only({ ...state, size: action.size });
    case 'data':
      return only(state);
    case 'found':
      return only(moveTo(withoutMessage(state), action.row, world));
    case 'message':
      return only({ ...state, message: action.message });
    default:
      return action satisfies never;
  }
}

function only(state: UiState, ...effects: readonly Effect[]): Reduction {
  return { state, effects };
}

function withoutMessage(state: UiState): UiState {
  if (state.message === undefined) return state;
  const { message: _, ...rest } = state;
  return rest;
}

function inputStep(state: UiState, input: TerminalInput, world: World): Reduction {
  if (state.prompt !== undefined) return promptAfter(state, state.prompt, input, world);
  switch (input.kind) {
    case 'key':
      return keyStep(state, input.key, world);
    case 'mouse':
      return mouseStep(state, input, world);
    case 'paste':
      return only(state);
    default:
      return input satisfies never;
  }
}

/** The wheel scrolls; a press puts the cursor on the row of the body that was pressed, and opens it where it was there already. */
function mouseStep(state: UiState, input: TerminalInput & { kind: 'mouse' }, world: World): Reduction {
  const { selected, top } = activeCursor(placeOf(state));
  switch (input.action) {
    case 'wheel-down':
      return only(moveTo(state, selected + WHEEL_ROWS, world));
    case 'wheel-up':
      return only(moveTo(state, selected - WHEEL_ROWS, world));
    case 'press': {
      const view = viewOf(state, world);
      const row = view.rowOnScreen?.(input.row - 1, input.column);
      if (row === undefined) return only(state);
      return row === selected && top >= 0
        ? commandStep(state, 'enter', 'enter', world)
        : only(moveTo(state, row, world));
    }
    default:
      return input.action satisfies never;
  }
}

const WHEEL_ROWS = 3;

function keyStep(state: UiState, key: string, world: World): Reduction {
  const command = commandOfKey(key, placeOf(state).view);
  if (command === undefined) return only(state);
  if (isTooSmall(state.size) && !WITHOUT_SCREEN.has(command)) return only(state);
  return commandStep(state, command, key, world);
}

const WITHOUT_SCREEN: ReadonlySet<KeyCommand> = new Set(['leave', 'quit', 'suspend', 'redraw']);

function commandStep(state: UiState, command: KeyCommand, key: string, world: World): Reduction {
  switch (command) {
    case 'down':
    case 'up':
    case 'half-down':
    case 'half-up':
    case 'page-down':
    case 'page-up':
    case 'first':
    case 'last': {
      const view = viewOf(state, world);
      return only(moveTo(state, rowAfter(command, activeCursor(placeOf(state)).selected, view.pageRows), world));
    }
    case 'enter': {
      const entered = viewOf(state, world).enter?.();
      if (entered === undefined) return only(state);
      return only(entered.isNew ? pushPlace(state, entered.place) : withPlace(state, entered.place));
    }
    case 'back':
      return only(popPlace(state) ?? state);
    case 'leave': {
      const before = popPlace(state);
      return before === undefined ? only(state, { kind: 'quit' }) : only(before);
    }
    case 'quit':
      return only(state, { kind: 'quit' });
    case 'view':
      return only(goToView(state, VIEW_NAMES[Number(key) - 1] ?? 'overview'));
    case 'help':
      return only(goToView(state, 'help'));
    case 'search':
    case 'filter':
    case 'command':
    case 'mark':
    case 'go-to-mark':
      return only(startPrompt(state, command));
    case 'search-next':
      return searchStep(state, 1);
    case 'search-previous':
      return searchStep(state, -1);
    case 'copy':
      return only(state, { kind: 'copy', row: activeCursor(placeOf(state)).selected });
    case 'suspend':
      return only(state, { kind: 'suspend' });
    case 'redraw':
      return only(state, { kind: 'redraw' });
    case 'mouse':
      return only({ ...state, isMouseOn: !state.isMouseOn }, { kind: 'mouse', isOn: !state.isMouseOn });
    case 'ladder':
    case 'raw':
    case 'minimum':
    case 'maximum':
    case 'next-error':
    case 'previous-error':
    case 'next-warning':
    case 'previous-warning':
    case 'next-of-instance':
    case 'previous-of-instance':
    case 'next-use':
    case 'previous-use':
      return only(jumpOf(state, command, contextOf(state, world)));
    case 'left':
    case 'right':
    case 'next-pane':
    case 'previous-pane':
    case 'sort':
    case 'zoom-in':
    case 'zoom-out':
    case 'time-column':
      return only(changeOf(state, command, world));
    default:
      return command satisfies never;
  }
}

function searchStep(state: UiState, step: 1 | -1): Reduction {
  if (state.search !== undefined) return only(state, { kind: 'search', step });
  return only({ ...state, message: { text: 'nothing was searched yet: / searches', isProblem: true } });
}

/** The cursor of the active pane on a row, as far as there is one. */
export function moveTo(state: UiState, row: number, world: World): UiState {
  const view = viewOf(state, world);
  const place = placeOf(state);
  const cursor = cursorAt(activeCursor(place), row, view.count, view.pageRows);
  return cursor === activeCursor(place) ? state : withPlace(state, withCursorMoved(place, view, row));
}

function withCursorMoved(place: Place, view: View, row: number): Place {
  const moved = withActiveCursor(place, cursorAt(activeCursor(place), row, view.count, view.pageRows));
  return view.atRow === undefined ? moved : view.atRow(moved);
}

/** The cursor within the rows that there are now. */
function settled(state: UiState, world: World): UiState {
  const place = placeOf(state);
  const view = viewOf(state, world);
  const anchored = view.anchored?.() ?? place;
  const anchoredState = anchored === place ? state : withPlace(state, anchored);
  const now = viewOf(anchoredState, world);
  const cursor = activeCursor(anchored);
  const within = cursorAt(cursor, cursor.selected, now.count, now.pageRows);
  const settledPlace = within === cursor ? anchored : withActiveCursor(anchored, within);
  return settledPlace === place ? state : withPlace(state, settledPlace);
}
