import { assertUnreachable } from '../base/assert.ts';
import type { Filter } from './filter.ts';

/** A value that needs no quotes; `=` at its start would be a part of the operator. */
const BARE = /^[^\s|&!()",=][^\s|&!()",]*$/;

/** The filter as one would type it; `parseFilter` reads the same back. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'all':
      return '';
    case 'and':
      return filter.parts.map((part) => (part.kind === 'or' ? `(${printFilter(part)})` : printFilter(part))).join(' ');
    case 'or':
      return filter.parts.map(printFilter).join(' | ');
    case 'not': {
      const { of } = filter;
      return of.kind === 'and' || of.kind === 'or' ? `!(${printFilter(of)})` : `!${printFilter(of)}`;
    }
    case 'compare':
      return `${filter.field}${filter.operator}${filter.values.map(printValue).join(',')}`;
    default:
      return assertUnreachable(filter);
  }
}

function printValue(value: string): string {
  return BARE.test(value) ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Names of the fields that a filter asks for. */
export function fieldsOf(filter: Filter): ReadonlySet<string> {
  switch (filter.kind) {
    case 'all':
      return new Set();
    case 'and':
    case 'or':
      return new Set(filter.parts.flatMap((part) => [...fieldsOf(part)]));
    case 'not':
      return fieldsOf(filter.of);
    case 'compare':
      return new Set([filter.field]);
    default:
      return assertUnreachable(filter);
  }
}
