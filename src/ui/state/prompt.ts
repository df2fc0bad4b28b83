import type { TerminalInput } from '../input/decode-keys.ts';
import type { World } from '../world.ts';
import { runLine } from './command-line.ts';
import { completed } from './complete.ts';
import { filtered } from './filter.ts';
import type { Reduction } from './reduce.ts';
import { MAX_HISTORY, MAX_PROMPT, type Prompt, placeOf, pushPlace, type UiState } from './state.ts';

/** Opens a line at the bottom: empty, or with the filter that is set. */
export function startPrompt(state: UiState, kind: Prompt['kind']): UiState {
  const place = placeOf(state);
  const text = kind === 'filter' && 'filter' in place ? place.filter : '';
  return { ...state, prompt: { kind, text, at: [...text].length, back: 0 } };
}

function withoutPrompt(state: UiState): UiState {
  const { prompt: _, ...rest } = state;
  return rest;
}

/** The state after an input while a line is being typed. */
export function promptAfter(state: UiState, shown: Prompt, input: TerminalInput, world: World): Reduction {
  const { choices, ...prompt } = shown;
  if (input.kind === 'mouse') return { state, effects: [] };
  if (input.kind === 'paste') return typed(state, prompt, input.text.split(/[\r\n]/)[0] ?? '');
  const { key } = input;
  if (key === 'esc' || key === 'ctrl-c') return { state: withoutPrompt(state), effects: [] };
  if (prompt.kind === 'mark' || prompt.kind === 'go-to-mark') return markStep(withoutPrompt(state), prompt.kind, key);
  switch (key) {
    case 'tab':
      return withPrompt(state, completed(shown, placeOf(state), world, 1));
    case 'shift-tab':
      return withPrompt(state, choices === undefined ? prompt : completed(shown, placeOf(state), world, -1));
    case 'enter':
      return entered(withoutPrompt(remembered(state, prompt.kind, prompt.text)), prompt.kind, prompt.text, world);
    case 'backspace':
      if (prompt.text === '') return { state: withoutPrompt(state), effects: [] };
      return edited(state, prompt, prompt.at - 1, prompt.at);
    case 'delete':
      return edited(state, prompt, prompt.at, prompt.at + 1);
    case 'ctrl-u':
      return edited(state, prompt, 0, prompt.at);
    case 'ctrl-w':
      return edited(state, prompt, wordStart(prompt), prompt.at);
    case 'left':
      return withPrompt(state, { ...prompt, at: Math.max(0, prompt.at - 1) });
    case 'right':
      return withPrompt(state, { ...prompt, at: Math.min([...prompt.text].length, prompt.at + 1) });
    case 'home':
    case 'ctrl-a':
      return withPrompt(state, { ...prompt, at: 0 });
    case 'end':
    case 'ctrl-e':
      return withPrompt(state, { ...prompt, at: [...prompt.text].length });
    case 'up':
      return recalled(state, prompt, state.history[prompt.kind], 1);
    case 'down':
      return recalled(state, prompt, state.history[prompt.kind], -1);
    case 'space':
      return typed(state, prompt, ' ');
    default:
      return [...key].length === 1 ? typed(state, prompt, key) : { state, effects: [] };
  }
}

function withPrompt(state: UiState, prompt: Prompt): Reduction {
  return { state: { ...state, prompt }, effects: [] };
}

function typed(state: UiState, prompt: Prompt, text: string): Reduction {
  const characters = [...prompt.text];
  const added = [...text].filter((character) => character >= ' ' && character !== '\x7f');
  if (characters.length + added.length > MAX_PROMPT) return { state, effects: [] };
  characters.splice(prompt.at, 0, ...added);
  return withPrompt(state, { ...prompt, text: characters.join(''), at: prompt.at + added.length, back: 0 });
}

/** Without the characters from `from` up to `to`. */
function edited(state: UiState, prompt: Prompt, from: number, to: number): Reduction {
  if (from < 0) return { state, effects: [] };
  const characters = [...prompt.text];
  characters.splice(from, to - from);
  return withPrompt(state, { ...prompt, text: characters.join(''), at: from, back: 0 });
}

function wordStart({ text, at }: Prompt): number {
  const before = [...text].slice(0, at).join('');
  return [...before.replace(/\S*\s*$/, '')].length;
}

function recalled(state: UiState, prompt: Prompt, lines: readonly string[], step: 1 | -1): Reduction {
  const back = Math.max(0, Math.min(lines.length, prompt.back + step));
  const text = back === 0 ? '' : (lines[lines.length - back] ?? '');
  return withPrompt(state, { ...prompt, text, at: [...text].length, back });
}

function remembered(state: UiState, kind: 'search' | 'filter' | 'command', text: string): UiState {
  if (text === '') return state;
  const lines = [...state.history[kind].filter((line) => line !== text), text].slice(-MAX_HISTORY);
  return { ...state, history: { ...state.history, [kind]: lines } };
}

function entered(state: UiState, kind: 'search' | 'filter' | 'command', text: string, world: World): Reduction {
  switch (kind) {
    case 'search': {
      const search = text === '' ? state.search : { pattern: text };
      if (search === undefined) return { state, effects: [] };
      return { state: { ...state, search }, effects: [{ kind: 'search', step: 1 }] };
    }
    case 'filter':
      return { state: filtered(state, text, world), effects: [] };
    case 'command':
      return runLine(state, text, world);
    default:
      return kind satisfies never;
  }
}

function markStep(state: UiState, kind: 'mark' | 'go-to-mark', key: string): Reduction {
  if (!/^[a-z0-9]$/i.test(key)) {
    return { state: { ...state, message: { text: 'a mark is a letter or a digit', isProblem: true } }, effects: [] };
  }
  if (kind === 'mark') {
    const marks = { ...state.marks, [key]: placeOf(state) };
    return {
      state: { ...state, marks, message: { text: `marked: '${key} comes back here`, isProblem: false } },
      effects: [],
    };
  }
  const place = state.marks[key];
  if (place === undefined) {
    return { state: { ...state, message: { text: `there is no mark ${key}`, isProblem: true } }, effects: [] };
  }
  return { state: pushPlace(state, place), effects: [] };
}
