import type { Sighting } from '../format/group-row.ts';
import type { TraceEvent } from '../model/event.ts';
import type { Lane } from '../model/lane.ts';
import type { CrossedResponse } from '../replay/observation.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import { EventTables } from './event-tables.ts';
import { EventWriter } from './event-writer.ts';
import { GroupTables } from './group-tables.ts';
import { GroupWriter } from './group-writer.ts';

/** Answers of crossings that are told apart; drawings of further ones show the instance that they closed. */
const MOST_OWED = 2_000;

/** Fills the tables of a capture with what its analysis gives. */
export class StoreWriter {
  readonly events = new EventTables();
  readonly groups = new GroupTables();
  readonly #eventWriter = new EventWriter(this.events);
  readonly #owed: [TraceEvent, PageRequestGroup][] = [];
  readonly #groupWriter = new GroupWriter(this.groups, this.events, this.#eventWriter.locator);

  get trimmed(): number {
    return this.#eventWriter.trimmed;
  }

  /** In the order of the analysis. */
  addEvents(events: readonly TraceEvent[]): void {
    for (const event of events) this.#eventWriter.add(event);
  }

  /** An instance that ended. */
  addGroup(group: PageRequestGroup, lane: Lane, above: readonly Sighting[] = []): void {
    this.#groupWriter.add(group, lane, above);
  }

  addGroupFinding(group: PageRequestGroup, ruleId: string): void {
    this.#groupWriter.addFinding(group, ruleId);
  }

  /** The answers of a crossing are drawn as those of the instances that they were owed to. */
  addCrossing({ owner, accepted, response, counterpart }: CrossedResponse): void {
    if (this.#owed.length >= MOST_OWED) return;
    const hops = accepted.upperHops.filter(({ kind }) => kind === 'page-response');
    if (owner !== undefined) for (const event of [response, ...hops]) this.#owed.push([event, owner]);
    if (counterpart !== undefined) this.#owed.push([counterpart, accepted]);
  }

  /** Rows of crossed answers, and of their instances, which have ended by then. */
  owed(): readonly (readonly [event: number, instance: number])[] {
    return this.#owed.flatMap(([event, group]): [number, number][] => {
      const row = this.#eventWriter.locator.rowOf(event);
      const instance = this.#groupWriter.rowOf(group);
      return row === undefined || instance === undefined ? [] : [[row, instance]];
    });
  }

  /** Brings up to date what may change after the fact. */
  settle(): void {
    this.#groupWriter.nameRequesters();
  }
}
