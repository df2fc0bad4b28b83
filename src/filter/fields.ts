import { normaliseDeviceName } from '../model/device-name.ts';
import { EVENT_KINDS, RESPONSE_CODES } from '../model/event.ts';
import { GROUP_STATES } from '../model/group-state.ts';
import { LANES } from '../model/lane.ts';
import type { EventFacts, InstanceFacts } from './facts.ts';
import type { FilterSubject, FilterWords } from './filter.ts';
import { verdictWords } from './verdicts.ts';

/** What a filter asks, by what it is about. */
export interface FactsOf {
  readonly event: EventFacts;
  readonly group: InstanceFacts;
}

/** How a field's value is read from an event and from an instance; absent: that has no such field. */
export type Reads<Value> = {
  readonly [Subject in FilterSubject]?: (facts: FactsOf[Subject]) => Value | undefined;
};

interface Named {
  readonly name: string;
  /** One line, for help. */
  readonly help: string;
}

/** A field that a filter can name. */
export type Field = Named &
  (
    | (Reads<string> & {
        readonly type: 'text';
        /** Makes what was typed and what the log has comparable. */
        readonly normalise?: (text: string) => string;
      })
    | (Reads<string> & { readonly type: 'choice'; readonly values: readonly string[] })
    /** Several words at once, of which one must fit. */
    | (Reads<readonly string[]> & {
        readonly type: 'words';
        readonly values: (words: FilterWords) => readonly string[];
        /** `crossed` fits `crossed-response`. */
        readonly isPrefixed?: true;
      })
    | (Reads<number> & { readonly type: 'number' | 'duration' })
    | (Reads<bigint> & { readonly type: 'address' })
    | (Reads<boolean> & { readonly type: 'flag' })
    | (Reads<Instant> & { readonly type: 'time' })
  );

/** A time on the capture's clock. */
export interface Instant {
  readonly seconds: number | undefined;
  readonly nanos: number;
}

/** What one type of field takes, for help and for messages. */
export const TYPE_HELP: Readonly<Record<Field['type'], string>> = {
  text: 'text; * stands for anything',
  choice: 'one of a few words',
  words: 'one of a few words; * stands for anything',
  number: 'a number, decimal or with 0x',
  duration: 'a number with a unit, like 10s, 100ms, 250us or 1.5s',
  address: 'an address like 0x1000',
  flag: 'yes or no',
  time: "seconds on the capture's clock, like 15.08",
};

const ANSWERED_BY = ['handler', 'host', 'hardware'] as const;

