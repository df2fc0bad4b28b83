import { UsageError } from '../base/errors.ts';
import type { TraceEvent } from '../model/event.ts';
import type { ExportedGroup } from '../model/exported-group.ts';
import { type Container, formatTextProblem, type LineClock } from '../model/parser.ts';
import { emptyReport } from './empty-report.ts';
import { EventRun } from './event-run.ts';
import type { ClockDomain } from './event-stream.ts';
import type { ClosableBytes, InputReport, InputSpec } from './input.ts';
import { InputBytes, QUIET } from './input-bytes.ts';
import { InputClock } from './input-clock.ts';
import type { LineReader } from './line-reader.ts';
import { HEAD_BYTES, type Probe, probe } from './probe.ts';
import { countsOf, RangeInput } from './range-input.ts';
import type { ReaderContext } from './reader-context.ts';
import { RecordInput } from './record-input.ts';
import { TextInput, type TextShape } from './text-input.ts';

const HASH = 35;
/** A drawing beyond this is cut; nobody draws so much. */
const MAX_WHOLE_TEXT_BYTES = 16 * 1024 * 1024;

/** Of an export of groups so much is read. */
const MAX_GROUPS_BYTES = 256 * 1024 * 1024;
const MAX_UNREAD_SHOWN = 5;

/** Reads one input: first its head, to see what it is, then its events in order. */
export class InputReader {
  readonly report: InputReport;
  /** Of most lines, known when opened. */
  clock: LineClock = 'own';
  readonly #input: number;
  readonly #context: ReaderContext;
  readonly #clock = new InputClock();
  readonly #bytes: InputBytes;
  #epoch: number | undefined;
  #container: Container | undefined;
  #shape: TextShape = { framing: undefined, isNewestFirst: false, isPasted: false, hasDeltas: false };
  #text: TextInput | undefined;
  #records: RecordInput | undefined;
  /** Nothing came for a while before the last batch of an input that is followed. */
  isQuiet = false;
  /** All events that were read are in a batch. */
  holdsNothing = true;

  constructor(input: number, spec: InputSpec, context: ReaderContext) {
    this.#input = input;
    this.#context = context;
    this.report = emptyReport(spec);
    this.#bytes = new InputBytes(spec, context.parsers.containers ?? []);
  }

  /** Resolves if nothing has come of it for a while that could show what it is, where it is followed. */
  get silent(): Promise<void> {
    return this.#bytes.silent;
  }

  /**
   * Opens the input and looks at its head. Gives the domain of its events; undefined if it cannot be read,
   * which `report.error` then explains.
   */
  async open(): Promise<ClockDomain | undefined> {
    try {
      const { container, framing, domain, ...found } = await this.#probeHead();
      if (container !== undefined && !this.#isReadable(container)) {
        await this.#bytes.close();
        const { path } = this.report.spec;
        const advice = container.readGroups === undefined ? '' : `: ${container.advice ?? ''}`;
        this.report.error = new UsageError(`${path} is ${container.description}${advice}`, container.advice);
        return undefined;
      }
      this.#container = container;
      this.clock = found.clock;
      const { isPasted, hasDeltas } = found;
      // What grows has its newest line last.
      const isNewestFirst = found.isNewestFirst && this.report.spec.isFollowed !== true;
      this.#shape = { framing, isNewestFirst, isPasted, hasDeltas };
      this.report.domain = domain;
      if (hasDeltas) this.#noteDeltas();
      if (framing !== undefined) this.report.framings.set(framing.name, 0);
      return domain;
    } catch (error) {
      this.report.error = asError(error);
      return undefined;
    }
  }

