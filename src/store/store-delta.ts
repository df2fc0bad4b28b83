import type { TableChange } from './chunked-table.ts';
import type { EventShape } from './event-shape.ts';
import { type Actor, EventTables } from './event-tables.ts';
import { GroupTables } from './group-tables.ts';

/** What one thread appended to the tables of a capture since it was asked last: another one reads the same memory. */
export interface StoreDelta {
  readonly rows: TableChange;
  readonly links: TableChange;
  readonly shapes: readonly EventShape[];
  readonly actors: readonly Actor[];
  readonly groups: TableChange;
  readonly verdicts: TableChange;
  readonly members: TableChange;
  readonly findingSets: readonly (readonly string[])[];
  /** All of them: a name may become known late. */
  readonly requesters: readonly string[];
}

/** Copies that the other thread may have as they are. */
export function ownedBuffers(delta: StoreDelta): readonly ArrayBuffer[] {
  const tables = [delta.rows, delta.links, delta.groups, delta.verdicts, delta.members];
  return tables.flatMap(({ chunks }) =>
    chunks.flatMap(({ image: { buffer } }) => (buffer instanceof ArrayBuffer ? [buffer] : [])),
  );
}

/** The tables that a thread fills, and what of them another one was told. */
export class DeltaSource {
  readonly #events: EventTables;
  readonly #groups: GroupTables;
  #shapes = 0;
  #actors = 0;
  #findingSets = 0;

  constructor(events: EventTables, groups: GroupTables) {
    this.#events = events;
    this.#groups = groups;
  }

  take(): StoreDelta {
    const { rows, links, shapes, actors } = this.#events;
    const { rows: groups, verdicts, members, findingSets, requesters } = this.#groups;
    const delta = {
      rows: rows.takeChange(),
      links: links.takeChange(),
      shapes: shapes.since(this.#shapes),
      actors: actors.since(this.#actors),
      groups: groups.takeChange(),
      verdicts: verdicts.takeChange(),
      members: members.takeChange(),
      findingSets: findingSets.since(this.#findingSets),
      requesters,
    };
    this.#shapes = shapes.size;
    this.#actors = actors.size;
    this.#findingSets = findingSets.size;
    return delta;
  }
}

/** Tables that another thread fills. */
export class AdoptedTables {
  readonly events = new EventTables();
  readonly groups = new GroupTables();

  adopt(delta: StoreDelta): void {
    const { events, groups } = this;
    // Names come first: a row is never seen without them.
    events.shapes.adopt(delta.shapes);
    events.actors.adopt(delta.actors);
    groups.findingSets.adopt(delta.findingSets);
    groups.requesters = delta.requesters;
    events.links.adopt(delta.links);
    events.rows.adopt(delta.rows);
    groups.members.adopt(delta.members);
    groups.verdicts.adopt(delta.verdicts);
    groups.rows.adopt(delta.groups);
  }
}
