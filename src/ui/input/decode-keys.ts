/** What a person did at the terminal. */
export type TerminalInput =
  /** Name of a key: a character itself, or a word like `enter`, `pagedown`, `ctrl-d`, `f1`. */
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'paste'; readonly text: string }
  /** Column and row from 0. */
  | { readonly kind: 'mouse'; readonly action: MouseAction; readonly column: number; readonly row: number };

export type MouseAction = 'press' | 'wheel-up' | 'wheel-down';

const ESC = '\x1b';
const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';
/** Answers of a terminal and pastes beyond this are let go. */
const MAX_PENDING = 65_536;

/**
 * Turns what a terminal sends into keys, pastes and mouse actions. Sequences may come in pieces: what is not complete
 * waits for more, or for `flush`. Unknown sequences give nothing, and never their letters as if typed.
 */
export class KeyDecoder {
  #pending = '';

  /** True while a sequence has begun; a lone escape key looks so too, until `flush`. */
  get isPending(): boolean {
    return this.#pending !== '';
  }

  push(chunk: string): TerminalInput[] {
    const inputs: TerminalInput[] = [];
    let rest = this.#pending + chunk;
    this.#pending = '';
    while (rest !== '') {
      const token = nextToken(rest);
      if (token === undefined) {
        if (rest.length < MAX_PENDING) this.#pending = rest;
        break;
      }
      if (token.input !== undefined) inputs.push(token.input);
      rest = rest.slice(token.length);
    }
    return inputs;
  }

  /** No more came for a while: what waits is an escape key, or nothing. */
  flush(): TerminalInput[] {
    const rest = this.#pending;
    this.#pending = '';
    if (rest.startsWith(PASTE_START)) return [{ kind: 'paste', text: rest.slice(PASTE_START.length) }];
    if (rest === ESC || rest === ESC + ESC) return [key('esc')];
    return [];
  }
}

interface Token {
  readonly length: number;
  readonly input?: TerminalInput;
}

/** The first key of the text; undefined while it is not complete. */
function nextToken(text: string): Token | undefined {
  if (text.startsWith(PASTE_START)) {
    const end = text.indexOf(PASTE_END);
    if (end < 0) return undefined;
    return { length: end + PASTE_END.length, input: { kind: 'paste', text: text.slice(PASTE_START.length, end) } };
  }
  if (text.startsWith(ESC)) return escapeToken(text);
  const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return { length: character.length, input: key(nameOf(character)) };
}

// Parameters, intermediates, final byte (ECMA-48 5.4); `[[A` is a function key of the Linux console.
const CSI = /^\x1b\[(?:\[[A-E]|[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e])/;
const CSI_BEGUN = /^\x1b\[(?:\[|[\x30-\x3f]*[\x20-\x2f]*)$/;
const SS3 = /^\x1bO[\x20-\x7e]/;
/** Operating system, device control and application commands: answers of a terminal. */
const STRING_START = /^\x1b[\]P_^X]/;
const STRING_END = /\x07|\x1b\\/;

function escapeToken(text: string): Token | undefined {
  if (text.length === 1) return undefined;
  const control = CSI.exec(text)?.[0];
  if (control !== undefined) return { length: control.length, ...inputOf(controlInput(control.slice(2))) };
  if (CSI_BEGUN.test(text)) return undefined;
  const short = SS3.exec(text)?.[0];
  if (short !== undefined) return { length: short.length, ...inputOf(keyOf(FINAL_KEYS, short.slice(2))) };
  if (text === '\x1bO') return undefined;
  if (STRING_START.test(text)) {
    const end = STRING_END.exec(text.slice(2));
    return end === null ? undefined : { length: 2 + end.index + end[0].length };
  }
  if (text[1] === ESC) return { length: 1, input: key('esc') };
  const character = String.fromCodePoint(text.codePointAt(1) ?? 0);
  return { length: 1 + character.length, input: key(`alt-${nameOf(character)}`) };
}

function controlInput(sequence: string): TerminalInput | undefined {
  const mouse = /^<(\d+);(\d+);(\d+)([Mm])$/.exec(sequence);
  if (mouse !== null) return mouseInput(mouse);
  const [, number = '', final = ''] = /^(\d*)(?:;\d+)*([~A-Za-z]|\[[A-E])$/.exec(sequence) ?? [];
  return final === '~' ? keyOf(NUMBER_KEYS, number) : keyOf(FINAL_KEYS, final);
}

function mouseInput([, button = '', column = '', row = '', final]: RegExpExecArray): TerminalInput | undefined {
  const action = final === 'M' ? MOUSE_ACTIONS.get(button) : undefined;
  return action === undefined ? undefined : { kind: 'mouse', action, column: Number(column) - 1, row: Number(row) - 1 };
}

const MOUSE_ACTIONS: ReadonlyMap<string, MouseAction> = new Map([
  ['0', 'press'],
  ['64', 'wheel-up'],
  ['65', 'wheel-down'],
]);

const FINAL_KEYS: ReadonlyMap<string, string> = new Map([
  ['A', 'up'],
  ['B', 'down'],
  ['C', 'right'],
  ['D', 'left'],
  ['F', 'end'],
  ['H', 'home'],
  ['M', 'enter'],
  ['P', 'f1'],
  ['Q', 'f2'],
  ['Z', 'shift-tab'],
  ['[A', 'f1'],
  ['[B', 'f2'],
]);

const NUMBER_KEYS: ReadonlyMap<string, string> = new Map([
  ['1', 'home'],
  ['3', 'delete'],
  ['4', 'end'],
  ['5', 'pageup'],
  ['6', 'pagedown'],
  ['7', 'home'],
  ['8', 'end'],
  ['11', 'f1'],
  ['12', 'f2'],
]);

const CONTROL_NAMES: ReadonlyMap<string, string> = new Map([
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\t', 'tab'],
  ['\x7f', 'backspace'],
  ['\b', 'backspace'],
  [' ', 'space'],
]);

function nameOf(character: string): string {
  const name = CONTROL_NAMES.get(character);
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 ? `ctrl-${String.fromCharCode(code + 0x60)}` : character;
}

function key(name: string): TerminalInput {
  return { kind: 'key', key: name };
}

function keyOf(names: ReadonlyMap<string, string>, code: string): TerminalInput | undefined {
  const name = names.get(code);
  return name === undefined ? undefined : key(name);
}

function inputOf(input: TerminalInput | undefined): { input?: TerminalInput } {
  return input === undefined ? {} : { input };
}
