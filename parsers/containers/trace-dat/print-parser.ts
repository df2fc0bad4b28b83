import type { EventField, EventFormat } from './event-format.ts';
import { flags, hexBytes, lengthOf, type NamedValue, numberArray, stringOf, symbolic } from './print-functions.ts';
import { binary, cast, levelOf, unary } from './print-operators.ts';
import { type Token, tokensOf } from './print-tokens.ts';
import { asNumber, constant, type NumberValue, type PrintValue, UnreadableFormat } from './print-value.ts';
import { newRecordData, readBig, readSmall } from './record-data.ts';

const END: Token = { kind: 'end', text: '' };
/** Deeper than any print format; a damaged one must not exhaust the stack. */
const MAX_DEPTH = 100;
const NO_RECORD = newRecordData(true);

/** The parts of `print fmt: "TEXT", ARGUMENT, …`. */
export interface PrintSource {
  readonly text: string;
  readonly values: readonly PrintValue[];
}

/** Reads a print format's C source. Throws `UnreadableFormat` for what cannot be evaluated outside the kernel. */
export function parsePrintFormat(format: EventFormat): PrintSource {
  return new PrintParser(format).read();
}

class PrintParser {
  readonly #tokens: readonly Token[];
  readonly #fields: ReadonlyMap<string, EventField>;
  #at = 0;
  #depth = 0;

  constructor(format: EventFormat) {
    this.#tokens = tokensOf(format.printFormat);
    this.#fields = new Map([...format.common, ...format.fields].map((field) => [field.name, field]));
  }

  read(): PrintSource {
    const { kind, text } = this.#next();
    if (kind !== 'text') throw new UnreadableFormat('a text is missing');
    const values: PrintValue[] = [];
    while (this.#accept(',')) values.push(this.#expression());
    if (this.#peek().kind !== 'end') throw new UnreadableFormat('something stands behind its end');
    return { text, values };
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? END;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #accept(operator: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'operator' || token.text !== operator) return false;
    this.#at += 1;
    return true;
  }

  #expect(operator: string): void {
    if (!this.#accept(operator)) throw new UnreadableFormat(`${operator} is missing`);
  }

  #expression(): PrintValue {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new UnreadableFormat('it is nested too deeply');
    const value = this.#conditional();
    this.#depth -= 1;
    return value;
  }

  #conditional(): PrintValue {
    const condition = this.#binary(0);
    if (!this.#accept('?')) return condition;
    const { big } = asNumber(condition);
    const yes = this.#expression();
    this.#expect(':');
    const no = this.#expression();
    if (yes.kind === 'text' && no.kind === 'text') {
      return { kind: 'text', text: (record) => (big(record) !== 0n ? yes.text(record) : no.text(record)) };
    }
    const [first, second] = [asNumber(yes), asNumber(no)];
    return { kind: 'number', big: (record) => (big(record) !== 0n ? first.big(record) : second.big(record)) };
  }

  #binary(level: number): PrintValue {
    let left = this.#unary();
    for (;;) {
      const token = this.#peek();
      const own = token.kind === 'operator' ? levelOf(token.text) : -1;
      if (own < level) return left;
      this.#at += 1;
      left = binary(token.text, left, this.#binary(own + 1));
    }
  }

  #unary(): PrintValue {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new UnreadableFormat('it is nested too deeply');
    const value = this.#unaryValue();
    this.#depth -= 1;
    return value;
  }

  #unaryValue(): PrintValue {
    for (const operator of ['-', '~', '!', '+']) if (this.#accept(operator)) return unary(operator, this.#unary());
    if (!this.#accept('(')) return this.#primary();
    const type = this.#castType();
    if (type !== undefined) return cast(type, this.#unary());
    const value = this.#expression();
    this.#expect(')');
    return value;
  }

  /** `unsigned long)` behind an opening parenthesis; nothing is taken if it is no cast. */
  #castType(): string | undefined {
    let ahead = 0;
    const words: string[] = [];
    while (this.#peek(ahead).kind === 'name') {
      words.push(this.#peek(ahead).text);
      ahead += 1;
    }
    while (this.#peek(ahead).text === '*') {
      words.push('*');
      ahead += 1;
    }
    if (words.length === 0 || this.#peek(ahead).text !== ')' || this.#peek().text === 'REC') return undefined;
    this.#at += ahead + 1;
    return words.filter((word) => word !== 'const' && word !== 'struct' && word !== '__force').join(' ');
  }

  #primary(): PrintValue {
    const { kind, text } = this.#next();
    if (kind === 'number') return constant(BigInt(/^0\d/.test(text) ? `0o${text.slice(1)}` : text));
    if (kind === 'text') return { kind: 'text', text: () => text };
    if (kind !== 'name') throw new UnreadableFormat(`${text} is not expected`);
    if (text === 'REC') {
      this.#expect('->');
      return this.#fieldValue();
    }
    this.#expect('(');
    const value = this.#call(text);
    this.#expect(')');
    return value;
  }

  #fieldValue(): PrintValue {
    const field = this.#field();
    if (this.#peek().text === '[' || this.#peek().text === '.') throw new UnreadableFormat('an element of a field');
    if (field.isArray) {
      return field.isString ? stringOf(field) : { kind: 'bytes', field };
    }
    const value: NumberValue = { kind: 'number', field, big: (record) => readBig(record, field) };
    return field.size > 4 ? value : { ...value, small: (record) => readSmall(record, field) };
  }

  #field(): EventField {
    const { text } = this.#next();
    const field = this.#fields.get(text);
    if (field === undefined) throw new UnreadableFormat(`it has no field ${text}`);
    return field;
  }

  #call(name: string): PrintValue {
    switch (name) {
      case '__get_str':
      case '__get_rel_str':
        return stringOf(this.#field());
      case '__get_dynamic_array':
      case '__get_rel_dynamic_array':
        return { kind: 'bytes', field: this.#field() };
      case '__get_dynamic_array_len':
      case '__get_rel_dynamic_array_len':
        return lengthOf(this.#field());
      case '__print_symbolic':
      case '__print_symbolic_u64':
        return symbolic(this.#expression(), this.#entries());
      case '__print_flags':
      case '__print_flags_u64': {
        const value = this.#expression();
        this.#expect(',');
        return flags(value, this.#next().text, this.#entries());
      }
      case '__print_hex':
      case '__print_hex_str': {
        const [array, count] = [this.#expression(), this.#second()];
        return hexBytes(array, count, name === '__print_hex' ? ' ' : '');
      }
      case '__print_array':
        return numberArray(this.#expression(), this.#second(), this.#second());
      default:
        throw new UnreadableFormat(`only the kernel knows ${name}()`);
    }
  }

  #second(): PrintValue {
    this.#expect(',');
    return this.#expression();
  }

  /** `, { VALUE, "TEXT" }, …` */
  #entries(): readonly NamedValue[] {
    const entries: NamedValue[] = [];
    while (this.#accept(',')) {
      if (!this.#accept('{')) throw new UnreadableFormat('a list of names is not in the format');
      const value = this.#entryValue();
      this.#expect(',');
      const { kind, text } = this.#next();
      if (kind !== 'text') throw new UnreadableFormat('a name is missing');
      this.#expect('}');
      entries.push({ value, text });
    }
    return entries;
  }

  /** Undefined for the name of an enumerator, which the format does not explain. */
  #entryValue(): bigint | undefined {
    if (this.#peek().kind === 'name' && this.#peek(1).text === ',') {
      this.#at += 1;
      return undefined;
    }
    return asNumber(this.#expression()).big(NO_RECORD);
  }
}