  #noteDeltas(): void {
    this.report.diagnostics.push({
      severity: 'info',
      input: this.#input,
      text: 'Its times are differences to the line before: only the order of the lines is known',
      advice: 'Print it without --deltatime',
    });
  }

  #isReadable({ readEvents, readGroups, openRecords }: Container): boolean {
    if (readGroups !== undefined) return this.#context.options.takesGroups === true;
    return readEvents !== undefined || openRecords !== undefined;
  }

  /** True for an export of groups: `groups` reads it, and `batches` must not. */
  get holdsGroups(): boolean {
    return this.#container?.readGroups !== undefined;
  }

  /** Groups that an earlier run has judged, with all their messages by time. */
  async groups(): Promise<readonly ExportedGroup[]> {
    const { report } = this;
    try {
      const text = await this.#bytes.text(MAX_GROUPS_BYTES);
      const reading = await this.#container?.readGroups?.(text, this.#input);
      if (reading === undefined) return [];
      report.bytes = Buffer.byteLength(text);
      report.lines = reading.lines;
      report.scale = reading.scale;
      report.unread = reading.unread.length;
      for (const { line, text: row, problem } of reading.unread.slice(0, MAX_UNREAD_SHOWN)) {
        report.unreadSamples.push({ line, offset: 0, text: row, count: 1 });
        report.diagnostics.push({ severity: 'error', input: this.#input, line, text: problem });
      }
      if (report.bytes >= MAX_GROUPS_BYTES) {
        report.error = new UsageError(`${report.spec.path} is too large: the first ${report.lines} rows were read`);
      }
      return reading.groups;
    } catch (error) {
      report.error = asError(error);
      return [];
    } finally {
      await this.#bytes.close();
    }
  }

  async #probeHead(): Promise<Probe> {
    const head = await this.#bytes.head(HEAD_BYTES);
    this.report.commentLines = countComments(head);
    return probe(head, this.#context.parsers, this.#context.options.framing);
  }

  /**
   * Makes the report's scale relative to `epoch` from now on. Gives what the caller must add to the times of the
   * events, which stay relative to the input's own first second.
   */
  alignTo(epoch: number): number {
    if (this.#container?.readEvents !== undefined) return 0;
    this.#epoch = epoch;
    this.report.scale = this.#clock.scale(epoch);
    return this.#clock.shiftTo(epoch);
  }

  /** The events, in order of time as far as the merge window goes. Ends early on a read error, which the report then has. */
  async *batches(): AsyncGenerator<EventRun, void, void> {
    if (this.#container === undefined) {
      yield* this.#lineBatches();
      return;
    }
    if (this.#container.openRecords !== undefined) {
      yield* this.#recordBatches(this.#container.openRecords);
      return;
    }
    try {
      yield new EventRun(await this.#wholeText(this.#container));
    } catch (error) {
      this.report.error = asError(error);
    }
  }

  /** The events of a drawing, which is small and means nothing line by line. */
  async #wholeText(container: Container): Promise<TraceEvent[]> {
    const text = await this.#bytes.text(MAX_WHOLE_TEXT_BYTES);
    const { report } = this;
    report.bytes = Buffer.byteLength(text);
    const reading = container.readEvents?.(text, this.#input);
    if (reading === undefined) return [];
    report.lines = reading.lines;
    report.events = reading.events.length;
    report.scale = reading.scale;
    report.framings.set(container.name, reading.events.length);
    report.firstTime = reading.events.at(0)?.time;
    report.lastTime = reading.events.at(-1)?.time;
    for (const event of reading.events)
      report.dialects.set(event.dialect, (report.dialects.get(event.dialect) ?? 0) + 1);
    if (reading.problem !== undefined) {
      report.error = new UsageError(formatTextProblem(report.spec.path, reading.problem));
    }
    return [...reading.events];
  }

  async *#lineBatches(): AsyncGenerator<EventRun, void, void> {
    const { options } = this.#context;
    const bytes = this.#bytes;
    const isFollowed = this.report.spec.isFollowed === true;
    const text = new TextInput(this.#input, this.report, this.#context, this.#clock, this.#shape);
    this.#text = text;
    const ranges = this.#ranges(text);
    let reader = text.reader();
    try {
      if (ranges !== undefined) {
        for await (const _ of ranges.read()) yield this.#take(text, ranges);
        reader = text.reader(ranges.offset, ranges.line);
        bytes.seek(ranges.offset);
      }
      for (let taken = await bytes.feed(reader); taken !== 0; taken = await bytes.feed(reader)) {
        if (taken !== QUIET) options.onProgress?.(taken);
        if (isFollowed) {
          reader.readWhole();
          text.settle(taken === QUIET);
          this.isQuiet = taken === QUIET;
          this.holdsNothing = text.order.isEmpty;
        }
        if (text.order.hasBatch || isFollowed) yield this.#take(text, countsOf(ranges, reader));
      }
    } catch (error) {
      this.report.error = asError(error);
    } finally {
      await bytes.close();
    }
    if (reader.isInsideLine && this.report.declaredEntries !== undefined) {
      this.report.isLastLineCut = true;
      reader.endBeforeLine();
    } else reader.end();
    text.end();
    yield this.#take(text, countsOf(ranges, reader));
    this.#noteOverlong();
    this.#shiftReport();
  }

  /** Others read ranges of a large file ahead, unless its lines mean nothing one by one. */
  #ranges(text: TextInput): RangeInput | undefined {
    const { ranges: readers, framing: forced, dialect, maxLineBytes, probeNames, onProgress } = this.#context.options;
    const { file: source } = this.#bytes;
    const { file } = this.report.spec;
    if (readers === undefined || source === undefined || file === undefined) return undefined;
    if (source.sizeBytes < readers.leastBytes) return undefined;
    if (this.#shape.isPasted || this.#shape.isNewestFirst) return undefined;
    const framing = forced === undefined ? this.#shape.framing?.name : undefined;
    const reading = { framing, dialect, maxLineBytes, probeNames: [...(probeNames?.keys() ?? [])] };
    return new RangeInput(text, source, { file, parsers: this.#context.parsers, readers, reading, onProgress });
  }

  /** Closes what texts of lines are read from; they can still be asked for. */
  closeTexts(): void {
    this.#text?.closeTexts();
    this.#records?.closeTexts();
  }

  /** The events of a container that is read here and there. */
  async *#recordBatches(openRecords: NonNullable<Container['openRecords']>): AsyncGenerator<EventRun, void, void> {
    let bytes: ClosableBytes | undefined;
    try {
      bytes = await this.#openBytes();
      const records = new RecordInput(this.#input, this.report, this.#context, this.#clock);
      this.#records = records;
      for (const run of records.read(openRecords, bytes)) {
        this.report.scale = this.#clock.scale(this.#epoch);
        yield run;
      }
    } catch (error) {
      this.report.error = new UsageError(`${this.report.spec.path} cannot be read: ${asError(error).message}`);
    } finally {
      bytes?.close();
    }
    this.#shiftReport();
  }

  async #openBytes(): Promise<ClosableBytes> {
    const { bytes, error } = await this.#bytes.whole();
    if (error !== undefined) this.report.error = asError(error);
    this.report.bytes = bytes.sizeBytes;
    if (this.report.spec.openBytes !== undefined) this.#context.options.onProgress?.(bytes.sizeBytes);
    return bytes;
  }

  #take(text: TextInput, { bytes, lines, overlong }: Pick<LineReader, 'bytes' | 'lines' | 'overlong'>): EventRun {
    this.report.bytes = bytes;
    this.report.lines = lines;
    this.report.overlong = overlong;
    this.report.scale = this.#clock.scale(this.#epoch);
    return text.take();
  }

  #shiftReport(): void {
    const shift = this.#epoch === undefined ? 0 : this.#clock.shiftTo(this.#epoch);
    if (this.report.firstTime !== undefined) this.report.firstTime += shift;
    if (this.report.lastTime !== undefined) this.report.lastTime += shift;
  }

  #noteOverlong(): void {
    const { overlong } = this.report;
    if (this.report.isLastLineCut) {
      this.report.diagnostics.push({
        severity: 'data-loss',
        input: this.#input,
        line: this.report.lines,
        text: 'The last line is not terminated and was left out',
        advice: 'Copy the whole trace; if only its last line end is missing, add it',
      });
    }
    if (overlong === 0) return;
    this.report.diagnostics.push({
      severity: 'data-loss',
      input: this.#input,
      text: `${overlong} line${overlong === 1 ? '' : 's'} longer than the limit, cut there`,
    });
  }
}

/** Lines of the head that start with `#`. */
function countComments(head: Buffer): number {
  let count = head[0] === HASH ? 1 : 0;
  for (let at = head.indexOf('\n#'); at >= 0; at = head.indexOf('\n#', at + 1)) count += 1;
  return count;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
