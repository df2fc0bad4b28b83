import type { BrowseModel } from './model.ts';

/** A slice of work, such that keys and frames have their turn in between. */
const SLICE_MS = 5;
/** While the work goes on, its results are shown so often. */
const SHOW_MS = 60;
/** Inputs that are held open, looked at or not. */
const MOST_OPEN = 64;
/** How often it is looked whether an input has changed. */
const LOOK_MS = 2000;

/** Does what may take longer than a frame: looks for rows, and whether the inputs are still what they were. */
export class Background {
  readonly #model: BrowseModel;
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #isScheduled = false;
  #isStopped = false;
  #shownAt = 0;

  constructor(model: BrowseModel) {
    this.#model = model;
    this.#unsubscribe = model.subscribe(() => this.#schedule());
    model.world.lists.onWork(() => this.#schedule());
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    this.#timer.unref();
    // Opened now, so that what becomes of them later is noticed.
    setImmediate(() => this.#open());
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#unsubscribe();
    clearInterval(this.#timer);
  }

  #open(): void {
    if (this.#isStopped) return;
    const { world } = this.#model;
    for (const input of world.capture.inputs.keys()) if (input < MOST_OPEN) world.raw(input);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isStopped || !this.#model.world.lists.hasWork) return;
    this.#isScheduled = true;
    setImmediate(() => this.#work());
  }

  #work(): void {
    this.#isScheduled = false;
    if (this.#isStopped) return;
    const { world } = this.#model;
    const hasChanged = world.lists.work(SLICE_MS);
    const now = performance.now();
    if (hasChanged && (!world.lists.hasWork || now - this.#shownAt > SHOW_MS)) {
      this.#shownAt = now;
      this.#model.dispatch({ kind: 'data' });
    }
    this.#schedule();
  }

  async #look(): Promise<void> {
    for (const text of this.#model.world.openTexts) {
      const hasNews = await text.look();
      if (!hasNews || this.#isStopped) continue;
      const { problem } = text;
      this.#model.dispatch({ kind: 'data' });
      if (problem !== undefined) {
        this.#model.dispatch({ kind: 'message', message: { text: problem, isProblem: true } });
      }
    }
  }
}
