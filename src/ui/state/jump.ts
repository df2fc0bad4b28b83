import type { Severity } from '../../model/finding.ts';
import { extremePlace } from '../views/latency.ts';
import { openView } from '../views/open-view.ts';
import type { Focus, View, ViewContext } from '../views/view.ts';
import type { World } from '../world.ts';
import { contextOf } from './context.ts';
import { AT_TOP, type LadderSubject, type Place, rawPlace } from './place.ts';
import { placeOf, pushPlace, type UiState, withPlace } from './state.ts';

export type JumpCommand =
  | 'ladder'
  | 'raw'
  | 'minimum'
  | 'maximum'
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
    case 'ladder':
      return toLadder(state, place, view.focus, context.world);
    case 'minimum':
    case 'maximum':
      return toExtreme(state, place, command, view.focus, context);
    case 'raw': {
      const { at } = view.focus;
      return at === undefined
        ? problem(state, 'no line of the log is under the cursor')
        : pushPlace(state, rawPlace(at.input, at.line));
    }
    case 'next-error':
      return toSeverity(state, view, context.world, 'error', 1);
    case 'previous-error':
      return toSeverity(state, view, context.world, 'error', -1);
    case 'next-warning':
      return toSeverity(state, view, context.world, 'warning', 1);
    case 'previous-warning':
      return toSeverity(state, view, context.world, 'warning', -1);
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

/** The ladder of the finding, the group, the device and PASID, or the event under the cursor. */
function toLadder(state: UiState, place: Place, focus: Focus, world: World): UiState {
  const subject = subjectOf(place, focus, world);
  if (subject === undefined) return problem(state, 'nothing that can be drawn is under the cursor');
  const first: Place = { view: 'ladder', cursor: AT_TOP, left: 0, subject };
  const { eventRow } = focus;
  const at = eventRow === undefined ? undefined : openView(first, contextOf(state, world)).atEvent?.(eventRow);
  return pushPlace(state, at?.view === 'ladder' && at.subject === subject ? at : first);
}

function subjectOf(place: Place, focus: Focus, world: World): LadderSubject | undefined {
  const { findingKey, groupRow, eventRow, stream } = focus;
  if (findingKey !== undefined) return { kind: 'finding', key: findingKey };
  if (groupRow !== undefined) return { kind: 'instance', groupRow };
  if (eventRow !== undefined) return { kind: 'around', eventRow };
  if (stream !== undefined) return world.streamLadder(stream);
  return place.view === 'overview' ? world.firstLadder() : undefined;
}

function toExtreme(
  state: UiState,
  place: Place,
  side: 'minimum' | 'maximum',
  { stream, groupRow }: Focus,
  context: ViewContext,
): UiState {
  const { streams } = context.world.capture;
  const chosen = stream === undefined ? context.world.streamOfGroup(groupRow) : streams[stream];
  const found = chosen === undefined ? undefined : extremePlace(chosen, side, place, context);
  if (found === undefined) return problem(state, 'no answer has a latency here');
  return place.view === 'groups' ? withPlace(state, found) : pushPlace(state, found);
}

const MOST_MARKS = 10_000;

/** To the next event that a new finding of this severity rests on first; views that do not show one pass it over. */
function toSeverity(state: UiState, view: View, world: World, severity: Severity, step: 1 | -1): UiState {
  const place = placeOf(state);
  const none = problem(state, `no ${step === 1 ? 'further' : 'earlier'} ${severity}`);
  if (place.view === 'findings') {
    const findings = world.findings(place.sort, place.filter);
    for (let row = place.cursor.selected + step; row >= 0 && row < findings.length; row += step) {
      const finding = findings[row];
      if (finding?.severity !== severity || world.knownOf(finding) !== undefined) continue;
      const { selectedKey: _, ...rest } = place;
      return withPlace(state, { ...rest, pane: 'list', detail: AT_TOP, cursor: { ...place.cursor, selected: row } });
    }
    return none;
  }
  const { marks } = world.capture;
  const from = view.focus.eventRow ?? world.rowNear(view.focus.at) ?? -1;
  let mark = marks.next(from, severity, step);
  for (let tries = 0; mark !== undefined && tries < MOST_MARKS; tries += 1) {
    const found = view.atEvent?.(mark.row);
    if (found !== undefined) return withPlace(state, found);
    mark = marks.next(mark.row, severity, step);
  }
  return none;
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
  const { eventRow } = view.focus;
  const groupRow = view.focus.groupRow ?? (eventRow === undefined ? undefined : world.lastUseBefore(eventRow));
  if (groupRow === undefined) return noInstance(state, view.focus);
  const { groups } = world.capture;
  // What belongs to no group, a response too many, stands behind the last use of its PRGI before it.
  if (view.focus.groupRow === undefined && step === -1) return toInstance(state, view, world, groupRow);
  const other = step === 1 ? groups.nextUse(groupRow) : groups.previousUse(groupRow);
  if (other === undefined) return problem(state, `this is the ${step === 1 ? 'last' : 'first'} use of its PRGI`);
  return toInstance(state, view, world, other);
}

function toInstance(state: UiState, view: View, world: World, groupRow: number): UiState {
  if (view.atGroup !== undefined) return moved(state, view.atGroup(groupRow), 'the filter hides that group');
  const [event] = world.capture.groups.eventsOf(groupRow);
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
