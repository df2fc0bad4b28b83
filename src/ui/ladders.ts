import { type DrawnLadder, drawLadderRows, MIN_LADDER_WIDTH } from '../format/ladder.ts';
import { excerptOf } from '../format/ladder-excerpt.ts';
import type { Finding } from '../model/finding.ts';
import { messagesOfEvents } from '../model/ladder-messages.ts';
import { evidencePlaces, type LadderQuery, queryOfFinding, queryOfKey, queryOfRange } from '../model/ladder-query.ts';
import type { LadderScene } from '../model/ladder-scene.ts';
import { LANES, type Lane } from '../model/lane.ts';
import type { Capture } from '../store/capture.ts';
import { storedRange, storedScene } from '../store/ladder-scene.ts';
import type { LadderSubject } from './state/place.ts';

/** Beyond so many events nobody reads a drawing. */
const LIMITS = { margin: 60, edge: 6, most: 600 };
/** Rows around those of a finding or an instance in which its story is looked for. */
const REACH = 1500;
/** Lines of a finding that are drawn. */
const MOST_PLACES = 60;
/** Rows before and behind an event, where it is drawn with all that happened around it. */
const AROUND = 40;
/** Rows of a stream or a time that are looked through. */
const RANGE = 20_000;
const EXCERPT_ROWS = 14;
const KEPT = 6;

export type LadderTimes = 'absolute' | 'delta' | 'none';

export interface LadderDrawing extends DrawnLadder {
  /** Events that are not drawn. */
  readonly omitted: number;
}

/** Draws ladders, and keeps the last few. */
export class Ladders {
  readonly #capture: Capture;
  readonly #findingOf: (key: string) => Finding | undefined;
  readonly #nameOf: (input: number) => string;
  readonly #drawn = new Map<string, LadderDrawing | undefined>();

  constructor(capture: Capture, findingOf: (key: string) => Finding | undefined, nameOf: (input: number) => string) {
    this.#capture = capture;
    this.#findingOf = findingOf;
    this.#nameOf = nameOf;
  }

  /** The whole drawing; undefined where there is nothing to draw. */
  drawing(subject: LadderSubject, width: number, times: LadderTimes): LadderDrawing | undefined {
    return this.#kept(`${JSON.stringify(subject)} ${width} ${times}`, () => this.#draw(subject, width, times));
  }

  /** The rows that say most about a finding. */
  excerpt(key: string, width: number): LadderDrawing | undefined {
    return this.#kept(`excerpt ${key} ${width}`, () => this.#drawExcerpt(key, width));
  }

  #kept(key: string, draw: () => LadderDrawing | undefined): LadderDrawing | undefined {
    const { events, progress } = this.#capture;
    // While loading, what belongs to a story may still come.
    const name = `${key} ${progress.isLoaded ? '' : Math.floor(events.count / REACH)}`;
    if (!this.#drawn.has(name)) {
      this.#drawn.set(name, draw());
      const oldest = this.#drawn.keys().next().value;
      if (this.#drawn.size > KEPT && oldest !== undefined) this.#drawn.delete(oldest);
    }
    return this.#drawn.get(name);
  }

  #draw(subject: LadderSubject, width: number, times: LadderTimes): LadderDrawing | undefined {
    const scene = this.#sceneOf(subject);
    if (scene === undefined) return undefined;
    const { messages, omitted } = messagesOfEvents(scene.events, { labelOf: scene.labelOf });
    const drawn = drawLadderRows(messages, this.#optionsOf(scene, width, times));
    return drawn === undefined ? undefined : withNotes(drawn, scene, scene.omitted + omitted);
  }

  #drawExcerpt(key: string, width: number): LadderDrawing | undefined {
    const finding = this.#findingOf(key);
    const scene = finding === undefined ? undefined : this.#sceneOfFinding(finding);
    if (scene === undefined || width < MIN_LADDER_WIDTH) return undefined;
    const { messages } = messagesOfEvents(scene.events, { labelOf: scene.labelOf });
    const lines = new Set([...scene.anchors].map(({ source }) => source));
    const excerpt = excerptOf(messages, lines, EXCERPT_ROWS);
    if (!excerpt.messages.some(({ kind }) => kind !== 'epoch')) return undefined;
    const drawn = drawLadderRows(excerpt.messages, this.#optionsOf(scene, width, 'none'));
    return drawn === undefined ? undefined : withNotes(drawn, scene, excerpt.omitted + scene.omitted);
  }