/** All fields, in the order of the help. One definition for the columns of the store and for the rows of the command line. */
export const FIELDS: readonly Field[] = [
  { name: 'kind', type: 'choice', values: EVENT_KINDS, help: 'what the event is', event: ({ kind }) => kind },
  {
    name: 'device',
    type: 'text',
    normalise: normaliseDeviceName,
    help: 'the device, as the log names it; 01:00.0 is 0000:01:00.0',
    event: ({ device }) => device,
    group: ({ device }) => device,
  },
  { name: 'pasid', type: 'number', help: 'the PASID', event: ({ pasid }) => pasid, group: ({ pasid }) => pasid },
  {
    name: 'prgi',
    type: 'number',
    help: 'the PRGI, or the tag of a stall',
    event: ({ prgi }) => prgi,
    group: ({ prgi }) => prgi,
  },
  {
    name: 'id',
    type: 'words',
    values: ({ ruleNames }) => [...ruleNames.keys()],
    help: 'a finding that names it, or its instance: FL201',
    event: idsOfEvent,
    group: ({ findings }) => findings,
  },
  {
    name: 'verdict',
    type: 'words',
    values: verdictWords,
    isPrefixed: true,
    help: 'what came of it: a state, the name of a finding or its beginning (crossed, spurious, dropped), or clean',
    event: ({ verdicts }) => verdicts,
    group: ({ verdicts }) => verdicts,
  },
  {
    name: 'state',
    type: 'choice',
    values: GROUP_STATES,
    help: "how its instance ended, or an instance's state",
    event: ({ instance }) => instance?.state,
    group: ({ state }) => state,
  },
  {
    name: 'latency',
    type: 'duration',
    help: 'from the last request to the answer',
    event: ({ instance }) => instance?.latencyNs,
    group: ({ latencyNs }) => latencyNs,
  },
  {
    name: 'code',
    type: 'choice',
    values: RESPONSE_CODES,
    help: 'the code of the response',
    event: ({ code }) => code,
    group: ({ code }) => code,
  },
  {
    name: 'time',
    type: 'time',
    help: 'when; of an instance, its start',
    event: (facts) => facts,
    group: (facts) => facts,
  },
  {
    name: 'instance',
    type: 'number',
    help: 'n-th use of its key',
    event: ({ instance }) => instance?.ordinal,
    group: ({ ordinal }) => ordinal,
  },
  {
    name: 'requests',
    type: 'number',
    help: 'how many requests its instance has',
    event: ({ instance }) => instance?.requests,
    group: ({ requests }) => requests,
  },
  {
    name: 'answered-by',
    type: 'choice',
    values: ANSWERED_BY,
    help: 'who answered its instance',
    event: ({ instance }) => instance?.answeredBy,
    group: ({ answeredBy }) => answeredBy,
  },
  {
    name: 'owner',
    type: 'text',
    help: 'who the PASID belongs to (--owners)',
    event: ({ instance }) => instance?.owner,
    group: ({ owner }) => owner,
  },
  {
    name: 'lane',
    type: 'text',
    help: `who recorded it: ${LANES.join(', ')}, guest:NAME`,
    event: ({ lane }) => lane,
    group: ({ lane }) => lane,
  },
  { name: 'hop', type: 'text', help: 'between whom, like device>host', event: ({ hop }) => hop },
  {
    name: 'file',
    type: 'text',
    help: 'the input, as shown',
    event: ({ inputName }) => inputName,
    group: ({ inputName }) => inputName,
  },
  {
    name: 'line',
    type: 'number',
    help: 'its line; of an instance, its first',
    event: ({ line }) => line,
    group: ({ line }) => line,
  },
  { name: 'address', type: 'address', help: 'the address of a request or a fault', event: ({ address }) => address },
  { name: 'access', type: 'text', help: 'the access asked for: letters of rwxp', event: ({ access }) => access },
  { name: 'last', type: 'flag', help: 'the last request of its group', event: ({ isLast }) => isLast },
  { name: 'stall', type: 'flag', help: 'a stall of an SMMU', event: ({ isStall }) => isStall },
  { name: 'reason', type: 'text', help: 'why a fault, an error or a refusal', event: ({ reason }) => reason },
  { name: 'vendor-reason', type: 'text', help: 'the reason as printed', event: ({ vendorReason }) => vendorReason },
  {
    name: 'raw-code',
    type: 'number',
    help: 'the code as printed, where it differs',
    event: ({ rawCode }) => rawCode,
    group: ({ rawCode }) => rawCode,
  },
  { name: 'sequence', type: 'number', help: 'the seq# of a prq_report', event: ({ sequence }) => sequence },
  { name: 'lost', type: 'number', help: 'how many events were lost', event: ({ lost }) => lost },
  { name: 'iommu', type: 'text', help: 'the IOMMU', event: ({ iommu }) => iommu },
  { name: 'cpu', type: 'number', help: 'the CPU', event: ({ cpu }) => cpu },
  { name: 'task', type: 'text', help: 'the task', event: ({ task }) => task },
  { name: 'pid', type: 'number', help: "the task's number", event: ({ pid }) => pid },
  { name: 'probe', type: 'text', help: 'the function or tracepoint that printed it', event: ({ probe }) => probe },
  { name: 'dialect', type: 'text', help: 'what read it (faultlog formats)', event: ({ dialect }) => dialect },
];

const BY_NAME: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [field.name, field]));

export function fieldNamed(name: string): Field | undefined {
  return BY_NAME.get(name);
}

/** True if events, or instances, have the field. */
export function hasField(field: Field, subject: FilterSubject): boolean {
  return field[subject] !== undefined;
}

/** True if the field of an event is known only when its group instance is. */
export const NEEDS_INSTANCE: ReadonlySet<string> = new Set([
  'id',
  'state',
  'verdict',
  'latency',
  'instance',
  'requests',
  'answered-by',
  'owner',
]);

function idsOfEvent({ findings, instance }: EventFacts): readonly string[] {
  return instance === undefined ? findings : [...findings, ...instance.findings];
}
