import { parseDuration } from '../base/duration.ts';
import { suggest } from '../base/suggest.ts';
import type { Instant } from './fields.ts';
import type { Comparison, Operator } from './filter.ts';

/** What was typed is not what the field takes. */
export interface OperandProblem {
  readonly message: string;
  readonly hint: string;
}

/** Values for "is not there" and "is there", of any field. */
const NONE = 'none';
const ANY = 'any';

/** A test of a field's value; undefined is one that is absent. */
export type ValueTest<Value> = (value: Value | undefined) => boolean;

/** The test that a comparison makes, or what is wrong with its operator or its n-th value. */
export type OperandTest<Value> =
  | { readonly test: ValueTest<Value> }
  | { readonly problem: OperandProblem; readonly index: number | 'operator' };

const NUMBER = /^(?:\d+|0x[0-9a-f]+)$/i;
const TIME = /^(\d+)(?:\.(\d{1,9}))?s?$/;

export function numberTest(comparison: Comparison): OperandTest<number> {
  return orderedTest(comparison, numberOperand, (a, b) => a - b);
}

export function durationTest(comparison: Comparison): OperandTest<number> {
  return orderedTest(comparison, durationOperand, (a, b) => a - b);
}

export function addressTest(comparison: Comparison): OperandTest<bigint> {
  return orderedTest(comparison, addressOperand, (a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

export function timeTest(comparison: Comparison): OperandTest<Instant> {
  const made = orderedTest(comparison, timeOperand, (a, b) => (a.seconds ?? 0) - (b.seconds ?? 0) || a.nanos - b.nanos);
  if ('problem' in made) return made;
  return { test: (value) => made.test(value?.seconds === undefined ? undefined : value) };
}

export function flagTest(comparison: Comparison): OperandTest<boolean> {
  return equalTest(comparison, (text) => {
    const wanted = flagOperand(text);
    return typeof wanted === 'boolean' ? (value) => value === wanted : wanted;
  });
}

/** `known`: the words that there are; undefined: any text. */
export function textTest(
  comparison: Comparison,
  normalise: (text: string) => string,
  known?: readonly string[],
): OperandTest<string> {
  return equalTest(comparison, (text) => wordTest(comparison.field, text, normalise, known, false));
}

export function wordsTest(
  comparison: Comparison,
  known: readonly string[],
  isPrefixed: boolean,
): OperandTest<readonly string[]> {
  const made = equalTest<readonly string[]>({ ...comparison, operator: '=' }, (text) => {
    const test = wordTest(comparison.field, text, lowerCase, known, isPrefixed);
    return typeof test === 'function' ? (values) => values.some(test) : test;
  });
  if ('problem' in made) return made;
  const { test } = made;
  const some: ValueTest<readonly string[]> = (values) => test(values?.length === 0 ? undefined : values);
  return { test: comparison.operator === '!=' ? (values) => !some(values) : some };
}

/** One value and any operator, or several of which one must be equal. */
function orderedTest<Value>(
  comparison: Comparison,
  operandOf: (text: string) => Value | OperandProblem,
  order: (a: Value, b: Value) => number,
): OperandTest<Value> {
  const { operator, values } = comparison;
  const [first = ''] = values;
  if (operator === '=' || operator === '!=') {
    return equalTest(comparison, (text) => {
      const operand = operandOf(text);
      return isProblem(operand) ? operand : (value) => order(value, operand) === 0;
    });
  }
  if (values.length > 1) {
    return { index: 1, problem: { message: `${operator} compares with one value`, hint: 'Join comparisons with |.' } };
  }
  const operand = operandOf(first);
  if (isProblem(operand)) return { index: 0, problem: operand };
  return { test: (value) => value !== undefined && isInOrder(order(value, operand), operator) };
}

/** Several values of which one must fit; none of them, with `!=`. */
function equalTest<Value>(
  { field, operator, values }: Comparison,
  testOf: (text: string) => ((value: Value) => boolean) | OperandProblem,
): OperandTest<Value> {
  if (operator !== '=' && operator !== '!=') {
    return { index: 'operator', problem: { message: `${field} has no order`, hint: `Compare it with = or !=.` } };
  }
  const tests: ValueTest<Value>[] = [];
  for (const [index, text] of values.entries()) {
    if (text === NONE) tests.push((value) => value === undefined);
    else if (text === ANY) tests.push((value) => value !== undefined);
    else {
      const test = testOf(text);
      if (typeof test !== 'function') return { index, problem: test };
      tests.push((value) => value !== undefined && test(value));
    }
  }
  const [only] = tests;
  const some: ValueTest<Value> =
    tests.length === 1 && only !== undefined ? only : (value) => tests.some((test) => test(value));
  return { test: operator === '=' ? some : (value) => !some(value) };
}

function isProblem(operand: unknown): operand is OperandProblem {
  return typeof operand === 'object' && operand !== null && 'message' in operand;
}

function numberOperand(text: string): number | OperandProblem {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  return { message: `${text} is not a number`, hint: 'Give a whole number, decimal or with 0x.' };
}

function durationOperand(text: string): number | OperandProblem {
  const ns = parseDuration(text);
  if (ns !== undefined) return ns;
  return { message: `${text} is not a duration`, hint: 'Give a number with a unit, like 10s, 100ms, 250us or 1.5s.' };
}

function addressOperand(text: string): bigint | OperandProblem {
  if (NUMBER.test(text)) return BigInt(text);
  return { message: `${text} is not an address`, hint: 'Give one like 0x1000.' };
}

function timeOperand(text: string): Required<Instant> | OperandProblem {
  const match = TIME.exec(text);
  if (match === null)
    return { message: `${text} is not a time`, hint: "Give seconds on the capture's clock, like 15.08." };
  const [, seconds = '', fraction = ''] = match;
  return { seconds: Number(seconds), nanos: Number(fraction.padEnd(9, '0')) };
}

function flagOperand(text: string): boolean | OperandProblem {
  switch (text.toLowerCase()) {
    case 'yes':
    case 'true':
      return true;
    case 'no':
    case 'false':
      return false;
    default:
      return { message: `${text} is neither yes nor no`, hint: 'Give yes or no.' };
  }
}

/** A word as it is compared: without regard to case, or a pattern with `*`. It must fit one of the known ones. */
function wordTest(
  field: string,
  text: string,
  normalise: (text: string) => string,
  known: readonly string[] | undefined,
  isPrefixed: boolean,
): ((value: string) => boolean) | OperandProblem {
  const wanted = normalise(text);
  const parts = text.toLowerCase().split('*');
  const test = remembering((value) => {
    const own = normalise(value);
    if (parts.length > 1) return isLike(own, parts);
    return own === wanted || (isPrefixed && own.startsWith(`${wanted}-`));
  });
  if (known === undefined || known.some(test)) return test;
  const near = suggest(text, known);
  const meant = near === undefined ? '' : `Did you mean ${near}? `;
  return {
    message: `there is no ${field} ${text}`,
    hint: `${meant}There are ${known.join(', ')}.`,
  };
}

export function lowerCase(text: string): string {
  return text.toLowerCase();
}

/** True if the parts follow each other in the text: the first at its start, the last at its end. No regular expression, which a pattern could slow down. */
function isLike(text: string, parts: readonly string[]): boolean {
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= text.length - last.length;
}

/** Different texts that are remembered. */
const MOST_REMEMBERED = 10_000;

/** The same few texts come again and again. */
function remembering(test: (value: string) => boolean): (value: string) => boolean {
  const known = new Map<string, boolean>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const result = test(value);
    if (known.size < MOST_REMEMBERED) known.set(value, result);
    return result;
  };
}

/** Whether an order fits the operator. */
function isInOrder(order: number, operator: Operator): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}
