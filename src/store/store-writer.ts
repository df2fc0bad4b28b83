import type { Sighting } from '../format/group-row.ts';
import type { TraceEvent } from '../model/event.ts';
import type { Lane } from '../model/lane.ts';
import type { PageRequestGroup } from '../replay/page-request-group.ts';
import { EventTables } from './event-tables.ts';
import { EventWriter } from './event-writer.ts';
import { GroupTables } from './group-tables.ts';
import { GroupWriter } from './group-writer.ts';

/** Fills the tables of a capture with what its analysis gives. */
export class StoreWriter {
  readonly events = new EventTables();
  readonly groups = new GroupTables();
  readonly #eventWriter = new EventWriter(this.events);
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

  /** Brings up to date what may change after the fact. */
  settle(): void {
    this.#groupWriter.nameRequesters();
  }
}
