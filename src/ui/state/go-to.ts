import { plural } from '../../base/text.ts';
import { NS_PER_SECOND } from '../../model/time.ts';
import { openView } from '../views/open-view.ts';
import type { ViewContext } from '../views/view.ts';
import { firstPlace, rawPlace } from './place.ts';
import { placeOf, pushPlace, type UiState, withPlace } from './state.ts';

/** To a line of the raw text: in the events to the event of it or the next one, else in the raw text. */
export function goToLine(state: UiState, text: string, context: ViewContext): UiState {
  const line = Number(text);
  if (!/^\d+$/.test(text) || line < 1) return problem(state, `'${text}' is no line number`);
  const place = placeOf(state);
  const view = openView(place, context);
  const input = place.view === 'raw' ? place.input : (view.focus.at?.input ?? 0);
  const { world } = context;
  if (place.view === 'raw') {
    const count = world.rawCount(input);
    if (line > count && world.capture.progress.isLoaded)
      return problem(state, `${world.inputName(input)} has ${plural(count, 'line')}`);
    return withPlace(state, rawPlace(input, line));
  }
  if (place.view !== 'events') return pushPlace(state, rawPlace(input, line));
  const row = world.capture.events.index.rowOfLine(input, line);
  const found = row === undefined ? undefined : view.atEvent?.(row);
  return found === undefined
    ? problem(state, `there is no event at line ${line} or behind it`)
    : withPlace(state, found);
}

/** To the first event that is not before a time of the capture's clock. */
export function goToTime(state: UiState, text: string, context: ViewContext): UiState {
  const { world } = context;
  const ns = nanosecondsOf(text, world.capture.scaleOf(0)?.epoch ?? 0);
  if (ns === undefined) return problem(state, `'${text}' is no time in seconds, like 12.5`);
  const { events } = world.capture;
  const row = events.index.rowAtTime(ns);
  if (row >= events.count) return problem(state, `there is no event at ${text} s or behind it`);
  const place = placeOf(state);
  const here = place.view === 'raw' || place.view === 'events' ? openView(place, context).atEvent?.(row) : undefined;
  if (here !== undefined) return withPlace(state, here);
  const view = openView(firstPlace('events'), context);
  return pushPlace(state, view.atEvent?.(row) ?? firstPlace('events'));
}

/** Seconds with a fraction, exact, relative to the clock's epoch. */
function nanosecondsOf(text: string, epoch: number): number | undefined {
  const match = /^(\d+)(?:\.(\d{1,9}))?s?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '0', fraction = ''] = match;
  return (Number(whole) - epoch) * NS_PER_SECOND + Number(fraction.padEnd(9, '0'));
}

function problem(state: UiState, text: string): UiState {
  return { ...state, message: { text, isProblem: true } };
}
