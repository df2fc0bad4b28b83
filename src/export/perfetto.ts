import protobuf from 'protobufjs/light.js';
import { PERFETTO_SCHEMA } from './perfetto/schema.ts';
import type { ExportedEvent, ExportedItem, ExportedTrack, ExportedValue } from './trace-model.ts';

const TYPES = { begin: 1, end: 2, instant: 3, counter: 4 } as const;
const UNIT_COUNT = 2;
/** All packets are of one sequence. */
const SEQUENCE = 1;
const BLOCK_BYTES = 64 * 1024;

/** A trace for ui.perfetto.dev and trace_processor: protobuf, in blocks of about 64 KiB. Throws nothing. */
export function* perfettoTrace(items: Iterable<ExportedItem>): Generator<Uint8Array, void, void> {
  const trace = protobuf.Root.fromJSON(PERFETTO_SCHEMA).lookupType('Trace');
  let packets: object[] = [];
  let size = 0;
  for (const item of items) {
    packets.push(item.kind === 'track' ? trackPacket(item.track) : eventPacket(item.event));
    size += 200;
    if (size < BLOCK_BYTES) continue;
    // Messages one after the other are one message with all of their packets.
    yield trace.encode({ packet: packets }).finish();
    packets = [];
    size = 0;
  }
  if (packets.length > 0) yield trace.encode({ packet: packets }).finish();
}

function trackPacket({ uuid, name, parent, isCounter }: ExportedTrack): object {
  return {
    trustedPacketSequenceId: SEQUENCE,
    trackDescriptor: {
      uuid,
      name,
      ...(parent !== undefined && { parentUuid: parent }),
      ...(isCounter === true && { counter: { unit: UNIT_COUNT } }),
    },
  };
}

function eventPacket(event: ExportedEvent): object {
  const { kind, track, time, name, category, values, flows, count } = event;
  return {
    timestamp: long(time),
    trustedPacketSequenceId: SEQUENCE,
    trackEvent: {
      type: TYPES[kind],
      trackUuid: track,
      ...(name !== undefined && { name }),
      ...(category !== undefined && { categories: [category] }),
      ...(values !== undefined && { debugAnnotations: Object.entries(values).map(annotation) }),
      ...(flows !== undefined && { flowIds: flows }),
      ...(count !== undefined && { counterValue: count }),
    },
  };
}

function annotation([name, value]: [string, ExportedValue]): object {
  switch (typeof value) {
    case 'string':
      return { name, stringValue: value };
    case 'boolean':
      return { name, boolValue: value };
    default:
      return { name, intValue: value };
  }
}

/** The shape that protobufjs takes for 64 bits. A trace has no times before its clock's epoch. */
function long(value: bigint): { low: number; high: number; unsigned: true } {
  const positive = value < 0n ? 0n : value;
  return { low: Number(positive & 0xffff_ffffn) | 0, high: Number(positive >> 32n) | 0, unsigned: true };
}
