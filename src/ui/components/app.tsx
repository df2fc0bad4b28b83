import { Box, useCursor } from 'ink';
import type { ReactNode } from 'react';
import { frameOf } from '../frame.ts';
import { useModel } from '../hooks/use-model.ts';
import type { BrowseModel } from '../model.ts';
import { Lines, type Look } from './lines.tsx';

export interface AppProps {
  readonly model: BrowseModel;
  readonly look: Look;
}

/** The screen, drawn anew whenever the model changes. */
export function App({ model, look }: AppProps): ReactNode {
  const { state } = useModel(model);
  const { lines, cursorColumn } = frameOf(state, model.world);
  const { setCursorPosition } = useCursor();
  setCursorPosition(cursorColumn === undefined ? undefined : { x: cursorColumn, y: lines.length - 1 });
  return (
    <Box flexDirection="column">
      <Lines lines={lines} look={look} />
    </Box>
  );
}
