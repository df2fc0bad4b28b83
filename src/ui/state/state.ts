import type { ViewName } from '../view-names.ts';
import { firstPlace, type Place } from './place.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A line that is being typed at the bottom of the screen. */
export interface Prompt {
  readonly kind: 'search' | 'filter' | 'command' | 'mark' | 'go-to-mark';
  readonly text: string;
  /** Place of the cursor in the text, in characters. */
  readonly at: number;
  /** Number of lines back in the history; 0: a new line. */
  readonly back: number;
  /** What Tab offers, until another key is pressed. */
  readonly choices?: PromptChoices;
}

export interface Message {
  readonly text: string;
  readonly isProblem: boolean;
}

/** Words that Tab offers, and which of them stands in the line. */
export interface PromptChoices {
  /** Where the word begins and ends, in characters. */
  readonly from: number;
  readonly end: number;
  readonly words: readonly string[];
  /** -1: none yet, only what all of them begin with. */
  readonly chosen: number;
}

export interface Search {
  readonly pattern: string;
}

/** All that the UI remembers; what it shows beside it comes from the capture. */
export interface UiState {
  readonly size: Size;
  /** The way here, the root first; never empty. */
  readonly stack: readonly Place[];
  /** How each view was left. */
  readonly remembered: Readonly<Partial<Record<ViewName, Place>>>;
  readonly prompt?: Prompt;
  readonly search?: Search;
  readonly message?: Message;
  readonly marks: Readonly<Record<string, Place>>;
  /** Lines typed before, the newest last. */
  readonly history: Readonly<Record<'search' | 'filter' | 'command', readonly string[]>>;
  readonly timeColumn: TimeColumn;
  readonly isMouseOn: boolean;
}

export const TIME_COLUMNS = ['absolute', 'since start', 'delta', 'since request'] as const;
export type TimeColumn = (typeof TIME_COLUMNS)[number];

/** Places on the stack; going on from the last one forgets the second. */
export const MAX_STACK = 50;
export const MAX_HISTORY = 50;
export const MAX_PROMPT = 1000;

export function initialState(size: Size): UiState {
  return {
    size,
    stack: [firstPlace('overview')],
    remembered: {},
    marks: {},
    history: { search: [], filter: [], command: [] },
    timeColumn: 'absolute',
    isMouseOn: false,
  };
}

/** The place that is shown. */
export function placeOf({ stack }: UiState): Place {
  return stack[stack.length - 1] ?? firstPlace('overview');
}

export function withPlace(state: UiState, place: Place): UiState {
  return {
    ...state,
    stack: [...state.stack.slice(0, -1), place],
    remembered: { ...state.remembered, [place.view]: place },
  };
}

/** Goes on to a place, from which `popPlace` comes back. */
export function pushPlace(state: UiState, place: Place): UiState {
  const stack = state.stack.length >= MAX_STACK ? [...state.stack.slice(0, 1), ...state.stack.slice(2)] : state.stack;
  return { ...state, stack: [...stack, place], remembered: { ...state.remembered, [place.view]: place } };
}

/** Back to the place before; undefined at the root. */
export function popPlace(state: UiState): UiState | undefined {
  return state.stack.length < 2 ? undefined : { ...state, stack: state.stack.slice(0, -1) };
}

/** A view by its number: back to it where it is on the way here, else on to how it was left. */
export function goToView(state: UiState, view: ViewName): UiState {
  const index = state.stack.findLastIndex((place) => place.view === view);
  if (index >= 0) return { ...state, stack: state.stack.slice(0, index + 1) };
  return pushPlace(state, state.remembered[view] ?? firstPlace(view));
}
