import type { LadderMessage } from '../../model/ladder.ts';
import type { Lane } from '../../model/lane.ts';
import { Canvas } from './canvas.ts';
import { cellText, type RowTexts, type Segment } from './cells.ts';
import type { Layout, LayoutColumn } from './layout.ts';
import type { Names } from './names.ts';
import { type Direction, drawRoute } from './route.ts';

export interface DrawnRows {
  readonly canvas: Canvas;
  /** Messages whose line found no room: to be drawn as two halves. */
  readonly unrouted: readonly LadderMessage[];
}

/** Draws texts first, then arrows of one row, then those that go over several, by the row that they leave. */
export function drawRows(rows: readonly RowTexts[], layout: Layout, names: Names): DrawnRows {
  return new RowDrawer(rows, layout, names).draw();
}

interface End {
  readonly row: number;
  /** The blank beside the text at this end. */
  readonly edge: number;
}

class RowDrawer {
  readonly #rows: readonly RowTexts[];
  readonly #layout: Layout;
  readonly #names: Names;
  readonly #canvas: Canvas;
  /** Text lengths by row and lane. */
  readonly #lengths: ReadonlyMap<Lane, number>[] = [];

  constructor(rows: readonly RowTexts[], layout: Layout, names: Names) {
    this.#rows = rows;
    this.#layout = layout;
    this.#names = names;
    this.#canvas = new Canvas(rows.length);
  }

  draw(): DrawnRows {
    for (const [row, { cells }] of this.#rows.entries()) {
      const lengths = new Map<Lane, number>();
      for (const cell of cells) {
        const text = cellText(cell, this.#layout.level, this.#names);
        this.#canvas.put(row, this.#columnOf(cell.lane).start, text, 'text');
        lengths.set(cell.lane, text.length);
      }
      this.#lengths.push(lengths);
    }
    const tails = new Map<LadderMessage, Segment & { readonly row: number }>();
    const heads = new Map<LadderMessage, Segment & { readonly row: number }>();
    for (const [row, { segments }] of this.#rows.entries()) {
      for (const segment of segments) {
        if (segment.shape === 'tail') tails.set(segment.message, { ...segment, row });
        else if (segment.shape === 'head') heads.set(segment.message, { ...segment, row });
        else this.#drawInRow(row, segment);
      }
    }
    const unrouted: LadderMessage[] = [];
    for (const [message, tail] of tails) {
      const head = heads.get(message);
      if (head === undefined || !this.#drawOverRows(tail, head)) unrouted.push(message);
    }
    return { canvas: this.#canvas, unrouted };
  }

  #columnOf(lane: Lane): LayoutColumn {
    const column = this.#layout.columns.find((other) => other.lane === lane);
    return column ?? { lane, label: '', start: 0, width: 0 };
  }

  #directionOf(segment: Segment): Direction {
    return this.#columnOf(segment.to).start > this.#columnOf(segment.from).start ? 1 : -1;
  }

  /** The blank beside the lane's text on the side of `direction`; a lane without text is met under its heading. */
  #edgeOf(row: number, lane: Lane, side: Direction): End {
    const { start } = this.#columnOf(lane);
    const length = this.#lengths[row]?.get(lane);
    if (length === undefined) return { row, edge: side === 1 ? start : start + 2 };
    return { row, edge: side === 1 ? start + length : start - 1 };
  }

  #drawInRow(row: number, segment: Segment): void {
    const direction = this.#directionOf(segment);
    const opposite = direction === 1 ? -1 : 1;
    switch (segment.shape) {
      case 'lost':
      case 'sent': {
        const { edge } = this.#edgeOf(row, segment.from, direction);
        const text = segment.shape === 'lost' ? '--x' : '--~';
        this.#putTowards(row, edge + direction, direction, text);
        return;
      }
      case 'nowhere':
      case 'arrived': {
        const { edge } = this.#edgeOf(row, segment.to, opposite);
        const head = direction === 1 ? '>' : '<';
        const text = segment.shape === 'nowhere' ? `?-${head}` : `~-${head}`;
        this.#putTowards(row, edge - 3 * direction, direction, text);
        return;
      }
      default: {
        const tail = this.#edgeOf(row, segment.from, direction).edge + direction;
        const head = this.#edgeOf(row, segment.to, opposite).edge - direction;
        const dashes = Math.max(1, (head - tail) * direction);
        this.#putTowards(row, tail, direction, `${'-'.repeat(dashes)}${direction === 1 ? '>' : '<'}`);
      }
    }
  }

  /** Writes `text` in the direction of travel, one character a column. */
  #putTowards(row: number, from: number, direction: Direction, text: string): void {
    for (let index = 0; index < text.length; index += 1) {
      this.#canvas.put(row, from + index * direction, text[index] ?? ' ', 'run');
    }
  }

  #drawOverRows(tail: Segment & { readonly row: number }, head: Segment & { readonly row: number }): boolean {
    const direction = this.#directionOf(tail);
    const opposite = direction === 1 ? -1 : 1;
    return drawRoute(this.#canvas, {
      direction,
      tailRow: tail.row,
      tailEdge: this.#edgeOf(tail.row, tail.from, direction).edge,
      headRow: head.row,
      headEdge: this.#edgeOf(head.row, head.to, opposite).edge,
    });
  }
}
