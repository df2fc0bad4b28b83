import { InvariantError } from '../base/assert.ts';
import { UsageError } from '../base/errors.ts';
import { type Container, type EventFilter, newFramedRecord, type RecordReader } from '../model/parser.ts';
import { EventOrder } from './event-order.ts';
import { EventRun } from './event-run.ts';
import { FramingChoice } from './framing-choice.ts';
import type { ClosableBytes, InputReport } from './input.ts';
import type { InputClock } from './input-clock.ts';
import { LineHandler } from './line-handler.ts';
import type { ReaderContext } from './reader-context.ts';
import { RecordRows } from './record-rows.ts';
import { Unwrapping } from './unwrapping.ts';

/** Records come in order of time. Few of them are in flight, so that those that are done with are young. */
const HELD_RECORDS = 128;
const MAX_NOTED = 10;

/** Reads the binary records of one input into events in their order. */
export class RecordInput {
  readonly #input: number;
  readonly #report: InputReport;
  readonly #context: ReaderContext;
  readonly #clock: InputClock;
  #rows: RecordRows | undefined;

  constructor(input: number, report: InputReport, context: ReaderContext, clock: InputClock) {
    this.#input = input;
    this.#report = report;
    this.#context = context;
    this.#clock = clock;
  }

  /** Batches of events, the last one at the end. What is damaged comes into the report, as the reason why not all was read. */
  *read(openRecords: NonNullable<Container['openRecords']>, bytes: ClosableBytes): Generator<EventRun, void, void> {
    const { options, dispatch, parsers } = this.#context;
    const order = new EventOrder(options.mergeWindowNs, this.#report, false, HELD_RECORDS);
    const framings = new FramingChoice(parsers.framings);
    const unwrapping = new Unwrapping(parsers.wrappings);
    const handler = new LineHandler(this.#input, this.#report, framings, unwrapping, dispatch, this.#clock, order);
    const { openBytes } = this.#report.spec;
    const rows =
      openBytes === undefined ? undefined : new RecordRows(openBytes, dispatch.rowDialects, this.#input, this.#report);
    this.#rows = rows;
    const wants: EventFilter = (event) => rows?.withScanner(dispatch.wants(event), event) ?? dispatch.wants(event);
    const reader = openRecords(bytes, wants);
    this.#report.clock = reader.clock;
    const framing = parsers.framings.find(({ name }) => name === reader.framing);
    if (framing === undefined) throw new InvariantError('a framing is missing', { framing: reader.framing });
    rows?.begin({ reader, handler, framing, clock: this.#clock, order });

    const framed = newFramedRecord();
    framed.row = rows?.next ?? -1;
    for (let line = reader.next(framed); line !== undefined; line = reader.next(framed)) {
      if (framed.isRow) rows?.take(framed, line);
      else handler.handleRecord(framed.isPlace ? (rows?.lineAt(line, framed) ?? line) : line, framed, framing);
      framed.row = rows?.next ?? -1;
      if (order.hasBatch) yield this.#take(reader, order);
    }
    handler.end();
    yield this.#take(reader, order);
    this.#noteDamage(reader);
  }

  #take(reader: RecordReader, order: EventOrder): EventRun {
    this.#report.lines = reader.records;
    return new EventRun(order.take(), this.#rows?.source);
  }

  /** Closes what texts of rows are read from; they can still be asked for. */
  closeTexts(): void {
    this.#rows?.close();
  }

  /** Says in the report what is damaged. */
  #noteDamage({ problems }: RecordReader): void {
    const report = this.#report;
    const [first] = problems;
    if (first === undefined) return;
    const name = report.spec.path;
    report.error = new UsageError(`${name} is cut or damaged: ${first}`, 'What could be read is in the result.');
    for (const text of problems.slice(0, MAX_NOTED)) {
      const damage = `The recording is cut or damaged: ${text}`;
      report.diagnostics.push({ severity: 'data-loss', input: this.#input, text: damage });
    }
  }
}
