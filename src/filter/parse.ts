import { suggest } from '../base/suggest.ts';
import { comparisonTest } from './compile.ts';
import { FIELDS, fieldNamed, hasField } from './fields.ts';
import type {
  Comparison,
  Filter,
  FilterProblem,
  FilterSubject,
  FilterWords,
  Operator,
  ParsedFilter,
} from './filter.ts';

/** A longer filter is a slip of the mouse. */
const MOST_CHARACTERS = 4096;
const MOST_DEPTH = 64;

const BLANK = /\s/;
const FIELD = /[A-Za-z][A-Za-z0-9-]*/y;
const OPERATOR = /!=|<=|>=|==|=|<|>|:/y;
/** What a value without quotes may hold: all but blanks and the marks of the language. */
const BARE = /[^\s|&!()",]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;

/**
 * Reads a filter: comparisons (`pasid=3`, `latency>1ms`, `kind=fault,drain`) joined by blanks (and), `|` (or), `!` (not) and
 * parentheses. An empty text takes everything. Never throws: a problem says what is wrong and where.
 */
export function parseFilter(text: string, subject: FilterSubject, words: FilterWords): ParsedFilter {
  if (text.length > MOST_CHARACTERS) {
    return {
      problem: { at: MOST_CHARACTERS, length: text.length - MOST_CHARACTERS, message: 'the filter is too long' },
    };
  }
  try {
    return { filter: new FilterReader(text, subject, words).read() };
  } catch (error) {
    if (error instanceof Misread) return { problem: error.problem };
    throw error;
  }
}

/** Ends the reading; never leaves this file. */
class Misread extends Error {
  readonly problem: FilterProblem;

  constructor(problem: FilterProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

class FilterReader {
  readonly #text: string;
  readonly #subject: FilterSubject;
  readonly #words: FilterWords;
  #at = 0;
  #depth = 0;

  constructor(text: string, subject: FilterSubject, words: FilterWords) {
    this.#text = text;
    this.#subject = subject;
    this.#words = words;
  }

  read(): Filter {
    this.#skipBlanks();
    if (this.#isAtEnd) return { kind: 'all' };
    const filter = this.#or();
    if (!this.#isAtEnd) this.#fail(this.#at, 1, 'there is no ( for this )');
    return filter;
  }

  #or(): Filter {
    const parts = [this.#and()];
    while (this.#takes('|')) {
      this.#takes('|');
      parts.push(this.#and());
    }
    return joined('or', parts);
  }

  #and(): Filter {
    const parts = [this.#not()];
    for (;;) {
      this.#skipBlanks();
      const next = this.#text[this.#at];
      if (next === undefined || next === '|' || next === ')') return joined('and', parts);
      if (this.#takes('&')) this.#takes('&');
      parts.push(this.#not());
    }
  }

  #not(): Filter {
    this.#skipBlanks();
    const at = this.#at;
    const isNot = this.#takes('!');
    if (!isNot && !this.#takes('(')) return this.#comparison();
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) this.#fail(at, 1, 'too many parentheses and ! inside each other');
    const inner = isNot ? this.#not() : this.#or();
    this.#depth -= 1;
    if (isNot) return { kind: 'not', of: inner };
    if (!this.#takes(')')) this.#fail(at, 1, 'there is no ) for this (');
    return inner;
  }

  #comparison(): Comparison {
    const at = this.#at;
    const field = this.#field();
    this.#skipBlanks();
    const operatorAt = this.#at;
    const operator = this.#operator(field, at);
    const places: { readonly at: number; readonly length: number }[] = [];
    const values: string[] = [];
    do {
      this.#skipBlanks();
      const valueAt = this.#at;
      values.push(this.#value(field));
      places.push({ at: valueAt, length: this.#at - valueAt });
    } while (this.#takes(','));
    const comparison: Comparison = { kind: 'compare', field, operator, values };
    const made = comparisonTest(comparison, this.#subject, this.#words);
    if ('problem' in made) {
      const operatorPlace = { at: operatorAt, length: operator.length };
      const place = made.index === 'operator' ? operatorPlace : places[made.index];
      this.#fail(place?.at ?? at, place?.length ?? 0, made.problem.message, made.problem.hint);
    }
    return comparison;
  }

  #field(): string {
    const at = this.#at;
    const word = this.#match(FIELD)?.[0];
    if (word === undefined) {
      if (this.#isAtEnd) this.#fail(at, 0, 'something is missing here', 'Give a comparison, like pasid=3.');
      this.#fail(at, 1, 'a comparison begins with the name of a field', 'Like pasid=3 or latency>1ms.');
    }
    const name = word.toLowerCase();
    const field = fieldNamed(name);
    const names = FIELDS.filter((each) => hasField(each, this.#subject)).map((each) => each.name);
    if (field !== undefined && hasField(field, this.#subject)) return name;
    if (field !== undefined) {
      const whose = this.#subject === 'group' ? 'groups have no' : 'events have no';
      this.#fail(at, word.length, `${whose} ${name}`, `They have ${names.join(', ')}.`);
    }
    const near = suggest(name, names);
    const meant = near === undefined ? '' : `Did you mean ${near}? `;
    return this.#fail(at, word.length, `there is no field ${name}`, `${meant}There are ${names.join(', ')}.`);
  }

  #operator(field: string, fieldAt: number): Operator {
    const at = this.#at;
    switch (this.#match(OPERATOR)?.[0]) {
      case '=':
      case '==':
      case ':':
        return '=';
      case '!=':
        return '!=';
      case '<':
        return '<';
      case '<=':
        return '<=';
      case '>':
        return '>';
      case '>=':
        return '>=';
      default:
        return this.#fail(
          at,
          this.#isAtEnd ? 0 : 1,
          `${this.#text.slice(fieldAt, fieldAt + field.length)} is compared with nothing`,
          `Give one of = != < <= > >= behind it, and a value.`,
        );
    }
  }

  #value(field: string): string {
    const at = this.#at;
    if (this.#text[at] === '"') {
      const quoted = this.#match(QUOTED)?.[1];
      if (quoted === undefined) this.#fail(at, this.#text.length - at, 'there is no " at the end of this');
      return quoted.replace(/\\(.)/g, '$1');
    }
    const bare = this.#match(BARE)?.[0];
    if (bare === undefined) {
      this.#fail(
        at,
        this.#isAtEnd ? 0 : 1,
        `${field} has no value here`,
        'A value with blanks or one of |&!()", goes in "quotes".',
      );
    }
    return bare;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }

  #takes(mark: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skipBlanks(): void {
    while (BLANK.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  get #isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  #fail(at: number, length: number, message: string, hint?: string): never {
    throw new Misread({ at, length, message, ...(hint !== undefined && { hint }) });
  }
}

/** One part is itself; parts of the same kind are taken in. */
function joined(kind: 'and' | 'or', parts: readonly Filter[]): Filter {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return { kind, parts: parts.flatMap((part) => (part.kind === kind ? part.parts : [part])) };
}
