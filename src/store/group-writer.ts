import type { Sighting } from '../format/group-row.ts';
import type { TraceEvent } from '../model/event.ts';
import type { Lane } from '../model/lane.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import type { Requester } from '../replay/requester.ts';
import { placeOf } from './chunked-table.ts';
import type { EventTables } from './event-tables.ts';
import { type GroupTables, packStatus } from './group-tables.ts';
import type { RowLocator } from './row-locator.ts';

/** Sets of rules that are told apart; an instance with a further one keeps those that it had. */
const MOST_SETS = 1 << 16;

/** Appends instances to the tables when they end, and links them with their events. */
export class GroupWriter {
  readonly #tables: GroupTables;
  readonly #events: EventTables;
  readonly #locator: RowLocator;
  readonly #requesters = new Map<Requester, number>();

  constructor(tables: GroupTables, events: EventTables, locator: RowLocator) {
    this.#tables = tables;
    this.#events = events;
    this.#locator = locator;
  }

  /** Gives the row. Its events must have been appended before. */
  add(group: PageRequestGroup, lane: Lane, above: readonly Sighting[]): number {
    const { rows, members, verdicts } = this.#tables;
    const row = rows.grow();
    verdicts.grow();
    const chunk = rows.chunkOf(row);
    if (chunk === undefined) return row;
    const at = placeOf(row);
    const first = members.count;
    const requests = this.#link(group.requests, row);
    const responses = this.#link(group.response === undefined ? [] : [group.response], row);
    this.#link(group.upperHops, row);
    const own = members.count - first;
    for (const { event, at: time } of above) this.#link([event], row, time);
    chunk.members.set(at, first);
    chunk.requests.set(at, requests);
    chunk.observations.set(at, members.count - first);
    chunk.above.set(at, members.count - first - own);
    chunk.requester.set(at, this.#numberOf(group.requester));
    chunk.pasid.set(at, group.pasid ?? 0);
    chunk.prgi.set(at, group.prgi);
    chunk.ordinal.set(at, group.ordinal);
    verdicts.chunkOf(row)?.findings.set(at, this.#setOf(group.findings));
    chunk.sinceEpoch.set(at, group.sinceEpoch ?? Number.NaN);
    chunk.status.set(
      at,
      packStatus({
        state: group.state,
        answeredBy: group.answeredBy,
        lane,
        hasPasid: group.pasid !== undefined,
        hasResponse: responses > 0,
        isSealed: group.isSealed,
        isTimed: group.sealedAt !== undefined,
      }),
    );
    return row;
  }

  /** A rule named the instance after it had ended. */
  addFinding(group: PageRequestGroup, id: string): void {
    const row = this.rowOf(group);
    const column = row === undefined ? undefined : this.#tables.verdicts.chunkOf(row)?.findings;
    if (row === undefined || column === undefined) return;
    const known = this.#tables.findingSets.at(column.at(placeOf(row))) ?? [];
    if (!known.includes(id)) column.set(placeOf(row), this.#setOf([...known, id]));
  }

  /** The row of an instance that ended; undefined if it has none. */
  rowOf(group: PageRequestGroup): number | undefined {
    const event = group.requests[0] ?? group.response;
    const row = event === undefined ? undefined : this.#locator.rowOf(event);
    const link = row === undefined ? undefined : this.#events.links.chunkOf(row)?.instance.at(placeOf(row));
    return link === undefined || link === 0 ? undefined : link - 1;
  }

  /** Gives how many of the events are in the table of events. */
  #link(events: readonly TraceEvent[], instance: number, time = 0): number {
    const { members } = this.#tables;
    let count = 0;
    for (const event of events) {
      const row = this.#locator.rowOf(event);
      const chunk = row === undefined ? undefined : this.#events.links.chunkOf(row);
      if (row === undefined || chunk === undefined) continue;
      chunk.instance.set(placeOf(row), instance + 1);
      const member = members.grow();
      const target = members.chunkOf(member);
      target?.event.set(placeOf(member), row);
      target?.at.set(placeOf(member), time);
      count += 1;
    }
    return count;
  }

  /** Reads the names of all requesters again: some become known only later. */
  nameRequesters(): void {
    this.#tables.requesters = [...this.#requesters.keys()].map(({ name }) => name);
  }

  #numberOf(requester: Requester): number {
    const known = this.#requesters.get(requester);
    if (known !== undefined) return known;
    const number = this.#requesters.size;
    this.#requesters.set(requester, number);
    return number;
  }

  #setOf(ids: readonly string[]): number {
    const { findingSets } = this.#tables;
    const sorted = [...ids].sort();
    if (findingSets.size >= MOST_SETS) return 0;
    return findingSets.numberOf(sorted.join(' '), () => sorted);
  }
}
