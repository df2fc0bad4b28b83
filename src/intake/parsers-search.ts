import type { ParserRegistry } from '../model/parser.ts';
import { allNeedles } from './dispatch.ts';
import { NeedleSearch } from './needle-search.ts';

/** A search takes longer to build than a small file takes to read. */
const built = new WeakMap<ParserRegistry, NeedleSearch>();

/** The search for everything of which a line that matters has at least one. */
export function searchFor(parsers: ParserRegistry, probeNames: ReadonlyMap<string, string> | undefined): NeedleSearch {
  if (probeNames !== undefined && probeNames.size > 0) return new NeedleSearch(allNeedles(parsers, probeNames));
  const known = built.get(parsers);
  if (known !== undefined) return known;
  const search = new NeedleSearch(allNeedles(parsers, undefined));
  built.set(parsers, search);
  return search;
}
