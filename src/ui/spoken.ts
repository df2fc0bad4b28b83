import { hintLine } from './frame.ts';
import { viewOf } from './state/context.ts';
import { placeOf, type UiState } from './state/state.ts';
import { clean } from './text/clean.ts';
import { type Line, line, textOf } from './text/line.ts';
import { VIEW_NAMES, VIEW_TITLES } from './view-names.ts';
import { activeCursor } from './views/view.ts';
import type { World } from './world.ts';

/** Views that are read as a whole; of the others, the row of the cursor. */
const WHOLE: ReadonlySet<string> = new Set(['overview']);

/** What a screen reader is to say: where one is, the row of the cursor in full, what happened, and how to go on. */
export function spokenLines(state: UiState, world: World): readonly Line[] {
  const place = placeOf(state);
  const view = viewOf(state, world);
  const { selected } = activeCursor(place);
  const number = VIEW_NAMES.indexOf(place.view) + 1;
  const lines = [`${number} ${VIEW_TITLES[place.view]}. ${world.badge().words}.`];
  if (WHOLE.has(place.view)) lines.push(...view.lines().map((each) => plain(textOf(each))));
  const text = view.textAt(selected);
  lines.push(`row ${selected + 1} of ${view.count}`, typeof text === 'string' ? plain(text) : 'reading');
  const { prompt, message } = state;
  if (prompt !== undefined) {
    const note = world.promptNote(prompt, place);
    lines.push(`${prompt.kind}: ${clean(prompt.text)}`, ...(note === undefined ? [] : [note.text]));
  } else lines.push(message?.text ?? textOf(hintLine(place.view, HINT_COLUMNS)));
  return lines.filter((each) => each !== '').map((each) => line(each));
}

const HINT_COLUMNS = 100;
/** Signs that draw and say nothing. */
const DRAWN = /[─│╭╮╰╯╲╱╳░▁-█]+/g;

function plain(text: string): string {
  return clean(text).replaceAll(DRAWN, ' ').replaceAll(/ {2,}/g, ' ').trim();
}
