import { Text } from 'ink';
import { memo, type ReactNode } from 'react';
import { toAscii } from '../text/ascii.ts';
import { clean } from '../text/clean.ts';
import { isSameLine, type Line } from '../text/line.ts';
import { lookOf } from '../theme.ts';

/** How text is to be drawn in this terminal. */
export interface Look {
  readonly hasColour: boolean;
  /** The terminal's character set is not UTF-8. */
  readonly isAscii: boolean;
}

export interface LinesProps {
  /** The visible ones only. */
  readonly lines: readonly Line[];
  readonly look: Look;
}

/** Rows, keyed by their place on the screen, so that scrolling changes texts and mounts nothing. */
export function Lines({ lines, look }: LinesProps): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the place on the screen is what a row is.
  return lines.map((line, slot) => <Row key={slot} line={line} look={look} />);
}

const Row = memo(DrawnRow, (before, after) => before.look === after.look && isSameLine(before.line, after.line));

function DrawnRow({ line, look }: { readonly line: Line; readonly look: Look }): ReactNode {
  if (line.spans.every(({ text }) => text === '')) return <Text> </Text>;
  return (
    <Text wrap="truncate-end">
      {line.spans.map(({ text, style, isSelected = false }, index) => {
        const shown = look.isAscii ? toAscii(clean(text)) : clean(text);
        if (style === undefined && !isSelected) return shown;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span has no other identity.
          <Text key={index} inverse={isSelected} {...lookOf(style, look.hasColour)}>
            {shown}
          </Text>
        );
      })}
    </Text>
  );
}
