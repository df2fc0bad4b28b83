import { Transform } from 'node:stream';
import { render } from 'ink';
import { App } from '../../src/ui/components/app.tsx';
import type { Look } from '../../src/ui/components/lines.tsx';
import { KeyDecoder } from '../../src/ui/input/decode-keys.ts';
import { BrowseModel } from '../../src/ui/model.ts';
import type { Size } from '../../src/ui/state/state.ts';
import type { World } from '../../src/ui/world.ts';

/** A terminal of a size that keeps what is drawn, frame by frame. */
class Paper extends Transform {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;
  last = '';

  constructor({ columns, rows }: Size) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  override _transform(chunk: Buffer, _: string, done: () => void): void {
    const text = chunk.toString();
    if (text !== '') this.last = text;
    done();
  }
}

const PLAIN: Look = { hasColour: false, isAscii: false };

/** What Ink draws after these keys, as they come from a terminal. */
export async function drawn(world: World, size: Size, keys: readonly string[], look: Look = PLAIN): Promise<string> {
  const model = new BrowseModel(world, size, () => undefined);
  const paper = new Paper(size);
  const { unmount, waitUntilRenderFlush } = render(<App model={model} look={look} />, {
    stdout: paper,
    debug: true,
    interactive: true,
    patchConsole: false,
  });
  const decoder = new KeyDecoder();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) {
      while (world.lists.hasWork) world.lists.work(50);
      await new Promise((resolve) => setTimeout(resolve, 5));
      model.dispatch({ kind: 'data' });
    }
    await waitUntilRenderFlush();
  };
  await settle();
  for (const key of keys) {
    for (const input of [...decoder.push(key), ...decoder.flush()]) model.dispatch({ kind: 'input', input });
    await settle();
  }
  const frame = paper.last;
  unmount();
  return frame;
}
