import { openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import type { Session } from './session.ts';

/** The end of a terminal that keys come from. */
export interface Keyboard extends Readable {
  setRawMode(isRaw: boolean): unknown;
  ref(): unknown;
  unref(): unknown;
}

/** The end of a terminal that is drawn on. */
export interface Screen extends Writable {
  readonly columns: number;
  readonly rows: number;
}

/** Both ends of the session's terminal; undefined where there is none. */
export interface Terminal {
  readonly keyboard: Keyboard;
  readonly screen: Screen;
}

/** `takesInput`: standard input is a log, and keys come from the terminal itself. */
export function terminalOf(session: Session, takesInput: boolean): Terminal | undefined {
  const { stdout, stdin, env } = session;
  if (!stdout.isTerminal || env.TERM === 'dumb' || !isScreen(stdout.stream)) return undefined;
  const keyboard = takesInput ? controllingTerminal() : stdin;
  return keyboard !== undefined && isKeyboard(keyboard) ? { keyboard, screen: stdout.stream } : undefined;
}

function isScreen(stream: Writable): stream is Screen {
  return 'columns' in stream && 'rows' in stream;
}

function isKeyboard(stream: Readable): stream is Keyboard {
  return 'setRawMode' in stream && typeof stream.setRawMode === 'function';
}

function controllingTerminal(): Readable | undefined {
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return undefined;
  }
}

/** True if the terminal's character set is UTF-8, as far as the environment tells (POSIX: the first that is set counts). */
export function isUtf8({ env }: Session): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  return locale !== undefined && /utf-?8/i.test(locale);
}
