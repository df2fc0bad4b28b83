import { Dispatch, type Reading, selectDialects } from '../intake/dispatch.ts';
import { FramingChoice } from '../intake/framing-choice.ts';
import { gluedParts } from '../intake/glued-lines.ts';
import { Unwrapping } from '../intake/unwrapping.ts';
import { addressOf, type TraceEvent } from '../model/event.ts';
import { type FramedLine, newFramedLine, type ParserRegistry, SILENT } from '../model/parser.ts';

/** What the analysis takes from a line, or from one of several that ran together in it. */
export interface Sight {
  readonly kind: 'event' | 'continuation' | 'silent' | 'fact' | 'unread' | 'nothing';
  /** Facts that must stay as they are, by name. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Must be what the replaced address stands for. */
  readonly address: bigint | undefined;
  /** Of a trace: the task, which is replaced as a whole. */
  readonly task: string | undefined;
  /** Where the message starts in the line; 0 where the line was unwrapped before. */
  readonly payload: number;
  readonly isTrace: boolean;
}

const HASH = 35;
const NUMBERS = /0x[0-9a-f]+|\d+/gi;
/** Facts of an event that no replacement may change: all but the place, the task, the time and the address. */
const EVENT_FACTS = [
  'kind',
  'dialect',
  'point',
  'probe',
  'iommu',
  'device',
  'requester',
  'pasid',
  'prgi',
  'addressShift',
  'access',
  'isLast',
  'isStall',
  'privateData',
  'sequence',
  'code',
  'rawCode',
  'returnValue',
  'count',
  'reason',
  'vendorReason',
  'lost',
  'drainStep',
  'isFragment',
] as const satisfies readonly (keyof TraceEvent)[];

/** Reads lines as the analysis does (`src/intake/line-handler.ts`), one at a time. Remembers the framing of the line before. */
export class LineSight {
  readonly #framings: FramingChoice;
  readonly #unwrapping: Unwrapping;
  readonly #dispatch: Dispatch;
  readonly #framed = newFramedLine();
  readonly #reading: Reading = { dialect: undefined, result: undefined };

  constructor(parsers: ParserRegistry) {
    this.#framings = new FramingChoice(parsers.framings);
    this.#unwrapping = new Unwrapping(parsers.wrappings);
    this.#dispatch = new Dispatch(selectDialects(parsers.dialects, undefined), parsers.iommuWords, undefined);
  }

  look(line: string): readonly Sight[] {
    const framed = this.#framed;
    const text = this.#unwrapping.frame(line, this.#framings, framed);
    const { framing } = this.#unwrapping;
    const parts = framing?.kind === 'log' ? gluedParts(text, false) : undefined;
    if (parts !== undefined) return parts.flatMap((part) => this.look(part));
    if (framing === undefined) {
      const header = this.#framings.header(text);
      const isRemark = header?.fact.kind === 'comment' && text.charCodeAt(0) === HASH;
      if (header !== undefined && !isRemark) return [sightOf('fact', framed, { ...header.fact }, false, 0)];
    }
    const used = framing ?? this.#framings.frameAnyhow(text, framed);
    if (used === undefined) return [sightOf('nothing', framed, {}, false, 0)];
    return [this.#read(text, used, text === line)];
  }

  #read(text: string, framing: Parameters<Dispatch['read']>[2], isWhole: boolean): Sight {
    const framed = this.#framed;
    // The reading may move the payload behind the name of an event.
    const payload = isWhole ? framed.payload : 0;
    this.#dispatch.read(text, framed, framing, this.#reading);
    const { result } = this.#reading;
    const stamp = { framing: framing.name, ...stampOf(framed) };
    const isTrace = framing.kind === 'trace' || framed.task !== undefined;
    if (result === undefined) {
      const isUnread = this.#dispatch.isUnread(text, framed, framing);
      return sightOf(isUnread ? 'unread' : 'nothing', framed, stamp, isTrace, payload);
    }
    if (result === SILENT) return sightOf('silent', framed, stamp, isTrace, payload);
    if (result.kind === 'continuation') {
      const { dialect, iommu, alone } = result;
      const facts = { ...stamp, dialect, iommu, ...(alone !== undefined && { alone: factsOf(alone) }) };
      return { ...sightOf('continuation', framed, facts, isTrace, payload), address: addressIn(alone) };
    }
    const sight = sightOf('event', framed, { ...stamp, ...factsOf(result) }, isTrace, payload);
    return { ...sight, address: addressIn(result) };
  }
}

function sightOf(
  kind: Sight['kind'],
  { task }: FramedLine,
  facts: Sight['facts'],
  isTrace: boolean,
  payload: number,
): Sight {
  return { kind, facts, address: undefined, task: isTrace ? task : undefined, payload, isTrace };
}

function stampOf({ seconds, nanos, digits, clock, cpu, pid }: FramedLine): Record<string, unknown> {
  return { seconds, nanos, digits, clock, cpu, pid };
}

function factsOf(event: TraceEvent): Record<string, unknown> {
  const facts = EVENT_FACTS.map((name) => [name, event[name]] as const);
  // What is printed as the reason may hold the address.
  return { ...Object.fromEntries(facts), vendorReason: event.vendorReason?.replaceAll(NUMBERS, '#') };
}

function addressIn(event: TraceEvent | undefined): bigint | undefined {
  return event === undefined ? undefined : addressOf(event);
}

/** How many facts of a line are not what they must be after the replacement; 0: the analysis sees the same. */
export function differences(
  before: readonly Sight[],
  after: readonly Sight[],
  mapAddress: (address: bigint) => bigint,
): number {
  if (before.length !== after.length) return 1000;
  let count = 0;
  for (const [index, sight] of before.entries()) {
    const other = after[index];
    if (other === undefined || other.kind !== sight.kind) {
      count += 100;
      continue;
    }
    for (const [name, value] of Object.entries(sight.facts)) if (!isSame(value, other.facts[name])) count += 1;
    const address = sight.address === undefined ? undefined : mapAddress(sight.address);
    if (address !== other.address) count += 1;
  }
  return count;
}

function isSame(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || JSON.stringify(one) === JSON.stringify(other);
}