  #optionsOf({ scale }: LadderScene, width: number, times: LadderTimes) {
    return {
      width,
      scale,
      lines: true,
      unicode: true,
      inputName: this.#nameOf,
      ...(times !== 'none' && { times }),
    };
  }

  #sceneOf(subject: LadderSubject): LadderScene | undefined {
    switch (subject.kind) {
      case 'finding': {
        const finding = this.#findingOf(subject.key);
        return finding === undefined ? undefined : this.#sceneOfFinding(finding);
      }
      case 'instance':
        return this.#sceneOfInstance(subject.groupRow);
      case 'stream': {
        const { device, pasid, fromRow } = subject;
        const query = queryOfRange({
          ...(device !== undefined && { devices: [device] }),
          ...(pasid !== undefined && { pasids: [pasid] }),
        });
        return this.#range(query, fromRow, fromRow + RANGE);
      }
      case 'range':
        return this.#range(queryOfRange({}), subject.fromRow, subject.endRow);
      case 'around':
        return this.#range(queryOfRange({}), subject.eventRow - AROUND, subject.eventRow + AROUND + 1);
      default:
        return subject satisfies never;
    }
  }

  #range(query: LadderQuery, from: number, end: number): LadderScene {
    const { events } = this.#capture;
    return storedRange(this.#capture, query, [Math.max(0, from), Math.min(end, events.count)], LIMITS);
  }

  #sceneOfFinding(finding: Finding): LadderScene {
    const places = evidencePlaces(finding).slice(0, MOST_PLACES);
    const rows = places.flatMap(({ input, line }) => this.#rowOf(input, line) ?? []);
    const lanes = this.#lanesOf(rows);
    return storedScene(this.#capture, queryOfFinding(finding, lanes), rows, { ...LIMITS, ...this.#reach });
  }

  #sceneOfInstance(groupRow: number): LadderScene | undefined {
    const { groups, events } = this.#capture;
    const group = groups.view(groupRow);
    if (group === undefined) return undefined;
    const rows = groups.eventsOf(groupRow).slice(0, MOST_PLACES);
    const places = rows.flatMap((row) => {
      const input = events.shapeOf(row)?.input;
      const line = events.lineOf(row);
      return input === undefined || line === undefined ? [] : [{ input, line }];
    });
    const { device, pasid, prgi } = group;
    const key = {
      prgi,
      lanes: this.#lanesOf(rows),
      ...(device !== undefined && { device }),
      ...(pasid !== undefined && { pasid }),
    };
    return storedScene(this.#capture, queryOfKey(key, places), rows, { ...LIMITS, ...this.#reach });
  }

  get #reach() {
    return { reach: REACH, clockRow: this.#capture.timeline.firstRow };
  }

  /** The row of the event of this very line. */
  #rowOf(input: number, line: number): number | undefined {
    const { events } = this.#capture;
    const row = events.index.rowOfLine(input, line);
    return row !== undefined && events.lineOf(row) === line ? row : undefined;
  }

  /** Lanes in which a device and its PASID have the names of these events; the lanes of a drawing share its names. */
  #lanesOf(rows: readonly number[]): ReadonlySet<Lane> {
    const shapes = rows.flatMap((row) => this.#capture.events.shapeOf(row) ?? []);
    if (shapes.some(({ dialect }) => dialect === 'ladder')) return new Set(LANES);
    return new Set(shapes.map(({ lane }) => lane));
  }
}

/** How far the times of lanes can be trusted stands below the names. */
function withNotes(drawn: DrawnLadder, { clockNotes }: LadderScene, omitted: number): LadderDrawing {
  return { ...drawn, legend: [...drawn.legend, ...clockNotes.map((note) => `# ${note}`)], omitted };
}
