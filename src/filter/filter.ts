/** What a filter is about. */
export type FilterSubject = 'event' | 'group';

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Operator = (typeof OPERATORS)[number];

/** A filter as it was typed, without its blanks and with no more parentheses than it needs. */
export type Filter =
  /** Takes everything: nothing was typed. */
  | { readonly kind: 'all' }
  | { readonly kind: 'and'; readonly parts: readonly Filter[] }
  | { readonly kind: 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | Comparison;

/** One field against one value, or against several of which one must fit. */
export interface Comparison {
  readonly kind: 'compare';
  readonly field: string;
  readonly operator: Operator;
  /** As typed, without quotes. */
  readonly values: readonly string[];
}

/** What is wrong with a typed filter, and where. */
export interface FilterProblem {
  /** Place in the text, in UTF-16 code units from 0; its end where something is missing there. */
  readonly at: number;
  /** 0 where something is missing. */
  readonly length: number;
  readonly message: string;
  readonly hint?: string;
}

export type ParsedFilter =
  | { readonly filter: Filter; readonly problem?: never }
  | { readonly problem: FilterProblem; readonly filter?: never };

/** Words that a filter may use and that are not known to it: the ids of the rules and their names. */
export interface FilterWords {
  readonly ruleNames: ReadonlyMap<string, string>;
}
