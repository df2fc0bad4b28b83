import { type TraceEvent, timeOf } from '../model/event.ts';
import type { ExportedGroup } from '../model/exported-group.ts';
import type { LineClock, ParserRegistry } from '../model/parser.ts';
import { type BootChoice, BootCounter } from './boots.ts';
import { Dispatch, selectDialects } from './dispatch.ts';
import { EventRun } from './event-run.ts';
import type { ClockDomain, EventBatch, EventStream } from './event-stream.ts';
import { selectFramings } from './framing-choice.ts';
import type { InputSpec } from './input.ts';
import { InputReader } from './input-reader.ts';
import { type FragmentJoiner, isPart, joinerFor } from './join-fragments.ts';
import { mergeInputs } from './merge.ts';
import { searchFor } from './parsers-search.ts';
import { readFollowed } from './read-followed.ts';
import type { ReadOptions } from './read-options.ts';
import type { ReaderContext } from './reader-context.ts';
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
    search: searchFor(parsers, options.probeNames),
  };
  const readers = inputs.map((spec, index) => new InputReader(index, spec, context));
  return {
    reports: readers.map((reader) => reader.report),
    close() {
      for (const reader of readers) reader.closeTexts();
    },
    [Symbol.asyncIterator]: () => readDomains(readers, options.boot),
  };
}

async function* readDomains(
  readers: readonly InputReader[],
  boot: BootChoice | undefined,
): AsyncGenerator<EventBatch, void, void> {
  if (readers.some(({ report }) => report.spec.isFollowed === true)) {
    for await (const { domain, events, isQuiet, lane, laneName } of readFollowed(readers)) {
      yield new Batch(domain, new EventRun(events), { isQuiet, ofLane: { lane, laneName } });
    }
    return;
  }
  const byDomain = new Map<ClockDomain, InputReader[]>(DOMAINS.map((domain) => [domain, []]));
  for (const reader of readers) {
    const domain = await reader.open();
    if (domain !== undefined && !reader.holdsGroups) byDomain.get(domain)?.push(reader);
  }
  for (const domain of DOMAINS) {
    for (const clock of CLOCKS) {
      const sameClock = (byDomain.get(domain) ?? []).filter((reader) => reader.clock === clock);
      const chains: readonly InputChain[] =
        domain === 'log' ? inRotation(sameClock) : sameClock.map((reader) => [reader]);
      const bootsOf = ([reader]: InputChain): BootCounter | undefined =>
        domain === 'log' ? new BootCounter(wantedBoot(boot, readers.indexOf(reader))) : undefined;
      yield* readClock(domain, chains, joinerFor(readers.map(({ report }) => report)), bootsOf);
    }
  }
  for (const reader of readers) if (reader.holdsGroups) yield* readGroups(reader);
}

/** All at once: rows that follow each other overlap in time. */
async function* readGroups(reader: InputReader): AsyncGenerator<EventBatch, void, void> {
  const groups = await reader.groups();
  const events = groups.flatMap(({ requests, response, hops }) => [
    ...requests,
    ...hops,
    ...(response === undefined ? [] : [response]),
  ]);
  events.sort((one, other) => timeOf(one) - timeOf(other) || one.source.line - other.source.line);
  const { report } = reader;
  report.events = events.length;
  report.firstTime = events.find(({ time }) => time !== undefined)?.time;
  report.lastTime = events.at(-1)?.time;
  for (const { dialect } of events) report.dialects.set(dialect, (report.dialects.get(dialect) ?? 0) + 1);
  if (groups.length > 0) yield new Batch('trace', new EventRun(events), { groups });
}

/** From 1; a boot that a log does not have is a number that none of its boots has. */
function wantedBoot(boot: BootChoice | undefined, input: number): number | undefined {
  if (boot === undefined || boot.number > 0) return boot?.number;
  return (boot.totals[input] ?? 0) + boot.number;
}

async function* readClock(
  domain: ClockDomain,
  chains: readonly InputChain[],
  joiner: FragmentJoiner,
  bootsOf: (chain: InputChain) => BootCounter | undefined,
): AsyncGenerator<EventBatch, void, void> {
  for await (const merged of mergeInputs(chains, bootsOf)) {
    const run = joiner.isIdle && !hasParts(merged) ? merged : new EventRun(joiner.push(merged.events));
    if (run.length > 0) yield new Batch(domain, run);
  }
  const run = new EventRun(joiner.flush());
  if (run.length > 0) yield new Batch(domain, run);
}

/** A row is a whole message. */
function hasParts(run: EventRun): boolean {
  for (let index = 0; index < run.length; index += 1) {
    const event = run.rowAt(index) < 0 ? run.at(index) : undefined;
    if (event !== undefined && isPart(event)) return true;
  }
  return false;
}

class Batch implements EventBatch {
  readonly domain: ClockDomain;
  readonly run: EventRun;
  readonly isQuiet: boolean;
  readonly ofLane?: NonNullable<EventBatch['ofLane']>;
  readonly groups?: readonly ExportedGroup[];

  constructor(
    domain: ClockDomain,
    run: EventRun,
    { isQuiet = false, ofLane, groups }: Partial<Pick<EventBatch, 'isQuiet' | 'ofLane' | 'groups'>> = {},
  ) {
    this.domain = domain;
    this.run = run;
    this.isQuiet = isQuiet;
    if (ofLane !== undefined) this.ofLane = ofLane;
    if (groups !== undefined) this.groups = groups;
  }

  get events(): readonly TraceEvent[] {
    return this.run.events;
  }
}
