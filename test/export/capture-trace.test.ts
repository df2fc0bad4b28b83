import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs/light.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { run } from '../../src/cli/run.ts';
import { PERFETTO_SCHEMA } from '../../src/export/perfetto/schema.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { ROOT } from '../readme-blocks.ts';

/** Every text fixture that is a capture. */
const CAPTURES = readdirSync(join(ROOT, 'fixtures'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(txt|ladder|dat)$/.test(path) && !/\.(how|truth)\.txt$|events-format/.test(path))
  .sort();
const SAMPLE = 'fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt';

async function exported(format: string, ...files: readonly string[]): Promise<Buffer> {
  const args = ['export', '--quiet', '--format', format, ...files];
  const session = sampleSession({ args, cwd: ROOT });
  expect(await run(session)).toBe(0);
  expect(session.complained()).toBe('');
  return session.printedBytes();
}

const packetSchema = z.strictObject({
  timestamp: z.exactOptional(z.string().regex(/^\d+$/)),
  trustedPacketSequenceId: z.literal(1),
  trackDescriptor: z.exactOptional(
    z.strictObject({
      uuid: z.string(),
      name: z.string(),
      parentUuid: z.exactOptional(z.string()),
      counter: z.exactOptional(z.strictObject({ unit: z.literal('UNIT_COUNT') })),
    }),
  ),
  trackEvent: z.exactOptional(
    z.strictObject({
      type: z.enum(['TYPE_SLICE_BEGIN', 'TYPE_SLICE_END', 'TYPE_INSTANT', 'TYPE_COUNTER']),
      trackUuid: z.string(),
      name: z.exactOptional(z.string()),
      categories: z.exactOptional(z.array(z.string())),
      debugAnnotations: z.exactOptional(z.array(z.record(z.string(), z.unknown()))),
      counterValue: z.exactOptional(z.string()),
      flowIds: z.exactOptional(z.array(z.string())),
    }),
  ),
});
type Packet = z.infer<typeof packetSchema>;

function packetsOf(bytes: Uint8Array): Packet[] {
  const type = protobuf.Root.fromJSON(PERFETTO_SCHEMA).lookupType('Trace');
  const trace = type.toObject(type.decode(bytes), { longs: String, enums: String });
  return z.array(packetSchema).parse(trace.packet ?? []);
}

/** What a viewer relies on. */
function checkTrace(packets: readonly Packet[]): void {
  const tracks = new Map(
    packets.flatMap(({ trackDescriptor: track }) => (track === undefined ? [] : [[track.uuid, track]])),
  );
  const open = new Map<string, bigint[]>();
  const events = packets.flatMap(({ trackEvent, timestamp }) =>
    trackEvent === undefined ? [] : [{ ...trackEvent, time: BigInt(timestamp ?? 0) }],
  );
  for (const { parentUuid } of tracks.values()) expect(parentUuid === undefined || tracks.has(parentUuid)).toBe(true);
  for (const event of events) {
    const track = tracks.get(event.trackUuid);
    expect(track).toBeDefined();
    expect(track?.counter !== undefined).toBe(event.type === 'TYPE_COUNTER');
    const slices = open.get(event.trackUuid) ?? [];
    open.set(event.trackUuid, slices);
    if (event.type === 'TYPE_SLICE_BEGIN') slices.push(event.time);
    if (event.type === 'TYPE_SLICE_END') expect(slices.pop()).toBeLessThanOrEqual(event.time);
  }
  expect([...open.values()].flat()).toEqual([]);
  const counts = new Map<string, string>();
  for (const { type, trackUuid, counterValue } of events) {
    if (type === 'TYPE_COUNTER') counts.set(trackUuid, counterValue ?? 'absent');
  }
  expect([...counts.values()].filter((count) => count !== '0')).toEqual([]);
}

describe('perfetto', () => {
  test.each(CAPTURES)('%s: tracks are declared, slices are closed, counters come down to 0', async (path) => {
    checkTrace(packetsOf(await exported('perfetto', join('fixtures', path))));
  });

  test('a group is a slice, its messages are joined by one flow, a finding is an instant', async () => {
    const packets = packetsOf(await exported('perfetto', '--pasid', '2', SAMPLE));
    const names = packets.flatMap(({ trackEvent, timestamp }) =>
      trackEvent === undefined
        ? []
        : [[trackEvent.type.slice(5), trackEvent.name ?? '', timestamp, trackEvent.flowIds?.join()]],
    );
    expect(names.slice(0, 7)).toEqual([
      ['SLICE_BEGIN', 'PRGI 1 #1', '15081489000', undefined],
      ['INSTANT', 'iommu_report_device_fault', '15081456000', '1'],
      ['INSTANT', 'last request 0x200000', '15081489000', '1'],
      ['INSTANT', 'iopf_group_response', '15164264000', '1'],
      ['INSTANT', 'intel_iommu_page_response', '15164287000', '1'],
      ['INSTANT', 'response success', '15164297000', '1'],
      ['SLICE_END', '', '15164297000', undefined],
    ]);
    expect(names.slice(7).map(([type]) => type)).toEqual(['COUNTER', 'COUNTER', 'INSTANT']);
  });

  test('the flow of a group leads through the lanes above and back', async () => {
    const packets = packetsOf(await exported('perfetto', 'fixtures/ladder/6.4-two-guests.ladder'));
    const track = new Map(packets.map(({ trackDescriptor: each }) => [each?.uuid, each?.name]));
    const through = (flow: string) =>
      packets.flatMap(({ trackEvent: event }) => (event?.flowIds?.[0] === flow ? [track.get(event.trackUuid)] : []));
    // The driver's lane, the VMM's and the guest's, each as far as it was recorded.
    const way = [
      'in flight',
      'host>driver',
      'vmm>guest',
      'vmm>guest',
      'guest>vmm',
      'guest>vmm',
      'driver>host',
      'driver>host',
    ];
    expect(through('1')).toEqual([...way, 'in flight']);
    expect(through('2')).toEqual([...way, 'in flight']);
  });
});

const chromeSchema = z.strictObject({
  displayTimeUnit: z.literal('ns'),
  traceEvents: z.array(
    z
      .strictObject({
        ph: z.enum(['M', 'B', 'E', 'X', 'C', 's', 't']),
        pid: z.int(),
        tid: z.int(),
        ts: z.exactOptional(z.number()),
        dur: z.exactOptional(z.literal(0)),
        id: z.exactOptional(z.int()),
        bp: z.exactOptional(z.literal('e')),
        name: z.exactOptional(z.string()),
        cat: z.exactOptional(z.string()),
        args: z.exactOptional(z.record(z.string(), z.unknown())),
      })
      .refine(({ ph, ts }) => (ph === 'M') === (ts === undefined)),
  ),
});

describe('chrome', () => {
  test.each(CAPTURES)('%s: every event is one of the format, slices are closed', async (path) => {
    const text = (await exported('chrome', join('fixtures', path))).toString();
    const { traceEvents } = chromeSchema.parse(JSON.parse(text));
    const depth = new Map<string, number>();
    for (const { ph, pid, tid } of traceEvents) {
      const key = `${pid}/${tid}`;
      if (ph === 'B') depth.set(key, (depth.get(key) ?? 0) + 1);
      if (ph === 'E') depth.set(key, (depth.get(key) ?? 0) - 1);
      expect(depth.get(key) ?? 0).toBeGreaterThanOrEqual(0);
    }
    expect([...depth.values()].filter((open) => open !== 0)).toEqual([]);
  });
});
