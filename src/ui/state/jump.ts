import type { Severity } from '../../model/finding.ts';
import { openView } from '../views/open-view.ts';
import type { Focus, View, ViewContext } from '../views/view.ts';
import type { World } from '../world.ts';
import { type Place, rawPlace } from './place.ts';
import { placeOf, pushPlace, type UiState, withPlace } from './state.ts';

export type JumpCommand =
  | 'raw'
  | 'next-error'
  | 'previous-error'
  | 'next-warning'
  | 'previous-warning'
  | 'next-of-instance'
  | 'previous-of-instance'
  | 'next-use'
  | 'previous-use';

/** The state after a key that leads from what the cursor is on to something else. */
export function jumpOf(state: UiState, command: JumpCommand, context: ViewContext): UiState {
  const place = placeOf(state);
  const view = openView(place, context);
  switch (command) {
    case 'raw': {
      const { at } = view.focus;
      return at === undefined
        ? problem(state, 'no line of the log is under the cursor')
        : pushPlace(state, rawPlace(at.input, at.line));
    }
    case 'next-error':
      return toSeverity(state, place, context.world, 'error', 1);
    case 'previous-error':
      return toSeverity(state, place, context.world, 'error', -1);
    case 'next-warning':
      return toSeverity(state, place, context.world, 'warning', 1);
    case 'previous-warning':
      return toSeverity(state, place, context.world, 'warning', -1);
    case 'next-of-instance':
      return toNeighbour(state, view, context.world, 1);
    case 'previous-of-instance':
      return toNeighbour(state, view, context.world, -1);
    case 'next-use':
      return toUse(state, view, context.world, 1);
    case 'previous-use':
      return toUse(state, view, context.world, -1);
    default:
      return command satisfies never;
  }
}

function toSeverity(state: UiState, place: Place, world: World, severity: Severity, step: 1 | -1): UiState {
  const direction = step === 1 ? 'further' : 'earlier';
  if (place.view !== 'findings') return state;
  const findings = world.findings(place.sort);
  for (let row = place.cursor.selected + step; row >= 0 && row < findings.length; row += step) {
    if (findings[row]?.severity === severity) {
      return withPlace(state, { ...place, cursor: { ...place.cursor, selected: row } });
    }
  }
  return problem(state, `no ${direction} ${severity}`);
}

/** To the neighbour of the event among those of its instance. */
function toNeighbour(state: UiState, view: View, world: World, step: 1 | -1): UiState {
  const { eventRow, groupRow } = view.focus;
  if (eventRow === undefined || groupRow === undefined) return noInstance(state, view.focus);
  const rows = world.capture.groups.eventsOf(groupRow);
  const next = rows[rows.indexOf(eventRow) + step];
  if (next === undefined) return problem(state, `this is the ${step === 1 ? 'last' : 'first'} event of its group`);
  return moved(state, view.atEvent?.(next), 'the filter hides that event');
}

/** To another instance with the same requester and PRGI. */
function toUse(state: UiState, view: View, world: World, step: 1 | -1): UiState {
  const { groupRow } = view.focus;
  if (groupRow === undefined) return noInstance(state, view.focus);
  const { groups } = world.capture;
  const other = step === 1 ? groups.nextUse(groupRow) : groups.previousUse(groupRow);
  if (other === undefined) return problem(state, `this is the ${step === 1 ? 'last' : 'first'} use of its PRGI`);
  if (view.atGroup !== undefined) return moved(state, view.atGroup(other), 'the filter hides that group');
  const event = groups.eventsOf(other)[0];
  return moved(state, event === undefined ? undefined : view.atEvent?.(event), 'the filter hides that event');
}

function noInstance(state: UiState, { eventRow }: Focus): UiState {
  return problem(state, eventRow === undefined ? 'no event is under the cursor' : 'this event belongs to no group');
}

function moved(state: UiState, place: Place | undefined, otherwise: string): UiState {
  return place === undefined ? problem(state, otherwise) : withPlace(state, place);
}

function problem(state: UiState, text: string): UiState {
  return { ...state, message: { text, isProblem: true } };
}
