import { render, useApp } from 'ink';
import { type ReactNode, useEffect } from 'react';
import { Background } from './background.ts';
import { App } from './components/app.tsx';
import type { Look } from './components/lines.tsx';
import { KeyDecoder, type TerminalInput } from './input/decode-keys.ts';
import { BrowseModel } from './model.ts';
import { EffectRunner, type Host } from './run-effects.ts';
import type { Size } from './state/state.ts';
import { World, type WorldParts } from './world.ts';

/** A lone escape key and the start of a sequence look alike until so much time has passed. */
const ESCAPE_MS = 30;

/** What was asked for is shown at once, what is loaded a few times a second. */
const ARRIVAL_MS = 5;
const LOADING_MS = 200;

export interface BrowseOptions extends WorldParts {
  readonly host: Host;
  readonly look: Look;
  readonly size: Size;
  readonly stdout: NodeJS.WritableStream;
  readonly isScreenReader: boolean;
}

/** The UI while it is open. */
export interface Browser {
  readonly model: BrowseModel;
  /** What the terminal sent. */
  type(chunk: string): void;
  resize(size: Size): void;
  /** Ends the UI, with an error or without; the terminal is as it was. May be called more than once. */
  close(error?: Error): void;
  /** Leaves the terminal to others until `whileAway` is done, then draws all again. */
  suspend(whileAway: () => Promise<void>): Promise<void>;
  /** When the UI has ended; rejects with the error that ended it. */
  readonly closed: Promise<void>;
}

/** Opens the UI on a terminal in raw mode. */
export function openBrowser(options: BrowseOptions): Browser {
  const { capture, host, look, size, stdout, isScreenReader } = options;
  const world = new World(options);
  const runner = new EffectRunner(host);
  const model = new BrowseModel(world, size, (effect) => runner.run(effect));
  let suspendTerminal: Suspend = (whileAway) => whileAway();
  const setSuspend = (suspend: Suspend): void => {
    suspendTerminal = suspend;
  };
  const root = (
    <Root onReady={setSuspend}>
      <App model={model} look={look} />
    </Root>
  );
  const instance = render(root, {
    stdout,
    exitOnCtrlC: false,
    // Also where Ink takes the environment for that of a build server.
    interactive: true,
    alternateScreen: !isScreenReader,
    incrementalRendering: true,
    isScreenReaderEnabled: isScreenReader,
    // A key that comes while Ink waits for its next frame is drawn that much later.
    maxFps: 120,
  });
  const news = new News(() => model.dispatch({ kind: 'data' }));
  world.onArrival(() => news.soon(ARRIVAL_MS));
  const stopListening = capture.subscribe(() => news.soon(capture.progress.isLoaded ? ARRIVAL_MS : LOADING_MS));
  const keys = new KeyReader((input) => model.dispatch({ kind: 'input', input }));
  let failure: Error | undefined;
  const browser: Browser = {
    model,
    type: (chunk) => keys.push(chunk),
    resize: (to) => model.dispatch({ kind: 'resize', size: to }),
    close: (error) => {
      failure ??= error;
      instance.unmount();
    },
    suspend: (whileAway) => suspendTerminal(whileAway),
    closed: instance
      .waitUntilExit()
      .finally(() => end())
      .then(() => {
        if (failure !== undefined) throw failure;
      }),
  };
  const background = new Background(model);
  const end = (): void => {
    background.stop();
    stopListening();
    keys.stop();
    news.stop();
    runner.stop();
  };
  runner.start(browser);
  return browser;
}

/** Tells once of all that came within a while, so that the loader never outruns the screen and keys have their turn. */
class News {
  readonly #tell: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  soon(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

type Suspend = (whileAway: () => Promise<void>) => Promise<void>;

/** Gives what only a component can get out of Ink. */
function Root({
  onReady,
  children,
}: {
  readonly onReady: (suspend: Suspend) => void;
  readonly children: ReactNode;
}): ReactNode {
  const { suspendTerminal } = useApp();
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  return children;
}

/** Decodes what comes from the terminal; what may be the beginning of a sequence waits a moment. */
class KeyReader {
  readonly #decoder = new KeyDecoder();
  readonly #take: (input: TerminalInput) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(take: (input: TerminalInput) => void) {
    this.#take = take;
  }

  push(chunk: string): void {
    this.stop();
    for (const input of this.#decoder.push(chunk)) this.#take(input);
    if (!this.#decoder.isPending) return;
    this.#timer = setTimeout(() => {
      for (const input of this.#decoder.flush()) this.#take(input);
    }, ESCAPE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
