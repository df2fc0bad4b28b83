import { UsageError } from '../base/errors.ts';
import { isBoot, newEvent, type SourceLine, type TraceEvent } from '../model/event.ts';
import {
  type Dialect,
  type ExportedPlace,
  type FramedLine,
  type FramedRecord,
  type Framing,
  type HeaderFact,
  newFramedLine,
  type RecordLine,
  SILENT,
} from '../model/parser.ts';
import { CLOCK, isRestart, JOURNAL } from './boots.ts';
import type { Dispatch, Reading } from './dispatch.ts';
import type { EventOrder } from './event-order.ts';
import type { FramingChoice } from './framing-choice.ts';
import { gluedParts } from './glued-lines.ts';
import type { InputReport } from './input.ts';
import type { InputClock } from './input-clock.ts';
import { carrierOf } from './join-fragments.ts';
import { Tally } from './tally.ts';
import { UnreadShapes } from './unread-shapes.ts';
import type { Unwrapping } from './unwrapping.ts';

const LEADING_NULS = /^\0+/;
/** A log line in a script's remark or behind a root's prompt is one; other remarks are those of a tracer. */
const HASH = 35;

/** Reads one candidate line after the other into events, and counts what it sees into the input's report. */
export class LineHandler {
  readonly #input: number;
  readonly #report: InputReport;
  readonly #framings: FramingChoice;
  readonly #unwrapping: Unwrapping;
  readonly #dispatch: Dispatch;
  readonly #clock: InputClock;
  readonly #order: EventOrder;
  readonly #framed: FramedLine = newFramedLine();
  readonly #reading: Reading = { dialect: undefined, result: undefined };
  /** False where what looks like times is none. */
  hasTimes = true;
  #exportedInput: number | undefined;
  readonly #framingTally = new Tally<Framing>();
  readonly #dialectTally = new Tally<Dialect>();
  readonly #unread = new UnreadShapes();

  constructor(
    input: number,
    report: InputReport,
    framings: FramingChoice,
    unwrapping: Unwrapping,
    dispatch: Dispatch,
    clock: InputClock,
    order: EventOrder,
  ) {
    this.#input = input;
    this.#report = report;
    this.#framings = framings;
    this.#unwrapping = unwrapping;
    this.#dispatch = dispatch;
    this.#clock = clock;
    this.#order = order;
  }

  /** Must do nothing for a line without any needle: whether such lines come here depends on their neighbours. */
  handle(text: string, line: number, offset: number): void {
    const readable = text.charCodeAt(0) === 0 ? text.replace(LEADING_NULS, '') : text;
    this.handleJoined(readable, text, line, offset, undefined);
  }

  /** The same for a line of which `readable` is what the parsers are to see, joined from `text` and the lines `also`. */
  handleJoined(
    readable: string,
    text: string,
    line: number,
    offset: number,
    also: readonly SourceLine[] | undefined,
  ): void {
    const framed = this.#framed;
    const payloadLine = this.#unwrapping.frame(readable, this.#framings, framed);
    let framing = this.#unwrapping.framing;
    const parts = framing?.kind === 'log' ? gluedParts(payloadLine, false) : undefined;
    if (parts !== undefined) {
      for (const part of parts) this.handleJoined(part, text, line, offset, also);
      return;
    }
    let isRemark = false;
    if (framing === undefined) {
      const header = this.#framings.header(payloadLine);
      isRemark = header?.fact.kind === 'comment' && payloadLine.charCodeAt(0) === HASH;
      if (header !== undefined && !isRemark) {
        this.#handleFact(header.fact, header.framing, { input: this.#input, line, offset, text });
        return;
      }
      framing = this.#framings.frameAnyhow(payloadLine, framed);
      if (framing === undefined) return;
    }
    const outcome = this.#read(payloadLine, framed, framing);
    if (outcome === 'unread') {
      if (!isRemark) this.#handleUnread(framing, payloadLine.slice(framed.payload, framed.end), text, line, offset);
    } else if (outcome !== undefined) {
      outcome.source = { input: this.#input, line, offset, text };
      if (also !== undefined) outcome.also = also;
      if (framing.kind === 'log') this.#noteOwnTime(outcome, framed);
      this.#addFramed(outcome, framed);
    }
  }

  /** A binary record, with the line that it stands for. */
  handleRecord(line: RecordLine, framed: FramedRecord, framing: Framing): void {
    line.input = this.#input;
    const { fact, reading } = framed;
    if (fact !== undefined) {
      this.#handleFact(fact, framing, line);
      return;
    }
    const outcome = reading === undefined ? this.#read(line.text, framed, framing) : this.#accept(framing, reading);
    if (outcome === 'unread') {
      this.#handleUnread(framing, line.text.slice(framed.payload, framed.end), line.text, line.line, line.offset);
    } else if (outcome !== undefined) {
      outcome.source = line;
      this.#addFramed(outcome, framed);
    }
  }

  /** Undefined for a line that says nothing. */
  #read(payloadLine: string, framed: FramedLine, framing: Framing): TraceEvent | 'unread' | undefined {
    const reading = this.#reading;
    this.#dispatch.read(payloadLine, framed, framing, reading);
    const { dialect, result } = reading;
    if (result === undefined || dialect === undefined) {
      return this.#dispatch.isUnread(payloadLine, framed, framing) ? 'unread' : undefined;
    }
    if (result !== SILENT && (result.kind === 'continuation' || !isBoot(result))) {
      return this.#accept(framing, { dialect, result });
    }
    this.#framingTally.add(framing);
    return result === SILENT ? undefined : result;
  }

