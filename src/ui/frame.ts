import { plural } from '../base/text.ts';
import { commandOfKey, KEY_BINDINGS, type KeyBinding, type KeyCommand, shownKey } from './keys.ts';
import { viewOf } from './state/context.ts';
import { type Prompt, placeOf, type UiState } from './state/state.ts';
import { clean, clip, fitTextRight, widthOf } from './text/clean.ts';
import { clipLine, EMPTY_LINE, fitLine, type Line, line, lineWidth, type Span, span, spread } from './text/line.ts';
import { VIEW_NAMES, VIEW_TITLES, type ViewName } from './view-names.ts';
import { bodyRows, isTooSmall } from './views/view.ts';
import type { Badge, World } from './world.ts';

export interface Frame {
  /** Exactly as many as the terminal has rows, none wider than it. */
  readonly lines: readonly Line[];
  /** Column of the terminal's cursor in the last row; absent: hidden. */
  readonly cursorColumn?: number;
}

interface Footer {
  readonly line: Line;
  readonly cursorColumn?: number;
}

/** The whole screen: header, body, footer. */
export function frameOf(state: UiState, world: World): Frame {
  const { size, prompt } = state;
  if (isTooSmall(size)) return { lines: tooSmall(size.columns, size.rows) };
  const place = placeOf(state);
  const view = viewOf(state, world);
  const body = view.lines().slice(0, bodyRows(size));
  const filled = [...body, ...Array.from({ length: bodyRows(size) - body.length }, () => EMPTY_LINE)];
  const pointed = prompt === undefined ? undefined : pointerLine(prompt, state, world);
  if (pointed !== undefined) filled[filled.length - 1] = pointed;
  const footer: Footer =
    prompt === undefined ? { line: footerLine(state, place.view) } : promptLine(prompt, state, world);
  return {
    lines: [
      headerLine(state, view.status, world),
      ...filled.map((each) => (each.isSelected === true ? fitLine(each, size.columns) : clipLine(each, size.columns))),
      footer.line,
    ],
    ...(footer.cursorColumn !== undefined && { cursorColumn: footer.cursorColumn }),
  };
}

function tooSmall(columns: number, rows: number): Line[] {
  const texts = [
    `faultlog needs 40×10, this is ${columns}×${rows}; q quits`,
    `needs 40×10, is ${columns}×${rows}; q quits`,
    'needs 40×10; q quits',
  ];
  const text = texts.find(({ length }) => length <= columns) ?? '40×10';
  return [clipLine(line(text), columns), ...Array.from({ length: Math.max(0, rows - 1) }, () => EMPTY_LINE)];
}

const LEAST_NAME = 10;

/** Never hidden: how much is read, and that data was lost. */
function badgeSpan({ words, kind }: Badge): Span {
  return span(`${kind === 'good' ? '✓ ' : kind === 'error' ? '✗ ' : kind === 'warning' ? '! ' : ''}${words}`, kind);
}

function headerLine(state: UiState, status: string, world: World): Line {
  const { view } = placeOf(state);
  const { columns } = state.size;
  const number = VIEW_NAMES.indexOf(view) + 1;
  const left = line(span(`${number} ${VIEW_TITLES[view]}`, 'title'), ...(status === '' ? [] : [span(`  ${status}`)]));
  const badge = badgeSpan(world.badge());
  const { length } = world.capture.inputs;
  const names = length > 2 ? plural(length, 'input') : world.inputNames().join(' ');
  // The name gives way to what the view says of itself.
  const room = Math.min(columns - lineWidth(left) - widthOf(badge.text) - 4, Math.floor(columns / 3));
  const right = room < LEAST_NAME ? line(badge) : line(span(`${clip(names, room)} `, 'faint'), badge);
  return spread(left, right, columns);
}

function footerLine({ message, size }: UiState, view: ViewName): Line {
  if (message !== undefined)
    return clipLine(line(span(message.text, message.isProblem ? 'warning' : 'note')), size.columns);
  return hintLine(view, size.columns);
}

