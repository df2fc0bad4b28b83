import { EVENT_KINDS } from '../../src/model/event.ts';

/*
 * Rows of `faultlog events --format jsonl` (src/model/event-schema.ts), checked by hand: the schema's library is too
 * slow to load and to run for every line of a capture.
 */

type FieldKind = 'text' | 'count' | 'integer' | 'flag';

/** What the fields of a row hold. `count`: an integer from 0 on. */
export const ROW_FIELDS: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['kind', 'text'],
  ['input', 'count'],
  ['line', 'count'],
  ['offset', 'count'],
  ['time', 'text'],
  ['timeUnit', 'text'],
  ['cpu', 'count'],
  ['task', 'text'],
  ['pid', 'count'],
  ['lane', 'text'],
  ['laneName', 'text'],
  ['hop', 'text'],
  ['point', 'text'],
  ['dialect', 'text'],
  ['probe', 'text'],
  ['iommu', 'text'],
  ['device', 'text'],
  ['requesterOnly', 'flag'],
  ['pasid', 'count'],
  ['prgi', 'count'],
  ['address', 'text'],
  ['access', 'text'],
  ['last', 'flag'],
  ['stall', 'flag'],
  ['privateData', 'text'],
  ['sequence', 'count'],
  ['code', 'text'],
  ['rawCode', 'integer'],
  ['returnValue', 'integer'],
  ['count', 'integer'],
  ['reason', 'text'],
  ['vendorReason', 'text'],
  ['lost', 'count'],
  ['drainStep', 'text'],
]);

/** A row of which every field has its type; what the texts mean is not checked yet. */
export interface ExportedRow {
  text(field: string): string | undefined;
  number(field: string): number | undefined;
  flag(field: string): boolean | undefined;
}

const KIND = /"kind"\s*:\s*"([a-z-]+)/;
const OWN_FIELD = /"(?:dialect|hop)"\s*:\s*"/;
const KINDS: ReadonlySet<string> = new Set(EVENT_KINDS);
const BRACE = 123;

/** True for a line that is a row by its looks, also one that is damaged. Many other programs write objects with a `kind`. */
export function looksExported(line: string): boolean {
  if (line.charCodeAt(0) !== BRACE) return false;
  const kind = KIND.exec(line)?.[1];
  return kind !== undefined && (KINDS.has(kind) || OWN_FIELD.test(line));
}

let lastLine = '';
let lastRow: ExportedRow | undefined;

/** The row in a line; undefined if it is no object or a field has another type. A framing and a dialect ask for the same. */
export function exportedRow(line: string): ExportedRow | undefined {
  if (line !== lastLine) {
    lastRow = readRow(line);
    lastLine = line;
  }
  return lastRow;
}

function readRow(line: string): ExportedRow | undefined {
  const value = parsed(line);
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  if (fields.has('problem')) return undefined;
  for (const [name, field] of fields) {
    const kind = ROW_FIELDS.get(name);
    if (kind !== undefined && !isOfKind(field, kind)) return undefined;
  }
  return {
    text(field) {
      const found = fields.get(field);
      return typeof found === 'string' ? found : undefined;
    },
    number(field) {
      const found = fields.get(field);
      return typeof found === 'number' ? found : undefined;
    },
    flag(field) {
      const found = fields.get(field);
      return typeof found === 'boolean' ? found : undefined;
    },
  };
}

function isOfKind(value: unknown, kind: FieldKind): boolean {
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'flag') return typeof value === 'boolean';
  return typeof value === 'number' && Number.isSafeInteger(value) && (kind === 'integer' || value >= 0);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
