import type { Container } from '../../src/model/parser.ts';
import { GroupRows } from '../decode/exported-group.ts';

const SHOWN_HEAD = 4096;

/** `faultlog groups --format jsonl`, recognised by the fields of its first row. */
export const groupRows: Container = {
  name: 'jsonl-groups',
  description: 'an export of page-request groups as JSONL',
  matches(head) {
    const [first = ''] = Buffer.from(head.subarray(0, SHOWN_HEAD)).toString('utf8').split('\n');
    return (
      first.startsWith('{') && ['"prgi":', '"instance":', '"state":', '"requests":'].every((key) => first.includes(key))
    );
  },
  advice: 'groups, stats, ladder and events read it, the other commands want the capture',
  async readGroups(text, input) {
    // Late: the schema's library is for these rows alone.
    const { groupRowSchema } = await import('../../src/model/group.ts');
    const rows = new GroupRows(input);
    const unread: { line: number; text: string; problem: string }[] = [];
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    let offset = 0;
    for (const [index, line] of lines.entries()) {
      const parsed = groupRowSchema.safeParse(parsedJson(line));
      if (parsed.success) rows.add(parsed.data, index + 1, offset, line);
      else if (line.trim() !== '') {
        const [issue] = parsed.error.issues;
        const place = issue?.path.map(String).join('.') ?? '';
        unread.push({
          line: index + 1,
          text: line,
          problem: `${place === '' ? 'the row' : place}: ${issue?.message ?? ''}`,
        });
      }
      offset += Buffer.byteLength(line) + 1;
    }
    return rows.reading(lines.length, unread);
  },
};

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
