import { plural } from '../../base/text.ts';
import { cellText, type RowTexts, type Segment } from '../../format/ladder/cells.ts';
import type { Layout, LayoutColumn } from '../../format/ladder/layout.ts';
import type { Lead } from '../../format/ladder/lead.ts';
import { type LadderRow, sourcesOf } from '../../format/ladder/marks.ts';
import type { Names } from '../../format/ladder/names.ts';
import { ladderRows, placeLadder } from '../../format/ladder/place.ts';
import type { SourceLine } from '../../model/event.ts';
import type { LadderMessage } from '../../model/ladder.ts';
import type { FindingLadder } from '../../model/ladder-scene.ts';
import type { Lane } from '../../model/lane.ts';
import { html, type Markup, px } from './markup.ts';

/** A character of the layout, in pixels: a little more than 12 px monospace needs. */
const CHARACTER = 7.4;
const ROW = 24;
const HEAD = 26;
/** Between a text and the line that leaves it. */
const AIR = 5;
/** Of an arrow with one end. */
const STUB = 34;
/** Wider than any text of the notation needs: nothing is shortened. */
const WIDTH = 400;

/** A sequence diagram as SVG, from the same layout as that of a terminal. Arrows that take time slope, and may cross. */
export function ladderSvg(ladder: FindingLadder, label: string): Markup {
  const options = { lines: true, scale: ladder.scale, inputName: ladder.inputName };
  const rows = ladderRows(ladder.messages, options);
  const { texts, names, layout } = placeLadder(rows, new Set(), WIDTH);
  return new LadderPicture(rows.rows, rows.lead, texts, names, layout, ladder.lines).draw(label);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

class LadderPicture {
  readonly #rows: readonly LadderRow[];
  readonly #lead: Lead;
  readonly #texts: readonly RowTexts[];
  readonly #layout: Layout;
  readonly #lines: ReadonlySet<SourceLine>;
  /** Text by row and lane. */
  readonly #cells: readonly ReadonlyMap<Lane, string>[];

  constructor(
    rows: readonly LadderRow[],
    lead: Lead,
    texts: readonly RowTexts[],
    names: Names,
    layout: Layout,
    lines: ReadonlySet<SourceLine>,
  ) {
    this.#rows = rows;
    this.#lead = lead;
    this.#texts = texts;
    this.#layout = layout;
    this.#lines = lines;
    this.#cells = texts.map(
      ({ cells }) => new Map(cells.map((cell) => [cell.lane, cellText(cell, layout.level, names)])),
    );
  }

  draw(label: string): Markup {
    const sources = Math.max(0, ...this.#lead.sources.map((text) => text.length));
    const width = px((this.#layout.sideStart + sources + 'line '.length + 3) * CHARACTER);
    const height = px(HEAD + this.#rows.length * ROW + 4);
    const described = `${label}: ${plural(this.#rows.length, 'row')}, also below as text`;
    return html`<svg class="ladder" role="img" aria-label="${described}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${this.#lanes()}${this.#emphasis()}${this.#arrows()}${this.#words()}</svg>`;
  }

  #lanes(): Markup[] {
    const height = px(this.#rows.length * ROW + 4);
    return this.#layout.columns.map(({ label, ...column }) => {
      const { left, right } = edgesOf(column);
      return html`<rect class="lane" x="${px(left)}" y="${HEAD - 4}" width="${px(right - left)}" height="${height}"/><text class="lane-name" x="${px(left + AIR)}" y="16">${label}</text>`;
    });
  }

  /** A band behind the rows that the finding rests on. */
  #emphasis(): Markup[] {
    const width = px(this.#layout.sideStart * CHARACTER);
    return this.#rows.flatMap((row, index) =>
      sourcesOf(row).some((line) => this.#lines.has(line))
        ? html`<rect class="evidence-row" x="0" y="${px(HEAD + index * ROW)}" width="${width}" height="${ROW - 2}"/>`
        : [],
    );
  }

  #words(): Markup[] {
    return this.#texts.map((_, row) => {
      const y = px(this.#yOf(row) + 4);
      const cells = [...(this.#cells[row] ?? [])].map(([lane, text]) => {
        const x = px(this.#columnOf(lane).start * CHARACTER);
        return html`<text class="word${/\breject|\?\?/.test(text) ? ' refused' : ''}" x="${x}" y="${y}">${text}</text>`;
      });
      const step = html`<text class="lead" x="0" y="${y}">${this.#lead.steps[row]}</text>`;
      const source = this.#lead.sources[row] ?? '';
      const side = px((this.#layout.sideStart + 2) * CHARACTER);
      return html`${step}${cells}${source === '' ? '' : html`<text class="lead" x="${side}" y="${y}">line ${source}</text>`}`;
    });
  }

  #arrows(): Markup[] {
    const tails = new Map<LadderMessage, { readonly segment: Segment; readonly row: number }>();
    const drawn: Markup[] = [];
    for (const [row, { segments }] of this.#texts.entries()) {
      for (const segment of segments) {
        const tail = tails.get(segment.message);
        if (segment.shape === 'tail') tails.set(segment.message, { segment, row });
        else if (segment.shape !== 'head') drawn.push(this.#inRow(row, segment));
        else if (tail !== undefined) {
          const from = this.#endOf(tail.row, segment.from, this.#directionOf(segment));
          drawn.push(arrow(from, this.#endOf(row, segment.to, -this.#directionOf(segment)), segment.message));
        }
      }
    }
    return drawn;
  }

  #inRow(row: number, segment: Segment): Markup {
    const direction = this.#directionOf(segment);
    const from = this.#endOf(row, segment.from, direction);
    const to = this.#endOf(row, segment.to, -direction);
    switch (segment.shape) {
      case 'lost':
      case 'sent':
        return lostArrow(from, { x: from.x + direction * STUB, y: from.y }, segment.message);
      case 'nowhere':
      case 'arrived': {
        const start = { x: to.x - direction * STUB, y: to.y };
        const mark = html`<text class="unseen" x="${px(start.x - direction * 5)}" y="${px(start.y + 4)}" text-anchor="middle">?</text>`;
        return html`${mark}${arrow(start, to, segment.message)}`;
      }
      default:
        return arrow(from, to, segment.message);
    }
  }

  /** Beside the lane's text, or at the lane's edge where it has none. */
  #endOf(row: number, lane: Lane, side: number): Point {
    const column = this.#columnOf(lane);
    const { left, right } = edgesOf(column);
    const y = this.#yOf(row);
    const text = this.#cells[row]?.get(lane);
    if (text === undefined) return { x: side > 0 ? right : left, y };
    const start = column.start * CHARACTER;
    return { x: side > 0 ? start + text.length * CHARACTER + AIR : start - AIR, y };
  }

  #directionOf(segment: Segment): 1 | -1 {
    return this.#columnOf(segment.to).start > this.#columnOf(segment.from).start ? 1 : -1;
  }

  #columnOf(lane: Lane): LayoutColumn {
    const column = this.#layout.columns.find((other) => other.lane === lane);
    return column ?? { lane, label: '', start: 0, width: 0 };
  }

  #yOf(row: number): number {
    return HEAD + row * ROW + ROW / 2 - 1;
  }
}

