import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../readme-blocks.ts';

export const PROGRAM = join(ROOT, 'dist/faultlog.js');

/** Why the tests of this folder are skipped; '' where they run. */
export const SKIPPED = spawnSync('tmux', ['-V']).status === 0 ? '' : ' (skipped: tmux is not installed)';

const STEP_MS = 30;
const LIMIT_MS = 20_000;

export interface PaneOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A shell in a terminal of its own: what a person types and sees. */
export class Pane {
  readonly #folder = mkdtempSync(join(tmpdir(), 'faultlog-tmux-'));

  constructor({ columns, rows, env = {} }: PaneOptions) {
    // A history would be written when the shell ends, into a folder that is being removed.
    const settings = { TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', PS1: '$ ', HISTFILE: '', ...env };
    const words = Object.entries(settings).map(([name, value]) => `${name}='${value}'`);
    const path = `${dirname(process.execPath)}:/usr/bin:/bin`;
    this.#tmux(
      'new-session',
      '-d',
      '-x',
      String(columns),
      '-y',
      String(rows),
      `env -i PATH=${path} HOME=${this.#folder} ${words.join(' ')} bash --norc --noprofile`,
    );
    this.#tmux('set-option', '-g', 'default-terminal', 'xterm-256color');
  }

  /** Keys by tmux's names: `Enter`, `C-z`, `j`. */
  press(...keys: readonly string[]): void {
    for (const key of keys) this.#tmux('send-keys', key);
  }

  /** Text as it is. */
  type(text: string): void {
    this.#tmux('send-keys', '-l', text);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** The screen without blanks at its ends. */
  screen(): string {
    return this.#tmux('capture-pane', '-p').trimEnd();
  }

  /** The screen with its escape sequences. */
  styledScreen(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  /** What tmux knows of the terminal's state, like `alternate_on`, `cursor_flag`, `mouse_any_flag`. */
  flag(name: string): string {
    return this.#tmux('display-message', '-p', `#{${name}}`).trim();
  }

  /** Process id of the shell. */
  get shell(): number {
    return Number(this.flag('pane_pid'));
  }

  /** Waits until the screen has the text, or matches, and gives it. */
  async waitFor(text: string | RegExp): Promise<string> {
    return this.waitUntil(
      (screen) => (typeof text === 'string' ? screen.includes(text) : text.test(screen)),
      String(text),
    );
  }

  async waitUntil(holds: (screen: string) => boolean, what: string): Promise<string> {
    const limit = Date.now() + LIMIT_MS;
    for (;;) {
      const screen = this.screen();
      if (holds(screen)) return screen;
      if (Date.now() > limit) throw new Error(`waited in vain for ${what}; the screen is\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  }

  close(): void {
    this.#tmux('kill-server');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tmux(...args: readonly string[]): string {
    const socket = join(this.#folder, 'socket');
    const run = spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`tmux ${args.join(' ')}: ${run.stderr}`);
    return run.stdout;
  }
}
