import type { LineClock, ParserRegistry } from '../model/parser.ts';
import { allNeedles, Dispatch, selectDialects } from './dispatch.ts';
import type { ClockDomain, EventBatch, EventStream } from './event-stream.ts';
import { selectFramings } from './framing-choice.ts';
import type { InputSpec } from './input.ts';
import { InputReader, type ReaderContext } from './input-reader.ts';
import { FragmentJoiner } from './join-fragments.ts';
import { mergeInputs } from './merge.ts';
import { NeedleSearch } from './needle-search.ts';
import type { ReadOptions } from './read-options.ts';
import { type InputChain, inRotation } from './rotation.ts';

/** In the order in which they are given: see `EventBatch`. */
const DOMAINS: readonly ClockDomain[] = ['log', 'trace'];
/** Logs of different clocks are not merged, but come one after the other. */
const CLOCKS: readonly LineClock[] = ['wall', 'yearless', 'own'];

/**
 * Reads all inputs into one stream of events, each clock domain in order of time. Nothing is read before
 * the stream is, and no further than asked; memory does not grow with the inputs. An input that cannot be read
 * ends with `error` in its report, the others go on. Throws a UsageError for an unknown framing or dialect.
 * The stream can be read once.
 */
export function readEvents(inputs: readonly InputSpec[], parsers: ParserRegistry, options: ReadOptions): EventStream {
  selectFramings(parsers.framings, options.framing);
  const dialects = selectDialects(parsers.dialects, options.dialect);
  const context: ReaderContext = {
    parsers,
    options,
    dispatch: new Dispatch(dialects, parsers.iommuWords, options.probeNames),
    search: new NeedleSearch(allNeedles(parsers, options.probeNames)),
  };
  const readers = inputs.map((spec, index) => new InputReader(index, spec, context));
  return {
    reports: readers.map((reader) => reader.report),
    [Symbol.asyncIterator]: () => readDomains(readers),
  };
}

async function* readDomains(readers: readonly InputReader[]): AsyncGenerator<EventBatch, void, void> {
  const byDomain = new Map<ClockDomain, InputReader[]>(DOMAINS.map((domain) => [domain, []]));
  for (const reader of readers) {
    const domain = await reader.open();
    if (domain !== undefined) byDomain.get(domain)?.push(reader);
  }
  for (const domain of DOMAINS) {
    for (const clock of CLOCKS) {
      const sameClock = (byDomain.get(domain) ?? []).filter((reader) => reader.clock === clock);
      yield* readClock(domain, domain === 'log' ? inRotation(sameClock) : sameClock.map((reader) => [reader]));
    }
  }
}

async function* readClock(domain: ClockDomain, chains: readonly InputChain[]): AsyncGenerator<EventBatch, void, void> {
  const joiner = new FragmentJoiner();
  for await (const batch of mergeInputs(chains)) {
    const events = joiner.push(batch);
    if (events.length > 0) yield { domain, events };
  }
  const events = joiner.flush();
  if (events.length > 0) yield { domain, events };
}
