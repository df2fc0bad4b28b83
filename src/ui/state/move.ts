export type MoveCommand = 'down' | 'up' | 'half-down' | 'half-up' | 'page-down' | 'page-up' | 'first' | 'last';

/** The row that a key of movement leads to; it may lie outside of the list. */
export function rowAfter(command: MoveCommand, row: number, pageRows: number): number {
  const half = Math.max(1, Math.floor(pageRows / 2));
  const page = Math.max(1, pageRows - 1);
  switch (command) {
    case 'down':
      return row + 1;
    case 'up':
      return row - 1;
    case 'half-down':
      return row + half;
    case 'half-up':
      return row - half;
    case 'page-down':
      return row + page;
    case 'page-up':
      return row - page;
    case 'first':
      return 0;
    case 'last':
      return Number.MAX_SAFE_INTEGER;
    default:
      return command satisfies never;
  }
}
