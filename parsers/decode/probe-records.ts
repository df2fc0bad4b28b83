import type { EventRows } from '../../src/model/event-rows.ts';
import {
  type RecordField,
  type RecordFields,
  type RecordFormat,
  type RecordScanner,
  SILENT,
} from '../../src/model/parser.ts';
import { meaningOfField } from './probe-arguments.ts';
import { NOBODY, ProbeColumns, wantedOf } from './probe-columns.ts';
import { functionOfEvent, MESSAGE_FUNCTIONS, type ProbedFunction } from './probe-functions.ts';
import { newWord64 } from './word64.ts';

/**
 * Reads recorded probes that carry a page request or an answer, and returns that say nothing; undefined for all others, and for
 * those that name a device.
 */
export function probeRecordScanner(
  { name, fields }: RecordFormat,
  rows: EventRows,
  firstForm: number,
): RecordScanner | undefined {
  const probed = functionOfEvent(name);
  if (probed === undefined) return undefined;
  if (fields.some((field) => field.name === '__probe_func')) return returnScanner(probed, fields);
  const wanted = wantedOf(probed);
  if (wanted === undefined || !fields.some((field) => field.name === '__probe_ip')) return undefined;
  const named = fields.filter((field) => !field.name.startsWith('__probe_'));
  const meanings = named.map((field) => meaningOfField(field));
  if (meanings.includes(undefined) || !wanted.every((each) => meanings.includes(each))) return undefined;
  const columns = new ProbeColumns(rows);
  const form = firstForm + MESSAGE_FUNCTIONS.indexOf(probed);
  const nobody = rows.addNames(NOBODY);
  const value = newWord64();
  return {
    fields: named.map((field) => field.name),
    scan(record: RecordFields, at: number): boolean {
      columns.begin(at);
      for (let index = 0; index < meanings.length; index += 1) {
        const meaning = meanings[index] ?? 0;
        if (meaning === 0) continue;
        value.lo = record.low(index);
        value.hi = record.high(index);
        if (!columns.store(meaning, value, at)) return false;
      }
      return columns.isMessage(probed, form, nobody, at);
    },
  };
}

/** A function that returned 0 has done what it was called for, and nobody asks more; the end of a drain is an event. */
function returnScanner({ role }: ProbedFunction, fields: readonly RecordField[]): RecordScanner | undefined {
  if (role === 'drain' || !fields.some(({ name, kind }) => name === 'ret' && kind === 'number')) return undefined;
  return { fields: ['ret'], scan: (record) => (record.low(0) === 0 && record.high(0) === 0 ? SILENT : false) };
}
