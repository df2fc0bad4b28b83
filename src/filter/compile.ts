import { assertUnreachable, InvariantError } from '../base/assert.ts';
import { type FactsOf, fieldNamed, type Reads } from './fields.ts';
import type { Comparison, Filter, FilterSubject, FilterWords } from './filter.ts';
import {
  addressTest,
  durationTest,
  flagTest,
  lowerCase,
  numberTest,
  type OperandProblem,
  type OperandTest,
  textTest,
  timeTest,
  wordsTest,
} from './operand.ts';

export type FilterTest<Subject extends FilterSubject> = (facts: FactsOf[Subject]) => boolean;

/** The test that a filter makes. Throws an InvariantError for a filter that `parseFilter` would refuse. */
export function filterTest<Subject extends FilterSubject>(
  filter: Filter,
  subject: Subject,
  words: FilterWords,
): FilterTest<Subject> {
  switch (filter.kind) {
    case 'all':
      return () => true;
    case 'and': {
      const tests = filter.parts.map((part) => filterTest(part, subject, words));
      return (facts) => tests.every((test) => test(facts));
    }
    case 'or': {
      const tests = filter.parts.map((part) => filterTest(part, subject, words));
      return (facts) => tests.some((test) => test(facts));
    }
    case 'not': {
      const test = filterTest(filter.of, subject, words);
      return (facts) => !test(facts);
    }
    case 'compare': {
      const made = comparisonTest(filter, subject, words);
      if ('test' in made) return made.test;
      throw new InvariantError(made.problem.message, { filter });
    }
    default:
      return assertUnreachable(filter);
  }
}

/** What is wrong with a comparison's operator or its n-th value. */
interface ValueProblem {
  readonly problem: OperandProblem;
  readonly index: number | 'operator';
}

export function comparisonTest<Subject extends FilterSubject>(
  comparison: Comparison,
  subject: Subject,
  words: FilterWords,
): { readonly test: FilterTest<Subject> } | ValueProblem {
  const field = fieldNamed(comparison.field);
  if (field === undefined) throw new InvariantError('an unknown field', { comparison });
  switch (field.type) {
    case 'number':
      return reading<Subject, number>(field, subject, numberTest(comparison));
    case 'duration':
      return reading<Subject, number>(field, subject, durationTest(comparison));
    case 'address':
      return reading(field, subject, addressTest(comparison));
    case 'time':
      return reading(field, subject, timeTest(comparison));
    case 'flag':
      return reading(field, subject, flagTest(comparison));
    case 'text':
      return reading(field, subject, textTest(comparison, field.normalise ?? lowerCase));
    case 'choice':
      return reading(field, subject, textTest(comparison, lowerCase, field.values));
    case 'words':
      return reading(field, subject, wordsTest(comparison, field.values(words), field.isPrefixed === true));
    default:
      return assertUnreachable(field);
  }
}

function reading<Subject extends FilterSubject, Value>(
  field: Reads<Value>,
  subject: Subject,
  made: OperandTest<Value>,
): { readonly test: FilterTest<Subject> } | ValueProblem {
  if ('problem' in made) return made;
  const { test } = made;
  const read = field[subject];
  return { test: read === undefined ? () => test(undefined) : (facts) => test(read(facts)) };
}
