import type { Browser } from '../ui/browse.tsx';
import type { Host } from '../ui/run-effects.ts';
import { MOUSE_OFF } from '../ui/run-effects.ts';
import { EXIT } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Pastes come marked as such, so that no line of one is taken for keys. */
const PASTE_ON = '\x1b[?2004h';
const PASTE_OFF = '\x1b[?2004l';

/**
 * The terminal while a UI has it: raw keys, size, job control, and the end of the process. Whatever ends the process
 * but SIGKILL leaves the terminal as it was.
 */
export class TerminalSession {
  readonly #terminal: Terminal;
  readonly #save: Host['save'];
  #browser: Browser | undefined;

  constructor(terminal: Terminal, save: Host['save']) {
    this.#terminal = terminal;
    this.#save = save;
  }

  /** For the UI. */
  get host(): Host {
    return {
      stop: () => this.#stop('SIGTSTP'),
      send: (sequence) => {
        this.#terminal.screen.write(sequence);
      },
      save: this.#save,
    };
  }

  /** Takes the keyboard; the UI has to be started with `attach` at once. */
  open(): void {
    const { keyboard, screen } = this.#terminal;
    keyboard.setEncoding('utf8');
    this.#takeKeys();
    keyboard.on('data', this.#onData);
    screen.on('resize', this.#onResize);
    process.on('SIGTSTP', this.#onSuspend);
    process.on('SIGHUP', this.#onHangUp);
    process.on('uncaughtException', this.#onError);
    process.on('exit', this.#onExit);
  }

  attach(browser: Browser): void {
    this.#browser = browser;
  }

  /** Gives everything back, when the UI has left the screen. */
  close(): void {
    const { keyboard, screen } = this.#terminal;
    keyboard.off('data', this.#onData);
    screen.off('resize', this.#onResize);
    process.off('SIGTSTP', this.#onSuspend);
    process.off('SIGHUP', this.#onHangUp);
    process.off('uncaughtException', this.#onError);
    process.off('exit', this.#onExit);
    this.#giveKeys();
    keyboard.pause();
    keyboard.unref();
  }

  readonly #onData = (chunk: Buffer | string): void => this.#browser?.type(String(chunk));

  readonly #onResize = (): void => {
    const { columns, rows } = this.#terminal.screen;
    this.#browser?.resize({ columns, rows });
  };

  /** From outside (`kill -TSTP`): the screen is left before the process stops. */
  readonly #onSuspend = (): void => {
    void this.#browser?.suspend(() => this.#stop('SIGSTOP'));
  };

  readonly #onHangUp = (): void => process.exit(EXIT.interrupted);

  /** The terminal comes first; the error is thrown on where the UI was waited for. */
  readonly #onError = (error: unknown): void => {
    this.#browser?.close(error instanceof Error ? error : new Error(String(error)));
  };

  readonly #onExit = (): void => {
    this.#browser?.close();
    this.#giveKeys();
  };

  #takeKeys(): void {
    const { keyboard, screen } = this.#terminal;
    keyboard.setRawMode(true);
    keyboard.ref();
    keyboard.resume();
    screen.write(PASTE_ON);
  }

  #giveKeys(): void {
    const { keyboard, screen } = this.#terminal;
    screen.write(PASTE_OFF + MOUSE_OFF);
    keyboard.setRawMode(false);
  }

  /** Stops the process, or with SIGTSTP all of its job, and goes on when it is continued. */
  async #stop(signal: 'SIGTSTP' | 'SIGSTOP'): Promise<void> {
    this.#giveKeys();
    const continued = new Promise<void>((resolve) => process.once('SIGCONT', () => resolve()));
    process.off('SIGTSTP', this.#onSuspend);
    process.kill(signal === 'SIGTSTP' ? 0 : process.pid, signal);
    await continued;
    process.on('SIGTSTP', this.#onSuspend);
    this.#takeKeys();
    this.#onResize();
  }
}