function edgesOf({ start, width }: Pick<LayoutColumn, 'start' | 'width'>): { left: number; right: number } {
  return { left: start * CHARACTER - AIR, right: (start + width) * CHARACTER + AIR };
}

function classOf({ kind }: LadderMessage): string {
  return `message ${kind}`;
}

function arrow(from: Point, to: Point, message: LadderMessage): Markup {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const wing = (turn: number): string => {
    const x = to.x - 8 * Math.cos(angle + turn);
    const y = to.y - 8 * Math.sin(angle + turn);
    return `${px(x)},${px(y)}`;
  };
  const head = `${wing(0.42)} ${px(to.x)},${px(to.y)} ${wing(-0.42)}`;
  return html`<g class="${classOf(message)}"><path d="M${px(from.x)} ${px(from.y)}L${px(to.x)} ${px(to.y)}"/><polygon points="${head}"/></g>`;
}

/** Sent, and not seen at the other end. */
function lostArrow(from: Point, to: Point, message: LadderMessage): Markup {
  const [x, y] = [px(to.x), px(to.y)];
  return html`<g class="${classOf(message)} lost"><path d="M${px(from.x)} ${px(from.y)}L${x} ${y}"/><path d="M${px(to.x - 4)} ${px(to.y - 4)}l8 8m0 -8l-8 8"/></g>`;
}
