import type { ParserRegistry } from '../model/parser.ts';
import type { Dispatch } from './dispatch.ts';
import type { NeedleSearch } from './needle-search.ts';
import type { ReadOptions } from './read-options.ts';

/** What all inputs of a run share. */
export interface ReaderContext {
  readonly parsers: ParserRegistry;
  readonly options: ReadOptions;
  readonly dispatch: Dispatch;
  readonly search: NeedleSearch;
}
