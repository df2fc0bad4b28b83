import { contextOf, viewOf } from './state/context.ts';
import { placeOf, type UiState } from './state/state.ts';
import { clean } from './text/clean.ts';
import { textOf } from './text/line.ts';
import { VIEW_TITLES } from './view-names.ts';
import { bodyRows } from './views/view.ts';
import type { World } from './world.ts';

/** The current view as a file: Markdown where the name ends in `.md`, else text. Safe for a terminal. */
export function savedText(state: UiState, world: World, path: string): string {
  const view = viewOf(state, world);
  const lines = view.allLines?.() ?? view.lines().slice(0, bodyRows(contextOf(state, world).size));
  const text = lines.map((line) => clean(textOf(line)).trimEnd());
  const title = `faultlog: ${VIEW_TITLES[placeOf(state).view]}${view.status === '' ? '' : `, ${view.status}`}`;
  const inputs = world.inputNames().map(clean).join(', ');
  if (!/\.(md|markdown)$/i.test(path)) return `${title}\n${inputs}\n\n${text.join('\n')}\n`;
  const fence = '`'.repeat(longestRun(text) + 1);
  return `## ${escaped(title)}\n\n${escaped(inputs)}\n\n${fence}text\n${text.join('\n')}\n${fence}\n`;
}

/** The longest run of backticks, or 2. */
function longestRun(lines: readonly string[]): number {
  return lines.reduce((most, line) => Math.max(most, ...[...line.matchAll(/`+/g)].map(([run]) => run.length)), 2);
}

function escaped(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]()<>|~!#+]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('@', '@&#8203;');
}
