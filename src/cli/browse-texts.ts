import type { InputSpec } from '../intake/input.ts';
import type { Container } from '../model/parser.ts';
import type { Capture } from '../store/capture.ts';
import type { LinePlace, RawPage, RawText } from '../store/raw-text.ts';
import { rawTextOf } from './raw-texts.ts';
import type { Reopenable } from './reopen.ts';

/** The raw text of each input: of a file at once, of a pipe when all of it was read and kept. */
export function browsedTexts(
  source: Reopenable,
  capture: Capture,
  containers: readonly Container[],
  cwd: string,
): readonly RawText[] {
  return source.inputs.map((spec, input) => {
    const hint = (line: number): LinePlace | undefined => placeUpTo(capture, input, line);
    if (spec.canReopen === true) return rawTextOf(spec, containers, cwd, hint);
    const open = (): RawText | undefined => {
      const again = capture.progress.isLoaded ? source.again()?.[input] : undefined;
      return again === undefined ? undefined : rawTextOf(again, containers, cwd, hint);
    };
    return new PipeText(spec, open);
  });
}

/** The nearest event before a line says where its own line begins. */
function placeUpTo({ events }: Capture, input: number, line: number): LinePlace | undefined {
  const row = events.index.rowUpToLine(input, line);
  const source = row === undefined ? undefined : events.traceEvent(row)?.source;
  return source === undefined ? undefined : { line: source.line, offset: source.offset };
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
