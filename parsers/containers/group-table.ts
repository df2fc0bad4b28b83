import type { GroupRow } from '../../src/model/group.ts';
import type { Container } from '../../src/model/parser.ts';
import { HEADER, readGroupRows } from './group-row-lines.ts';

const SHOWN_HEAD = 4096;
const NUMBERS: ReadonlySet<string> = new Set([
  'pasid',
  'prgi',
  'instance',
  'rawCode',
  'requests',
  'firstInput',
  'firstLine',
  'lastInput',
  'lastLine',
  'responseInput',
  'responseLine',
  'latencyNs',
]);
/** A group of more requests than this is none. */
const MOST_REQUESTS = 100_000;

type Cells = ReadonlyMap<string, string | number>;

/**
 * `faultlog groups --format csv`, recognised by its header. Of the requests it has the first, the last and their number: those
 * between stand on the row's line and have neither time nor address.
 */
export const groupTable: Container = {
  name: 'csv-groups',
  description: 'an export of page-request groups as CSV',
  matches(head) {
    const [first = ''] = Buffer.from(head.subarray(0, SHOWN_HEAD)).toString('utf8').split(/\r?\n/);
    const names = first.split(',').map((name) => name.replace(/^"(.*)"$/, '$1'));
    return ['prgi', 'instance', 'state', 'requests', 'findings'].every((name) => names.includes(name));
  },
  advice: 'groups, stats, ladder and events read it, the other commands want the capture',
  async readGroups(text, input) {
    const { default: Papa } = await import('papaparse');
    const cellsIn = (line: string): readonly string[] => Papa.parse<string[]>(line, { delimiter: ',' }).data[0] ?? [];
    let names: readonly string[] | undefined;
    return readGroupRows(text, input, (line) => {
      if (names !== undefined) return rowOf(cellsOf(names, cellsIn(line)));
      names = cellsIn(line);
      return HEADER;
    });
  },
};

/** Cells that are not empty; without what keeps a spreadsheet from running them. */
function cellsOf(names: readonly string[], cells: readonly string[]): Cells {
  const found = new Map<string, string | number>();
  for (const [index, name] of names.entries()) {
    const cell = (cells[index] ?? '').replace(/^'(?=[=+\-@\t\r])/, '');
    if (cell !== '') found.set(name, NUMBERS.has(name) && /^-?\d+$/.test(cell) ? Number(cell) : cell);
  }
  return found;
}

/** In the shape of the JSONL row; the schema judges it. */
function rowOf(cells: Cells): unknown {
  const kept = [
    'device',
    'pasid',
    'prgi',
    'instance',
    'state',
    'code',
    'rawCode',
    'privateData',
    'answeredBy',
    'latencyNs',
    'owner',
  ];
  const response = placeOf(cells, 'response');
  return {
    ...Object.fromEntries(kept.flatMap((name) => (cells.has(name) ? [[name, cells.get(name)]] : []))),
    requests: requestsOf(cells),
    ...(response !== undefined && { response }),
    findings: String(cells.get('findings') ?? '')
      .split(' ')
      .filter((id) => id !== ''),
  };
}

function requestsOf(cells: Cells): unknown {
  const count = cells.get('requests');
  if (typeof count !== 'number' || count > MOST_REQUESTS) return count;
  const first = placeOf(cells, 'first');
  const last = placeOf(cells, 'last');
  return Array.from({ length: count }, (_, index): Partial<GroupRow['requests'][number]> => {
    if (last !== undefined && index === count - 1) return { ...last, last: true };
    if (index === 0) return { ...first, last: false };
    return { input: first?.input ?? 0, line: first?.line ?? 1, last: false };
  });
}

type Place = { readonly input: number; readonly line: number; readonly time?: string };

function placeOf(cells: Cells, name: 'first' | 'last' | 'response'): Place | undefined {
  const [input, line, time] = [cells.get(`${name}Input`), cells.get(`${name}Line`), cells.get(`${name}Time`)];
  if (typeof input !== 'number' || typeof line !== 'number') return undefined;
  return { input, line, ...(time !== undefined && { time: String(time) }) };
}
