import { InvariantError } from '../base/assert.ts';
import { UsageError } from '../base/errors.ts';
import { type Framing, newFramedRecord, type RecordReader } from '../model/parser.ts';
import type { EventOrder } from './event-order.ts';
import type { InputReport } from './input.ts';
import type { LineHandler } from './line-handler.ts';

/**
 * Reads all records into `order`. Stops whenever a batch is ready, for the caller to take it away, and at the end. What is damaged comes into the report, as the reason why not all was read.
 */
export function* handleRecords(
  reader: RecordReader,
  handler: LineHandler,
  framings: readonly Framing[],
  order: EventOrder,
): Generator<void, void, void> {
  const framing = framings.find(({ name }) => name === reader.framing);
  if (framing === undefined) throw new InvariantError('a framing is missing', { framing: reader.framing });
  const framed = newFramedRecord();
  for (let line = reader.next(framed); line !== undefined; line = reader.next(framed)) {
    handler.handleRecord(line, framed, framing);
    if (order.hasBatch) yield;
  }
  handler.end();
  yield;
}

/** Says in the report what is damaged. */
export function noteDamage(reader: RecordReader, input: number, report: InputReport): void {
  const [first] = reader.problems;
  if (first === undefined) return;
  const name = report.spec.path;
  report.error = new UsageError(`${name} is cut or damaged: ${first}`, 'What could be read is in the result.');
  for (const text of reader.problems.slice(0, MAX_NOTED)) {
    report.diagnostics.push({ severity: 'data-loss', input, text: `The recording is cut or damaged: ${text}` });
  }
}

const MAX_NOTED = 10;
