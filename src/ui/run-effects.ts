import type { Browser } from './browse.tsx';
import { savedText } from './saved-text.ts';
import { searchRows } from './search-rows.ts';
import { viewOf } from './state/context.ts';
import type { Effect } from './state/effects.ts';
import { placeOf } from './state/state.ts';
import { activeCursor } from './views/view.ts';

/** What the UI needs of the world around it. */
export interface Host {
  /** Stops the process; resolves when it goes on. */
  stop(): Promise<void>;
  /** Sends a control sequence to the terminal. */
  send(sequence: string): void;
  /** Writes a file. Rejects with an error whose message says why it cannot. */
  save(path: string, text: string): Promise<void>;
}

const MOUSE_ON = '\x1b[?1000h\x1b[?1006h';
export const MOUSE_OFF = '\x1b[?1006l\x1b[?1000l';
/** Terminals take no more into their clipboard. */
const MAX_COPIED = 70_000;

/** Does what the reducer asks for. */
export class EffectRunner {
  readonly #host: Host;
  #browser: Browser | undefined;
  #search: AbortController | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  start(browser: Browser): void {
    this.#browser = browser;
  }

  stop(): void {
    this.#search?.abort();
  }

  run(effect: Effect): void {
    const browser = this.#browser;
    if (browser === undefined) return;
    switch (effect.kind) {
      case 'quit':
        browser.close();
        return;
      case 'suspend':
        void this.#suspend(browser, () => this.#host.stop());
        return;
      case 'redraw':
        void this.#suspend(browser, () => Promise.resolve());
        return;
      case 'mouse':
        this.#host.send(effect.isOn ? MOUSE_ON : MOUSE_OFF);
        say(browser, effect.isOn ? 'mouse on: F2 gives the selection of text back' : 'mouse off');
        return;
      case 'copy':
        void this.#copy(browser, effect.row);
        return;
      case 'search':
        void this.#find(browser, effect.step);
        return;
      case 'stop-search':
        this.#search?.abort();
        return;
      case 'save':
        void this.#save(browser, effect.path);
        return;
      default:
        effect satisfies never;
    }
  }

  /** The mouse is the other programs' while they have the terminal. */
  async #suspend(browser: Browser, whileAway: () => Promise<void>): Promise<void> {
    const { isMouseOn } = browser.model.state;
    if (isMouseOn) this.#host.send(MOUSE_OFF);
    await browser.suspend(whileAway);
    if (isMouseOn) this.#host.send(MOUSE_ON);
  }

  async #copy(browser: Browser, row: number): Promise<void> {
    const text = await viewOf(browser.model.state, browser.model.world).textAt(row);
    if (text === '') return say(browser, 'there is nothing to copy', true);
    const bytes = new TextEncoder().encode(text.slice(0, MAX_COPIED));
    this.#host.send(`\x1b]52;c;${base64(bytes)}\x07`);
    say(
      browser,
      text.length > MAX_COPIED
        ? `the first ${MAX_COPIED} characters were sent to the clipboard (OSC 52)`
        : 'sent to the clipboard (OSC 52)',
    );
  }

  async #find(browser: Browser, step: 1 | -1): Promise<void> {
    this.#search?.abort();
    const search = new AbortController();
    this.#search = search;
    const { model } = browser;
    const place = placeOf(model.state);
    const view = viewOf(model.state, model.world);
    const pattern = model.state.search?.pattern ?? '';
    const from = activeCursor(place).selected;
    const found = await searchRows({
      count: view.count,
      from,
      step,
      pattern,
      signal: search.signal,
      textAt: (row) => view.textAt(row),
      ...(view.find !== undefined && { find: view.find.bind(view) }),
      onProgress: (rows) => say(browser, `searching ${pattern}: ${rows} rows so far, Esc stops`),
    });
    if (search.signal.aborted || placeOf(model.state).view !== place.view) return;
    if (found === undefined) return say(browser, `not found: ${pattern}`, true);
    model.dispatch({ kind: 'found', row: found.row });
    if (found.isWrapped)
      say(browser, step === 1 ? 'found before: went on at the first row' : 'found behind: went on at the last row');
  }

  async #save(browser: Browser, path: string): Promise<void> {
    const { model } = browser;
    try {
      await this.#host.save(path, savedText(model.state, model.world, path));
      say(browser, `saved ${path}`);
    } catch (error) {
      say(browser, error instanceof Error ? error.message : String(error), true);
    }
  }
}

function say({ model }: Browser, text: string, isProblem = false): void {
  model.dispatch({ kind: 'message', message: { text, isProblem } });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
