import { InvariantError } from '../base/assert.ts';
import type { InputSpec } from '../intake/input.ts';
import type { Container } from '../model/parser.ts';
import type { OpenRaw } from '../store/capture.ts';
import type { RawPage, RawText } from '../store/raw-text.ts';
import { rawTextOf } from './raw-texts.ts';
import type { Reopenable } from './reopen.ts';

/** The raw text of an input: of a file at once, of a pipe when all of it was read and kept. */
export function openBrowsedText(
  source: Reopenable,
  containers: readonly Container[],
  cwd: string,
  isRead: () => boolean,
): OpenRaw {
  return (input, hint) => {
    const spec = source.inputs[input];
    if (spec === undefined) throw new InvariantError('an input that is not there', { input });
    if (spec.canReopen === true) return rawTextOf(spec, containers, cwd, hint);
    return new PipeText(spec, () => {
      const again = isRead() ? source.again()?.[input] : undefined;
      return again === undefined ? undefined : rawTextOf(again, containers, cwd, hint);
    });
  };
}

/** The text of what can be read once only. */
class PipeText implements RawText {
  readonly #name: string;
  readonly #open: () => RawText | undefined;
  #text: RawText | undefined;

  constructor({ path }: InputSpec, open: () => RawText | undefined) {
    this.#name = path === '-' ? 'standard input' : path;
    this.#open = open;
  }

  async lines(first: number, count: number): Promise<RawPage> {
    this.#text ??= this.#open();
    const problem = `${this.#name} is a pipe: its text is there when all is read, unless it is too long to be kept`;
    return this.#text?.lines(first, count) ?? { lines: [], problem };
  }

  async find(...query: Parameters<RawText['find']>): Promise<number | undefined> {
    this.#text ??= this.#open();
    return this.#text?.find(...query);
  }

  close(): void {
    this.#text?.close();
  }
}
