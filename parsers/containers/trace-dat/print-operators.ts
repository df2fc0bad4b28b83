import { asNumber, type NumberValue, type PrintValue, UnreadableFormat, wrap } from './print-value.ts';

/** From loose to tight. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** How tightly a binary operator binds, -1 for what is none. */
export function levelOf(operator: string): number {
  return LEVELS.findIndex((level) => level.includes(operator));
}

/** `left operator right` in 64 bits. Division by zero gives 0, as a recording must not stop the reading. */
export function binary(operator: string, leftValue: PrintValue, rightValue: PrintValue): NumberValue {
  const left = asNumber(leftValue);
  const right = asNumber(rightValue);
  const small = smallBinary(operator, left, right);
  const compute = operation(operator);
  const big: NumberValue['big'] = (record) => wrap(compute(left.big(record), right.big(record)));
  return { kind: 'number', big, ...(small !== undefined && { small }) };
}

/** Masks with a small constant fit in 32 bits whatever the other side is; the commonest form in print formats. */
function smallBinary(operator: string, left: NumberValue, right: NumberValue): NumberValue['small'] {
  const { small: leftSmall, field } = left;
  const { small: rightSmall } = right;
  if (operator !== '&' || rightSmall === undefined) return undefined;
  if (leftSmall !== undefined) return (record) => (leftSmall(record) & rightSmall(record)) >>> 0;
  if (field === undefined || field.size !== 8) return undefined;
  const at = (isLittleEndian: boolean): number => field.offset + (isLittleEndian ? 0 : 4);
  return (record) => {
    if (field.offset + 8 > record.size) return 0;
    const low = record.view.getUint32(record.start + at(record.isLittleEndian), record.isLittleEndian);
    return (low & rightSmall(record)) >>> 0;
  };
}

const bit = (value: boolean): bigint => (value ? 1n : 0n);
/** Shifts of 64 and more would build numbers without bound. */
const distance = (value: bigint): bigint => value & 63n;

function operation(operator: string): (left: bigint, right: bigint) => bigint {
  switch (operator) {
    case '||':
      return (left, right) => bit(left !== 0n || right !== 0n);
    case '&&':
      return (left, right) => bit(left !== 0n && right !== 0n);
    case '|':
      return (left, right) => left | right;
    case '^':
      return (left, right) => left ^ right;
    case '&':
      return (left, right) => left & right;
    case '==':
      return (left, right) => bit(left === right);
    case '!=':
      return (left, right) => bit(left !== right);
    case '<':
      return (left, right) => bit(left < right);
    case '>':
      return (left, right) => bit(left > right);
    case '<=':
      return (left, right) => bit(left <= right);
    case '>=':
      return (left, right) => bit(left >= right);
    case '<<':
      return (left, right) => left << distance(right);
    case '>>':
      return (left, right) => left >> distance(right);
    case '+':
      return (left, right) => left + right;
    case '-':
      return (left, right) => left - right;
    case '*':
      return (left, right) => left * right;
    case '/':
      return (left, right) => (right === 0n ? 0n : left / right);
    case '%':
      return (left, right) => (right === 0n ? 0n : left % right);
    default:
      throw new UnreadableFormat(`the operator ${operator}`);
  }
}

/** `-x`, `~x`, `!x`. */
export function unary(operator: string, value: PrintValue): NumberValue {
  const { big } = asNumber(value);
  switch (operator) {
    case '-':
      return { kind: 'number', big: (record) => wrap(-big(record)) };
    case '~':
      return { kind: 'number', big: (record) => wrap(~big(record)) };
    case '!':
      return { kind: 'number', big: (record) => bit(big(record) === 0n) };
    case '+':
      return { kind: 'number', big };
    default:
      throw new UnreadableFormat(`the operator ${operator}`);
  }
}

const UNSIGNED_CAST = /^(?:u|__u|uint)(8|16|32)(?:_t)?$/;
const SIGNED_CAST = /^(?:s|__s|int)(8|16|32)(?:_t)?$/;

/** `(type)value`: narrow types cut bits off, all others change nothing in 64 bits. */
export function cast(type: string, value: PrintValue): PrintValue {
  if (value.kind !== 'number' || type.includes('*')) return value;
  const { big } = value;
  const unsigned = UNSIGNED_CAST.exec(type) ?? (type === 'unsigned int' || type === 'unsigned' ? ['', '32'] : null);
  if (unsigned !== null) {
    const bits = Number(unsigned[1]);
    return { kind: 'number', big: (record) => BigInt.asUintN(bits, big(record)) };
  }
  const signed = SIGNED_CAST.exec(type) ?? (type === 'int' ? ['', '32'] : null);
  if (signed === null) return value;
  const bits = Number(signed[1]);
  return { kind: 'number', big: (record) => wrap(BigInt.asIntN(bits, big(record))) };
}
