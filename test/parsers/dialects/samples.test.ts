import { describe, expect, it } from 'vitest';
import { registry } from '../../../parsers/registry.ts';
import { toEventRow } from '../../../src/format/event-row.ts';
import type { TraceEvent } from '../../../src/model/event.ts';
import { eventRowSchema } from '../../../src/model/event-schema.ts';
import { type DialectResult, SILENT } from '../../../src/model/parser.ts';
import { parseLine } from './harness.ts';

const scale = { unit: 'seconds', epoch: 0, digits: 6 } as const;

/** The event that a line gives by itself. */
function eventOf(result: Exclude<DialectResult, typeof SILENT>): TraceEvent | undefined {
  return result?.kind === 'continuation' ? result.alone : result;
}

describe.each(registry.dialects.map((dialect) => [dialect.name, dialect] as const))('%s', (_, dialect) => {
  it.each(dialect.samples.map((sample) => [sample.gives, sample.line]))('reads a sample as %s: %s', (gives, line) => {
    const result = parseLine(dialect, line);
    expect(result === SILENT ? 'silent' : (eventOf(result)?.kind ?? result?.kind)).toBe(gives);
  });

  it('has a needle in every sample', () => {
    for (const { line } of dialect.samples)
      expect(dialect.needles.filter((needle) => line.includes(needle))).not.toEqual([]);
  });

  it('names itself in its events, and their rows fit the schema', () => {
    for (const { line } of dialect.samples) {
      const parsed = parseLine(dialect, line);
      const result = parsed === SILENT ? undefined : eventOf(parsed);
      if (result === undefined) continue;
      expect(result.dialect).toBe(dialect.name);
      result.source = { input: 0, line: 1, offset: 0, text: line };
      const row = toEventRow(result, scale);
      expect(eventRowSchema.parse(JSON.parse(JSON.stringify(row)))).toEqual(row);
    }
  });

  it('claims no sample of another dialect', () => {
    for (const other of registry.dialects) {
      if (other === dialect || other.kind !== dialect.kind) continue;
      for (const { line } of other.samples) expect([line, parseLine(dialect, line)]).toEqual([line, undefined]);
    }
  });
});
