import { Box, useCursor, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { frameOf } from '../frame.ts';
import { useModel } from '../hooks/use-model.ts';
import type { BrowseModel } from '../model.ts';
import { spokenLines } from '../spoken.ts';
import { Lines, type Look } from './lines.tsx';

export interface AppProps {
  readonly model: BrowseModel;
  readonly look: Look;
}

/** What a screen reader says, anew whenever the model changes. */
function Spoken({ model, look }: AppProps): ReactNode {
  const { state } = useModel(model);
  return (
    <Box flexDirection="column">
      <Lines lines={spokenLines(state, model.world)} look={look} />
    </Box>
  );
}

/** The screen, or what is said in its place. */
export function App(props: AppProps): ReactNode {
  return useIsScreenReaderEnabled() ? <Spoken {...props} /> : <Drawn {...props} />;
}

/** The screen, drawn anew whenever the model changes. */
function Drawn({ model, look }: AppProps): ReactNode {
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