/** As many of the keys of a view as fit, each with its label; how to get help and how to leave always do. */
export function hintLine(view: ViewName, columns: number): Line {
  const hints = KEY_BINDINGS.flatMap((binding) => {
    const spans = hintOf(binding, view);
    if (spans === undefined) return [];
    const width = spans.reduce((sum, { text }) => sum + widthOf(text), HINT_GAP.length);
    return [{ spans, width, isLasting: LASTING_HINTS.has(binding.command) }];
  });
  let room = columns + HINT_GAP.length;
  for (const { width, isLasting } of hints) if (isLasting) room -= width;
  const shown = hints.filter(({ width, isLasting }) => {
    if (isLasting) return true;
    if (width > room) return false;
    room -= width;
    return true;
  });
  return clipLine({ spans: shown.flatMap(({ spans }) => [...spans, span(HINT_GAP)]).slice(0, -1) }, columns);
}

const HINT_GAP = '  ';
const LASTING_HINTS: ReadonlySet<KeyCommand> = new Set(['help', 'leave']);

function hintOf({ keys, label, command }: KeyBinding, view: ViewName): Span[] | undefined {
  const [first = ''] = keys;
  if (label === undefined || commandOfKey(first, view) !== command) return undefined;
  const shown = command === 'view' ? `${first}-${keys.at(-1)}` : shownKey(first);
  return [span(shown, 'key'), span(` ${label}`, 'faint')];
}

/** Of the last row, for what is typed. */
const PROMPT_SHARE = 0.7;

const PROMPT_SIGNS: Readonly<Record<Prompt['kind'], string>> = {
  search: '/',
  filter: '&',
  command: ':',
  mark: 'mark with a letter: ',
  'go-to-mark': 'go to mark: ',
};

/** How a typed line stands in the last row: its sign, and how many of its characters give way at its beginning. */
function promptLayout(
  { kind, text, at }: Prompt,
  columns: number,
): { readonly head: string; readonly start: number; readonly room: number } {
  const sign = PROMPT_SIGNS[kind];
  const room = Math.max(8, Math.floor(columns * PROMPT_SHARE) - widthOf(sign));
  const length = [...text].length;
  const start = length < room ? 0 : Math.max(0, at - room + 2);
  return { head: start > 0 ? `${sign}…` : sign, start, room };
}

/** The line being typed and what is to be said about it; its beginning gives way where it is long. */
function promptLine(prompt: Prompt, state: UiState, world: World): Footer {
  const { columns } = state.size;
  const { head, start, room } = promptLayout(prompt, columns);
  const note = world.promptNote(prompt, placeOf(state));
  const noteText = note === undefined || note.isProblem ? '' : `  ${note.text}`;
  const characters = [...prompt.text];
  const before = clean(characters.slice(start, prompt.at).join(''));
  const behind = clean(characters.slice(prompt.at, start + room).join(''));
  const text = clipLine(line(span(head, 'key'), before, behind, span(noteText, 'faint')), columns);
  return { line: text, cursorColumn: Math.min(columns - 1, widthOf(head) + widthOf(before)) };
}

/** What is wrong with the line being typed, above it, with a mark over the place. */
function pointerLine(prompt: Prompt, state: UiState, world: World): Line | undefined {
  const note = world.promptNote(prompt, placeOf(state));
  if (note?.isProblem !== true) return undefined;
  const { columns } = state.size;
  const { head, start } = promptLayout(prompt, columns);
  const { at = 0, length = 0 } = note;
  const hidden = [...prompt.text].slice(0, start).join('').length;
  const column = widthOf(head) + widthOf(clean(prompt.text.slice(hidden, Math.max(hidden, at))));
  const mark = 'v'.repeat(Math.max(1, Math.min(length, columns)));
  const message = ` ${note.text}`;
  // Where there is no room behind the mark, the message stands before it.
  if (column + mark.length + widthOf(message) > columns && widthOf(message) < column) {
    return clipLine(line(span(fitTextRight(note.text, column - 1), 'error'), ' ', span(mark, 'error')), columns);
  }
  return clipLine(
    line(' '.repeat(Math.min(column, columns - 1)), span(mark, 'error'), span(message, 'error')),
    columns,
  );
}
