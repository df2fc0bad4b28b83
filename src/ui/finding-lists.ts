import { filterTest } from '../filter/compile.ts';
import type { Finding } from '../model/finding.ts';
import { worstFirst } from '../report/wording.ts';
import type { Capture } from '../store/capture.ts';
import { factsOfFinding } from './finding-facts.ts';
import type { RowLists } from './row-lists.ts';
import type { FindingSort } from './state/place.ts';

/** Orders and filters of findings that are kept. */
const MOST_ORDERS = 8;

/** The findings of a capture in order, filtered, and by their keys. */
export class FindingLists {
  readonly #capture: Capture;
  readonly #rows: RowLists;
  readonly #inputNames: () => readonly string[];
  #sorted: { readonly of: readonly Finding[]; readonly lists: Map<string, readonly Finding[]> } | undefined;
  #byKey: { readonly of: readonly Finding[]; readonly map: ReadonlyMap<string, Finding> } | undefined;

  constructor(capture: Capture, rows: RowLists, inputNames: () => readonly string[]) {
    this.#capture = capture;
    this.#rows = rows;
    this.#inputNames = inputNames;
  }

  /** In an order; those that pass a filter. */
  list(sort: FindingSort, filter: string): readonly Finding[] {
    const { findings } = this.#capture;
    const key = `${sort} ${filter}`;
    if (this.#sorted?.of !== findings) this.#sorted = { of: findings, lists: new Map() };
    const known = this.#sorted.lists.get(key);
    if (known !== undefined) return known;
    const sorted = this.#inOrder(findings, sort);
    const list = filter === '' ? sorted : sorted.filter(this.#test(filter));
    if (this.#sorted.lists.size > MOST_ORDERS) this.#sorted.lists.clear();
    this.#sorted.lists.set(key, list);
    return list;
  }

  finding(key: string): Finding | undefined {
    const { findings } = this.#capture;
    if (this.#byKey?.of !== findings) {
      this.#byKey = { of: findings, map: new Map(findings.map((finding) => [findingKey(finding), finding])) };
    }
    return this.#byKey.map.get(key);
  }

  #test(filter: string): (finding: Finding) => boolean {
    const parsed = this.#rows.parsed(filter, 'group').filter;
    if (parsed === undefined) return () => true;
    const { words, inputs } = this.#capture;
    const test = filterTest(parsed, 'group', words);
    return (finding) => test(factsOfFinding(finding, this.#inputNames(), inputs, words));
  }

  #inOrder(findings: readonly Finding[], sort: FindingSort): readonly Finding[] {
    switch (sort) {
      case 'severity':
        return this.#knownLast(worstFirst(findings));
      case 'time':
        return findings.toSorted((a, b) => secondsOf(a) - secondsOf(b));
      case 'rule':
        return worstFirst(findings).toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
      default:
        return sort satisfies never;
    }
  }

  /** What the baseline knows is not what people come for. */
  #knownLast(findings: readonly Finding[]): readonly Finding[] {
    const { known } = this.#capture;
    if (known.size === 0) return findings;
    return findings.toSorted((a, b) => Number(known.has(a)) - Number(known.has(b)));
  }
}

/** Names a finding while more of them come in and their order changes. */
export function findingKey({ id, evidence: [first], device, message }: Finding): string {
  return first === undefined ? `${id}/${device ?? ''}/${message}` : `${id}@${first.input}:${first.line}`;
}

function secondsOf({ time }: Finding): number {
  return time === undefined ? Number.MAX_VALUE : Number(time);
}
