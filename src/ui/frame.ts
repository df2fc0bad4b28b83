import { plural } from '../base/text.ts';
import { commandOfKey, KEY_BINDINGS, type KeyBinding, shownKey } from './keys.ts';
import { contextOf } from './state/context.ts';
import { type Prompt, placeOf, type UiState } from './state/state.ts';
import { clean, clip, widthOf } from './text/clean.ts';
import { clipLine, EMPTY_LINE, fitLine, type Line, line, type Span, span, spread } from './text/line.ts';
import { VIEW_NAMES, VIEW_TITLES, type ViewName } from './view-names.ts';
import { openView } from './views/open-view.ts';
import { bodyRows, isTooSmall } from './views/view.ts';
import type { World } from './world.ts';

export interface Frame {
  /** Exactly as many as the terminal has rows, none wider than it. */
  readonly lines: readonly Line[];
  /** Column of the terminal's cursor in the last row; absent: hidden. */
  readonly cursorColumn?: number;
}

/** The whole screen: header, body, footer. */
export function frameOf(state: UiState, world: World): Frame {
  const { size, prompt } = state;
  if (isTooSmall(size)) return { lines: tooSmall(size.columns, size.rows) };
  const place = placeOf(state);
  const view = openView(place, contextOf(state, world));
  const body = view.lines().slice(0, bodyRows(size));
  const filled = [...body, ...Array.from({ length: bodyRows(size) - body.length }, () => EMPTY_LINE)];
  const footer = prompt === undefined ? { line: footerLine(state, place.view) } : promptLine(prompt, state, world);
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
  const text = `faultlog needs 40×10, this is ${columns}×${rows}; q quits`;
  return [clipLine(line(text), columns), ...Array.from({ length: Math.max(0, rows - 1) }, () => EMPTY_LINE)];
}

function headerLine(state: UiState, status: string, world: World): Line {
  const { view } = placeOf(state);
  const { columns } = state.size;
  const number = VIEW_NAMES.indexOf(view) + 1;
  const left = line(span(`${number} ${VIEW_TITLES[view]}`, 'title'), ...(status === '' ? [] : [span(`  ${status}`)]));
  const names =
    world.capture.inputs.length > 2 ? plural(world.capture.inputs.length, 'input') : world.inputNames().join(' ');
  const badge = badgeOf(world);
  const room = Math.max(0, Math.floor(columns / 3) - widthOf(badge.text));
  const right = line(span(`${clip(names, room)} `, 'faint'), badge);
  return spread(left, right, columns);
}

/** Never hidden: how much is read, and that data was lost. */
function badgeOf({ capture }: World): Span {
  const { progress, result } = capture;
  if (progress.error !== undefined) return span('✗ STOPPED', 'error');
  if (result === undefined) return span(`… reading${percentOf(progress)}`, 'note');
  if (result.inputs.some(({ error }) => error !== undefined)) return span('! NOT ALL READ', 'warning');
  const gaps = result.coverage.gaps.length;
  if (gaps > 0) return span(`! ${plural(gaps, 'GAP', 'GAPS')}`, 'warning');
  if (result.coverage.unread > 0) return span(`! ${result.coverage.unread} UNREAD`, 'warning');
  return span('✓ complete', 'good');
}

function percentOf({ bytes, totalBytes }: { readonly bytes: number; readonly totalBytes?: number }): string {
  if (totalBytes === undefined || totalBytes === 0) return '';
  return ` ${Math.min(99, Math.floor((bytes / totalBytes) * 100))} %`;
}

function footerLine({ message, size }: UiState, view: ViewName): Line {
  if (message !== undefined)
    return clipLine(line(span(message.text, message.isProblem ? 'warning' : 'note')), size.columns);
  return hintLine(view, size.columns);
}

/** As many of the keys of a view as fit, each with its label. */
function hintLine(view: ViewName, columns: number): Line {
  const spans: Span[] = [];
  let used = 0;
  for (const binding of KEY_BINDINGS) {
    const hint = hintOf(binding, view);
    if (hint === undefined) continue;
    const width = hint.reduce((sum, { text }) => sum + widthOf(text), 0) + 2;
    if (used + width - 2 > columns) continue;
    used += width;
    spans.push(...hint, span('  '));
  }
  return { spans: spans.slice(0, -1) };
}

function hintOf({ keys, label, command }: KeyBinding, view: ViewName): Span[] | undefined {
  const [first = ''] = keys;
  if (label === undefined || commandOfKey(first, view) !== command) return undefined;
  const shown = command === 'view' ? `${first}-${keys.at(-1)}` : shownKey(first);
  return [span(shown, 'key'), span(` ${label}`, 'faint')];
}

const PROMPT_SIGNS: Readonly<Record<Prompt['kind'], string>> = {
  search: '/',
  command: ':',
  mark: 'mark with a letter: ',
  'go-to-mark': 'go to mark: ',
};

/** The line being typed and what is to be said about it; its beginning gives way where it is long. */
function promptLine(
  prompt: Prompt,
  state: UiState,
  world: World,
): { readonly line: Line; readonly cursorColumn?: number } {
  const { columns } = state.size;
  const note = world.promptNote(prompt, placeOf(state));
  const noteText = note === undefined ? '' : `  ${note.text}`;
  const sign = PROMPT_SIGNS[prompt.kind];
  const room = Math.max(8, columns - widthOf(sign) - Math.min(widthOf(noteText), Math.floor(columns / 2)) - 1);
  const characters = [...prompt.text];
  const start = Math.max(0, prompt.at - room + 2);
  const head = start > 0 ? `${sign}…` : sign;
  const before = clean(characters.slice(start, prompt.at).join(''));
  const behind = clean(characters.slice(prompt.at, start + room).join(''));
  const text = clipLine(
    line(span(head, 'key'), before, behind, span(noteText, note?.isProblem === true ? 'error' : 'faint')),
    columns,
  );
  return { line: text, cursorColumn: Math.min(columns - 1, widthOf(head) + widthOf(before)) };
}
