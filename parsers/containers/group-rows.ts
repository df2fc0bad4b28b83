import type { Container } from '../../src/model/parser.ts';
import { readGroupRows } from './group-row-lines.ts';

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
  readGroups: (text, input) => readGroupRows(text, input, parsedJson),
};

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
