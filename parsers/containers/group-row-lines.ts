import type { GroupsReading } from '../../src/model/exported-group.ts';
import { GroupRows } from '../decode/exported-group.ts';

/** In place of a row: the line names the columns. */
export const HEADER = Symbol('header');

/** Reads an export of groups, a row a line. What is no row is unread, with the first thing that is wrong in it. */
export async function readGroupRows(
  text: string,
  input: number,
  rowOf: (line: string) => unknown,
): Promise<GroupsReading> {
  // Late: the schema's library is for these rows alone.
  const { groupRowSchema } = await import('../../src/model/group.ts');
  const rows = new GroupRows(input);
  const unread: { line: number; text: string; problem: string }[] = [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const row = line.trim() === '' ? HEADER : rowOf(line);
    if (row !== HEADER) {
      const parsed = groupRowSchema.safeParse(row);
      if (parsed.success) rows.add(parsed.data, index + 1, offset, line);
      else {
        const [issue] = parsed.error.issues;
        const place = issue?.path.map(String).join('.') ?? '';
        const problem = `${place === '' ? 'the row' : place}: ${issue?.message ?? ''}`;
        unread.push({ line: index + 1, text: line, problem });
      }
    }
    offset += Buffer.byteLength(line) + 1;
  }
  return rows.reading(lines.length, unread);
}
