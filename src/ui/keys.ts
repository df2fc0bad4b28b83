import type { ViewName } from './view-names.ts';

/** What a key asks for. */
export type KeyCommand =
  | 'down'
  | 'up'
  | 'half-down'
  | 'half-up'
  | 'page-down'
  | 'page-up'
  | 'first'
  | 'last'
  | 'left'
  | 'right'
  | 'enter'
  | 'back'
  | 'next-pane'
  | 'previous-pane'
  | 'view'
  | 'ladder'
  | 'raw'
  | 'next-error'
  | 'previous-error'
  | 'next-warning'
  | 'previous-warning'
  | 'next-of-instance'
  | 'previous-of-instance'
  | 'next-use'
  | 'previous-use'
  | 'search'
  | 'search-next'
  | 'search-previous'
  | 'filter'
  | 'command'
  | 'sort'
  | 'minimum'
  | 'maximum'
  | 'mark'
  | 'go-to-mark'
  | 'zoom-in'
  | 'zoom-out'
  | 'time-column'
  | 'copy'
  | 'help'
  | 'leave'
  | 'quit'
  | 'suspend'
  | 'redraw'
  | 'mouse';

export const KEY_SECTIONS = ['Move', 'Go', 'Find', 'Show', 'Program'] as const;
export type KeySection = (typeof KEY_SECTIONS)[number];

export interface KeyBinding {
  /** Names as `input/decode-keys.ts` gives them; the first one is shown in the footer. */
  readonly keys: readonly string[];
  readonly command: KeyCommand;
  readonly section: KeySection;
  /** A sentence for the help and the man page, without its full stop. */
  readonly help: string;
  /** One word or two for the footer; absent: not shown there. */
  readonly label?: string;
  /** Views in which the key does something; absent: all. */
  readonly views?: readonly ViewName[];
}

const ROWS: readonly ViewName[] = ['findings', 'groups', 'ladder', 'events', 'raw'];

/** The one table of keys: handling, footer, help view and man page come from it. */
export const KEY_BINDINGS: readonly KeyBinding[] = [
  { keys: ['j', 'down'], command: 'down', section: 'Move', help: 'one row down' },
  { keys: ['k', 'up'], command: 'up', section: 'Move', help: 'one row up' },
  { keys: ['ctrl-d'], command: 'half-down', section: 'Move', help: 'half a page down' },
  { keys: ['ctrl-u'], command: 'half-up', section: 'Move', help: 'half a page up' },
  { keys: ['space', 'pagedown', 'ctrl-f'], command: 'page-down', section: 'Move', help: 'one page down' },
  { keys: ['b', 'pageup', 'ctrl-b'], command: 'page-up', section: 'Move', help: 'one page up' },
  { keys: ['g', 'home'], command: 'first', section: 'Move', help: 'to the first row' },
  { keys: ['G', 'end'], command: 'last', section: 'Move', help: 'to the last row' },
  {
    keys: ['left', 'h'],
    command: 'left',
    section: 'Move',
    help: 'scroll to the left; in the tree of groups: close',
  },
  {
    keys: ['right'],
    command: 'right',
    section: 'Move',
    help: 'scroll to the right; in the tree of groups: open',
  },
  {
    keys: ['enter'],
    command: 'enter',
    section: 'Go',
    help: 'into what the cursor is on: finding, detail, ladder, raw line; open or close a branch of the tree',
    label: 'open',
  },
  { keys: ['esc', 'backspace'], command: 'back', section: 'Go', help: 'back to where you came from', label: 'back' },
  {
    keys: ['tab'],
    command: 'next-pane',
    section: 'Go',
    help: 'next pane; in the raw text the next input',
    label: 'pane',
    views: ['findings', 'raw'],
  },
  {
    keys: ['shift-tab'],
    command: 'previous-pane',
    section: 'Go',
    help: 'previous pane, previous input',
    views: ['findings', 'raw'],
  },
  {
    keys: ['1', '2', '3', '4', '5', '6', '7', '8'],
    command: 'view',
    section: 'Go',
    help: 'Overview, Findings, Groups, Ladder, Events, Raw, Latency, Help',
    label: 'views',
  },
  {
    keys: ['l'],
    command: 'ladder',
    section: 'Go',
    help: 'to the ladder of the finding, group or event',
    label: 'ladder',
    views: ['overview', 'findings', 'groups', 'events', 'raw', 'latency'],
  },
  {
    keys: ['r'],
    command: 'raw',
    section: 'Go',
    help: 'to the raw line of the finding, group, event or row',
    label: 'raw',
    views: ['overview', 'findings', 'groups', 'ladder', 'events', 'latency'],
  },
  { keys: ['e'], command: 'next-error', section: 'Go', help: 'next error', label: 'error', views: ROWS },
  { keys: ['E'], command: 'previous-error', section: 'Go', help: 'previous error', views: ROWS },
  { keys: ['w'], command: 'next-warning', section: 'Go', help: 'next warning', views: ROWS },
  { keys: ['W'], command: 'previous-warning', section: 'Go', help: 'previous warning', views: ROWS },
  {
    keys: ['o'],
    command: 'next-of-instance',
    section: 'Go',
    help: 'next event of the same group',
    label: 'same group',
    views: ['ladder', 'events', 'raw'],
  },
  {
    keys: ['O'],
    command: 'previous-of-instance',
    section: 'Go',
    help: 'previous event of the same group',
    views: ['ladder', 'events', 'raw'],
  },
  {
    keys: ['['],
    command: 'previous-use',
    section: 'Go',
    help: 'previous use of the same PRGI',
    label: 'same PRGI',
    views: ['groups', 'ladder', 'events', 'raw'],
  },
  {
    keys: [']'],
    command: 'next-use',
    section: 'Go',
    help: 'next use of the same PRGI',
    views: ['groups', 'ladder', 'events', 'raw'],
  },
  {
    keys: ['<'],
    command: 'minimum',
    section: 'Go',
    help: 'to the answer with the shortest latency',
    views: ['groups', 'latency'],
  },
  {
    keys: ['>'],
    command: 'maximum',
    section: 'Go',
    help: 'to the answer with the longest latency',
    label: 'slowest',
    views: ['groups', 'latency'],
  },
  { keys: ['m'], command: 'mark', section: 'Go', help: 'and a letter: remember this place' },
  { keys: ["'"], command: 'go-to-mark', section: 'Go', help: 'and a letter: go to the place remembered' },
  { keys: ['/'], command: 'search', section: 'Find', help: 'search forward', label: 'search' },
  { keys: ['n'], command: 'search-next', section: 'Find', help: 'next match' },
  { keys: ['N'], command: 'search-previous', section: 'Find', help: 'previous match' },
  {
    keys: ['&'],
    command: 'filter',
    section: 'Find',
    help: 'show only rows like pasid=3 latency>1ms id=FL201, see below (Tab completes); an empty filter shows all',
    label: 'filter',
    views: ['findings', 'groups', 'events'],
  },
  { keys: [':'], command: 'command', section: 'Find', help: 'command line, see below', label: 'command' },
  {
    keys: ['s'],
    command: 'sort',
    section: 'Show',
    help: 'next order of the rows',
    label: 'sort',
    views: ['findings', 'groups', 'latency'],
  },
  {
    keys: ['t'],
    command: 'time-column',
    section: 'Show',
    help: 'time column: absolute, since start, since the event before, since the request',
    label: 'time',
    views: ['events', 'ladder'],
  },
  {
    keys: ['z'],
    command: 'zoom-in',
    section: 'Show',
    help: 'zoom into the timeline; the arrow keys move it',
    label: 'zoom',
    views: ['overview'],
  },
  { keys: ['Z'], command: 'zoom-out', section: 'Show', help: 'zoom out of the timeline', views: ['overview'] },
  { keys: ['y'], command: 'copy', section: 'Show', help: 'copy the row to the clipboard (OSC 52)' },
  { keys: ['?', 'f1'], command: 'help', section: 'Program', help: 'help', label: 'help' },
  { keys: ['q'], command: 'leave', section: 'Program', help: 'back, and at the root quit', label: 'quit' },
  { keys: ['Q', 'ctrl-c'], command: 'quit', section: 'Program', help: 'quit' },
  { keys: ['ctrl-z'], command: 'suspend', section: 'Program', help: 'suspend; fg comes back' },
  { keys: ['ctrl-l'], command: 'redraw', section: 'Program', help: 'draw the screen again' },
  {
    keys: ['f2'],
    command: 'mouse',
    section: 'Program',
    help: 'mouse on or off; off at the start, because it takes away the selection of text',
  },
];

