import type { Filter, ParsedFilter } from '../filter/filter.ts';
import { parseFilter } from '../filter/parse.ts';
import type { Capture } from '../store/capture.ts';
import type { LatencyStream } from '../store/latency-streams.ts';
import type { RowList } from '../store/row-list.ts';
import type { GroupSort } from './state/place.ts';

/** Lists of filtered rows that are kept: that of the view, and that of the filter typed last. */
const MOST_LISTS = 2;

/** Rows by filter and order, as views ask for them; they are filled in slices of time. */
export class RowLists {
  readonly #capture: Capture;
  readonly #lists = new Map<string, RowList>();
  /** Of devices and PASIDs, in one order: together they are not longer than all instances. */
  readonly #streams = new Map<string, RowList>();
  #streamSort: GroupSort = 'start';
  #onWork = (): void => undefined;

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  /** Calls back when there is a new list to fill: it may be drawing that asks for one. */
  onWork(listener: () => void): void {
    this.#onWork = listener;
  }

  /** Events that pass a filter; a filter with a mistake passes all. */
  events(filter: string): RowList {
    return this.#kept(`events ${filter}`, () => this.#capture.eventRows(filterOf(this.parsed(filter, 'event'))));
  }

  /** Instances that pass a filter. */
  groups(filter: string, sort: GroupSort): RowList {
    return this.#kept(`groups ${sort} ${filter}`, () =>
      this.#capture.groupRows({ filter: filterOf(this.parsed(filter, 'group')), ...orderOf(sort) }),
    );
  }

  /** Instances of a device and PASID. */
  stream(stream: LatencyStream, sort: GroupSort): RowList {
    if (sort !== this.#streamSort) {
      this.#streams.clear();
      this.#streamSort = sort;
    }
    const key = `${stream.lane}/${stream.device}/${stream.pasid ?? '-'}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const list = this.#capture.groupRows({ filter: streamFilter(stream), ...orderOf(sort) });
    this.#streams.set(key, list);
    this.#onWork();
    return list;
  }

  parsed(filter: string, subject: 'event' | 'group'): ParsedFilter {
    return parseFilter(filter, subject, this.#capture.words);
  }

  get hasWork(): boolean {
    for (const list of this.#all()) if (!list.isComplete) return true;
    return false;
  }

  /** Looks for rows, for about so many milliseconds; true if some were found. */
  work(budgetMs: number): boolean {
    const until = performance.now() + budgetMs;
    let hasChanged = false;
    for (const list of this.#all()) {
      const left = until - performance.now();
      if (left <= 0) break;
      if (!list.isComplete && list.advance(left)) hasChanged = true;
    }
    return hasChanged;
  }

  *#all(): Generator<RowList> {
    yield* this.#lists.values();
    yield* this.#streams.values();
  }

  #kept(key: string, make: () => RowList): RowList {
    const known = this.#lists.get(key);
    const list = known ?? make();
    this.#lists.delete(key);
    this.#lists.set(key, list);
    if (known === undefined) this.#onWork();
    const oldest = this.#lists.keys().next().value;
    if (this.#lists.size > MOST_LISTS && oldest !== undefined) this.#lists.delete(oldest);
    return list;
  }
}

function filterOf({ filter }: ParsedFilter): Filter {
  return filter ?? { kind: 'all' };
}

/** The slowest and the worst come first. */
function orderOf(sort: GroupSort): { readonly sort: GroupSort; readonly isDescending: boolean } {
  return { sort, isDescending: sort === 'latency' };
}

function streamFilter({ lane, device, pasid }: LatencyStream): Filter {
  const compare = (field: string, value: string): Filter => ({
    kind: 'compare',
    field,
    operator: '=',
    values: [value],
  });
  const isAnyDevice = compare('device', '*');
  const isAnyPasid: Filter = { kind: 'compare', field: 'pasid', operator: '>=', values: ['0'] };
  return {
    kind: 'and',
    parts: [
      compare('lane', `${lane}*`),
      device === '' ? { kind: 'not', of: isAnyDevice } : compare('device', device),
      pasid === undefined ? { kind: 'not', of: isAnyPasid } : compare('pasid', String(pasid)),
    ],
  };
}
