import fc from 'fast-check';
import type { Filter } from '../../src/filter/filter.ts';

export const WORDS = {
  ruleNames: new Map([
    ['FL102', 'spurious-duplicate'],
    ['FL201', 'crossed-response'],
    ['FL301', 'dropped-unanswered'],
  ]),
};

const text = fc.oneof(
  fc.constantFrom('0000:00:0a.0', '01:00.0', 'irq/24-dmar0', 'device>host', '*', 'a*b', 'none', 'any', 'x=y', '=', ''),
  fc.string({ maxLength: 8 }),
);

const comparison: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constantFrom('device', 'task', 'lane', 'file', 'reason'),
    operator: fc.constantFrom('=' as const, '!=' as const),
    values: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constantFrom('pasid', 'prgi', 'line', 'cpu'),
    operator: fc.constantFrom('=' as const, '!=' as const),
    values: fc.array(fc.oneof(fc.constantFrom('none', 'any', '0x3'), fc.nat(4).map(String)), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constantFrom('pasid', 'prgi', 'line'),
    operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
    values: fc.nat(4).map((number) => [String(number)]),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constant('kind'),
    operator: fc.constantFrom('=' as const, '!=' as const),
    values: fc.constantFrom(['page-request'], ['page-response', 'drain'], ['page-*'], ['fault']),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constant('verdict'),
    operator: fc.constantFrom('=' as const, '!=' as const),
    values: fc.constantFrom(['crossed'], ['clean'], ['answered', 'dropped']),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constant('latency'),
    operator: fc.constantFrom('<' as const, '>=' as const),
    values: fc.constantFrom(['1us'], ['10ns'], ['1.5 ms']),
  }),
);

/** Filters as `parseFilter` gives them: no `and` directly in an `and`, no `or` in an `or`, none with one part. */
export const arbitraryFilter: fc.Arbitrary<Filter> = fc.letrec<{
  filter: Filter;
  and: Filter;
  or: Filter;
  not: Filter;
}>((tie) => ({
  filter: fc.oneof({ depthSize: 'small' }, comparison, tie('and'), tie('or'), tie('not')),
  and: fc
    .array(fc.oneof({ depthSize: 'small' }, comparison, tie('or'), tie('not')), { minLength: 2, maxLength: 3 })
    .map((parts): Filter => ({ kind: 'and', parts })),
  or: fc
    .array(fc.oneof({ depthSize: 'small' }, comparison, tie('and'), tie('not')), { minLength: 2, maxLength: 3 })
    .map((parts): Filter => ({ kind: 'or', parts })),
  not: tie('filter').map((of): Filter => ({ kind: 'not', of })),
})).filter;
