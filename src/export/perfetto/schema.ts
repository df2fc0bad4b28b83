/**
 * The part of Perfetto's trace format that is written: names, numbers and types of the fields as in
 * protos/perfetto/trace/trace.proto, trace_packet.proto and track_event/*.proto (revision 246b14de). Field numbers never change.
 */
export const PERFETTO_SCHEMA = {
  nested: {
    Trace: { edition: 'proto2', fields: { packet: { rule: 'repeated', type: 'TracePacket', id: 1 } } },
    TracePacket: {
      edition: 'proto2',
      fields: {
        timestamp: { type: 'uint64', id: 8 },
        trustedPacketSequenceId: { type: 'uint32', id: 10 },
        trackEvent: { type: 'TrackEvent', id: 11 },
        trackDescriptor: { type: 'TrackDescriptor', id: 60 },
      },
    },
    TrackDescriptor: {
      edition: 'proto2',
      fields: {
        uuid: { type: 'uint64', id: 1 },
        name: { type: 'string', id: 2 },
        parentUuid: { type: 'uint64', id: 5 },
        counter: { type: 'CounterDescriptor', id: 8 },
      },
    },
    CounterDescriptor: {
      edition: 'proto2',
      fields: { unit: { type: 'Unit', id: 3 } },
      nested: { Unit: { edition: 'proto2', values: { UNIT_UNSPECIFIED: 0, UNIT_COUNT: 2 } } },
    },
    TrackEvent: {
      edition: 'proto2',
      fields: {
        debugAnnotations: { rule: 'repeated', type: 'DebugAnnotation', id: 4 },
        type: { type: 'Type', id: 9 },
        trackUuid: { type: 'uint64', id: 11 },
        categories: { rule: 'repeated', type: 'string', id: 22 },
        name: { type: 'string', id: 23 },
        counterValue: { type: 'int64', id: 30 },
        flowIds: { rule: 'repeated', type: 'fixed64', id: 47 },
      },
      nested: {
        Type: {
          edition: 'proto2',
          values: { TYPE_UNSPECIFIED: 0, TYPE_SLICE_BEGIN: 1, TYPE_SLICE_END: 2, TYPE_INSTANT: 3, TYPE_COUNTER: 4 },
        },
      },
    },
    DebugAnnotation: {
      edition: 'proto2',
      fields: {
        boolValue: { type: 'bool', id: 2 },
        intValue: { type: 'int64', id: 4 },
        stringValue: { type: 'string', id: 6 },
        name: { type: 'string', id: 10 },
      },
    },
  },
} as const;