export const LINE_COMMAND_NAMES = ['goto', 'time', 'save', 'explain', 'quit'] as const;

export interface LineCommand {
  readonly name: (typeof LINE_COMMAND_NAMES)[number];
  readonly argument: string;
  readonly help: string;
}

/** What can be typed behind `:`. */
export const LINE_COMMANDS: readonly LineCommand[] = [
  { name: 'goto', argument: 'LINE', help: 'go to a line; a number alone does too' },
  { name: 'time', argument: 'SECONDS', help: "go to a time of the capture's clock" },
  { name: 'save', argument: 'FILE', help: 'save the current view: Markdown if FILE ends in .md, else text' },
  { name: 'explain', argument: 'RULE', help: 'what a rule finds and what can mislead, like :explain FL201' },
  { name: 'quit', argument: '', help: 'quit' },
];

/** The command of a key in a view; undefined where it does nothing. */
export function commandOfKey(key: string, view: ViewName): KeyCommand | undefined {
  const binding = BY_KEY.get(key);
  if (binding === undefined) return undefined;
  return binding.views === undefined || binding.views.includes(view) ? binding.command : undefined;
}

const BY_KEY: ReadonlyMap<string, KeyBinding> = new Map(
  KEY_BINDINGS.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)),
);

const SHOWN_NAMES: ReadonlyMap<string, string> = new Map([
  ['down', '↓'],
  ['up', '↑'],
  ['left', '←'],
  ['right', '→'],
  ['pagedown', 'PgDn'],
  ['pageup', 'PgUp'],
  ['home', 'Home'],
  ['end', 'End'],
  ['space', 'Space'],
  ['enter', 'Enter'],
  ['esc', 'Esc'],
  ['backspace', 'Backspace'],
  ['tab', 'Tab'],
  ['shift-tab', 'Shift-Tab'],
  ['f1', 'F1'],
  ['f2', 'F2'],
]);

/** A key as people write it: `Ctrl-D`, `PgDn`. */
export function shownKey(key: string): string {
  return SHOWN_NAMES.get(key) ?? (key.startsWith('ctrl-') ? `Ctrl-${key.slice(5).toUpperCase()}` : key);
}