  #accept(framing: Framing, { dialect, result }: NonNullable<FramedRecord['reading']>): TraceEvent {
    this.#framingTally.add(framing);
    this.#dialectTally.add(dialect);
    return result.kind === 'continuation' ? carrierOf(result) : result;
  }

  /** Counts a line that was read from its bytes. */
  countLine(framing: Framing, dialect: Dialect | undefined): void {
    this.#framingTally.add(framing);
    if (dialect !== undefined) this.#dialectTally.add(dialect);
  }

  /** The same for lines that say nothing. */
  countSilent(framing: Framing, lines: number): void {
    if (lines > 0) this.#framingTally.add(framing, lines);
  }

  #addFramed(event: TraceEvent, framed: FramedLine): void {
    event.time = this.hasTimes ? this.#clock.read(framed) : undefined;
    event.cpu = framed.cpu;
    event.task = framed.task;
    event.pid = framed.pid;
    const { exported } = framed;
    if (exported !== undefined && !this.#isOfFirstInput(event, exported)) return;
    this.#add(event);
    if (exported !== undefined) this.#addPlace(event, exported);
  }

  /** A kernel's clock that begins anew shows a boot of which no line speaks, as in a log that was filtered. */
  #noteOwnTime(event: TraceEvent, framed: FramedLine): void {
    if (this.#order.isReversed || framed.clock !== 'own' || framed.digits < 0 || Number.isNaN(framed.seconds)) return;
    const { ownSeconds } = this.#report;
    this.#report.ownSeconds = framed.seconds;
    if (ownSeconds === undefined || isBoot(event) || !isRestart(ownSeconds, framed.seconds)) return;
    this.#addBoot(CLOCK, event.source, undefined);
  }

  #addBoot(shownBy: string, source: SourceLine, id: string | undefined): void {
    const boot = newEvent('capture-gap', shownBy, 'none');
    boot.reason = 'boot';
    boot.probe = shownBy;
    boot.vendorReason = id;
    boot.source = source;
    this.#add(boot);
  }

  /** Rows of two inputs have no common clock: those of the first one are read, and the report has an error. */
  #isOfFirstInput(event: TraceEvent, { input }: ExportedPlace): boolean {
    this.#exportedInput ??= input;
    if (input === this.#exportedInput) return true;
    this.#report.error ??= new UsageError(
      `${this.#report.spec.path}:${event.source.line}:1: a row of input ${input} among rows of input ${this.#exportedInput}`,
      'Give the rows of each input as a file of its own, each with its lane.',
    );
    return false;
  }

  /** An export's rows keep their lane, unless the input was given another one. */
  #addPlace(event: TraceEvent, { lane, laneName }: ExportedPlace): void {
    if (this.#report.spec.lane === 'host') {
      event.lane = lane;
      event.laneName = laneName;
    }
    if (event.kind === 'capture-gap') this.#report.lostEvents += event.lost ?? 0;
  }

  /** Completes the report; call once, after the last line. */
  end(): void {
    this.#framingTally.writeTo(this.#report.framings);
    this.#dialectTally.writeTo(this.#report.dialects);
    this.#report.unreadSamples.push(...this.#unread.samples());
    this.#order.end();
  }

  #add(event: TraceEvent): void {
    const { spec } = this.#report;
    event.lane = spec.lane;
    event.laneName = spec.laneName;
    if (!isBoot(event)) this.#report.events += 1;
    this.#order.add(event);
  }

  #handleFact(fact: HeaderFact, framing: Framing, source: TraceEvent['source']): void {
    if (fact.kind === 'comment') return;
    if (fact.kind === 'clock') {
      this.#report.clock ??= fact.clock;
      return;
    }
    if (fact.kind === 'boot') {
      this.#addBoot(JOURNAL, source, fact.id);
      return;
    }
    if (fact.kind === 'entries') {
      this.#report.declaredEntries = (this.#report.declaredEntries ?? 0) + fact.inBuffer;
      if (fact.written <= fact.inBuffer) return;
    }
    const event = newEvent('capture-gap', framing.name, 'none');
    event.source = source;
    event.reason = fact.kind === 'entries' ? 'overwritten' : fact.kind;
    if (fact.kind === 'entries') event.lost = fact.written - fact.inBuffer;
    else {
      event.cpu = fact.cpu;
      if (fact.kind === 'lost') event.lost = fact.lost;
    }
    this.#report.lostEvents += event.lost ?? 0;
    this.#add(event);
  }

  #handleUnread(framing: Framing, message: string, text: string, line: number, offset: number): void {
    this.#framingTally.add(framing);
    this.#report.unread += 1;
    this.#unread.add(message, text, line, offset);
  }
}
