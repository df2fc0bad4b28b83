import type { RowOrigin } from '../model/event-rows.ts';
import type { Framing } from '../model/parser.ts';
import { candidateLines, everyLine, type LineSink } from './block-lines.ts';
import { withBoots } from './boots.ts';
import { EventOrder } from './event-order.ts';
import { EventRun } from './event-run.ts';
import { FramingChoice, selectFramings } from './framing-choice.ts';
import type { InputReport } from './input.ts';
import type { InputClock } from './input-clock.ts';
import { KeptLines } from './kept-lines.ts';
import { LineHandler } from './line-handler.ts';
import { LineReader } from './line-reader.ts';
import { LineTexts } from './line-texts.ts';
import { PastedLines } from './pasted-lines.ts';
import type { ReaderContext } from './reader-context.ts';
import { RowAgain } from './row-again.ts';
import { RowHandler } from './row-handler.ts';
import { RowLines, type RowScanners } from './row-lines.ts';
import { rowReadingOf, rowsFor } from './row-scanners.ts';
import { Unwrapping } from './unwrapping.ts';

/** Rows that are kept: more than can wait in the order and come with a step of reading. */
const ROWS = 16_384;

/** What the head of an input shows of its lines. */
export interface TextShape {
  readonly framing: Framing | undefined;
  readonly isNewestFirst: boolean;
  readonly isPasted: boolean;
  /** Its times are differences to the line before. */
  readonly hasDeltas: boolean;
}

/** Reads the lines of one input into events in their order. Lines must come one after the other, from whichever reader. */
export class TextInput {
  readonly order: EventOrder;
  readonly handler: LineHandler;
  /** Takes a line as text. */
  readonly line: LineSink;
  /** Where the commonest lines need no text unless somebody quotes them. */
  readonly rows: RowHandler | undefined;
  readonly #context: ReaderContext;
  readonly #framings: FramingChoice;
  readonly #pasted: PastedLines | undefined;
  #scanners: RowScanners | undefined;
  #texts: LineTexts | undefined;

  constructor(input: number, report: InputReport, context: ReaderContext, clock: InputClock, shape: TextShape) {
    const { options, parsers, dispatch } = context;
    const unwrapping = new Unwrapping(parsers.wrappings);
    this.#context = context;
    this.order = new EventOrder(options.mergeWindowNs, report, shape.isNewestFirst);
    this.#framings = new FramingChoice(selectFramings(parsers.framings, options.framing));
    this.handler = new LineHandler(input, report, this.#framings, unwrapping, dispatch, clock, this.order);
    this.handler.hasTimes = !shape.hasDeltas;
    this.#pasted = shape.isPasted
      ? new PastedLines(input, this.handler, this.#framings, unwrapping, dispatch)
      : undefined;
    const pasted = this.#pasted;
    this.line = withBoots(
      pasted === undefined
        ? (text, line, offset) => this.handler.handle(text, line, offset)
        : (text, line, offset) => pasted.push(text, line, offset),
    );
    const isPlain = !shape.isPasted && !shape.isNewestFirst && !shape.hasDeltas;
    this.rows = isPlain ? this.#rowHandler(input, report, clock, shape.framing) : undefined;
  }

  /** A reader of lines from byte `offset` on, which is the start of line number `line`. */
  reader(offset = 0, line = 1): LineReader {
    const { search, options } = this.#context;
    const { rows } = this;
    const scanners = this.#scanners;
    const linesOf =
      rows === undefined || scanners === undefined
        ? candidateLines(this.#pasted === undefined ? search : everyLine, this.line)
        : (block: Buffer) => new RowLines(block, search, scanners, rows);
    return new LineReader(linesOf, options.maxLineBytes, undefined, { offset, line });
  }

  /** Brings what came so far into order, as far as that can be told; all of it where nothing came for a while. */
  settle(isQuiet: boolean): void {
    if (isQuiet) this.#pasted?.end();
    this.order.settle(isQuiet);
  }

  /** What is in order by now. */
  take(): EventRun {
    return new EventRun(this.order.take(), this.rows);
  }

  /** Call once, after the last line. */
  end(): void {
    this.#pasted?.end();
    this.handler.end();
  }

  /** Closes what texts of lines are read from; they can still be asked for. */
  closeTexts(): void {
    this.#texts?.close();
  }

  #rowHandler(
    input: number,
    report: InputReport,
    clock: InputClock,
    framing: Framing | undefined,
  ): RowHandler | undefined {
    const { spec } = report;
    // What is followed comes a few lines at a time.
    if (spec.isFollowed === true) return undefined;
    const dialects = this.#context.dispatch.rowDialects;
    const reading = rowReadingOf(framing, dialects, rowsFor(framing, dialects, ROWS));
    if (reading === undefined) return undefined;
    const { scanners } = reading;
    this.#scanners = scanners;
    const { lane, laneName, openBytes } = spec;
    const kept = openBytes === undefined ? new KeptLines(scanners.rows) : undefined;
    if (openBytes !== undefined) this.#texts = new LineTexts(openBytes);
    const origin: RowOrigin = {
      input,
      lane,
      laneName,
      textAt: (offset) => this.#texts?.textAt(offset) ?? '',
      ...(kept !== undefined && { keptText: (at) => kept.textAt(at) }),
    };
    const again = new RowAgain(spec.path, scanners);
    const { spare } = scanners.rows;
    return new RowHandler(scanners.rows, origin, {
      handler: this.handler,
      framings: this.#framings,
      framing: reading.framing,
      dialects: reading.dialects,
      clock,
      order: this.order,
      report,
      again(offset, held) {
        kept?.moveTo(spare, held);
        again.read(kept?.textAt(spare) ?? origin.textAt(offset, 0));
      },
      keeper: kept,
      kept,
    });
  }
}
