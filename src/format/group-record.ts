import type { GroupRow } from '../model/group.ts';
import type { GROUP_COLUMNS } from './columns.ts';

export type FlatGroup = Partial<Record<(typeof GROUP_COLUMNS)[number], string | number>>;

/** A group as one flat record: the first and the last request, and the ids of its findings with blanks between them. */
export function flatGroup(row: GroupRow): FlatGroup {
  const { requests, response, sentBy: _, findings, ...rest } = row;
  const first = requests[0];
  const last = requests.findLast((request) => request.last);
  return {
    ...rest,
    requests: requests.length,
    ...(first !== undefined && placed('first', first)),
    ...(last !== undefined && placed('last', last)),
    ...(response !== undefined && placed('response', response)),
    findings: findings.join(' '),
  };
}

interface Place {
  readonly input: number;
  readonly line: number;
  readonly time?: string;
}

function placed(name: 'first' | 'last' | 'response', { input, line, time }: Place): FlatGroup {
  return { [`${name}Input`]: input, [`${name}Line`]: line, ...(time !== undefined && { [`${name}Time`]: time }) };
}
