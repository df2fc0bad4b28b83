import { describe, expect, it } from 'vitest';
import { hopOf, toEventRow } from '../../src/format/event-row.ts';
import { type EventKind, newEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterId } from '../../src/model/ids.ts';
import type { Lane, ObservationPoint } from '../../src/model/lane.ts';
import { nanoseconds } from '../../src/model/time.ts';

describe('hops', () => {
  it.each<[Lane, ObservationPoint, EventKind, string | undefined]>([
    ['host', 'wire', 'page-request', 'device>host'],
    ['host', 'wire', 'stop-marker', 'device>host'],
    ['host', 'wire', 'request-refused', 'device>host'],
    ['host', 'wire', 'page-response', 'host>device'],
    ['host', 'driver-op', 'page-response', 'host>device'],
    ['host', 'core', 'page-request', 'host>driver'],
    ['host', 'core', 'page-response', 'driver>host'],
    ['host', 'core', 'response-refused', 'driver>host'],
    ['host', 'user', 'handler-read', 'driver>vmm'],
    ['host', 'user', 'handler-write', 'vmm>driver'],
    ['guest', 'wire', 'page-request', 'vmm>guest'],
    ['guest', 'wire', 'page-response', 'guest>vmm'],
    ['guest', 'core', 'page-request', undefined],
    ['vmm', 'wire', 'page-response', 'guest>vmm'],
    ['device', 'wire', 'page-request', 'device>host'],
    ['host', 'wire', 'fault', undefined],
    ['host', 'none', 'drain', undefined],
  ])('%s, %s: %s is %s', (lane, point, kind, hop) => {
    const event = newEvent(kind, 'test', point);
    event.lane = lane;
    expect(hopOf(event)).toBe(hop);
  });
});

describe('rows', () => {
  const scale = { unit: 'seconds', epoch: 1000, digits: 6 } as const;

  it('has the fields of the event, the address in bytes and the time on the capture’s clock', () => {
    const event = newEvent('page-request', 'intel-prq-report', 'wire');
    event.source = { input: 1, line: 12, offset: 911, text: '' };
    event.time = nanoseconds(2000);
    event.cpu = 1;
    event.iommu = 'dmar0';
    event.device = '0000:00:0a.7';
    event.requester = requesterId(0x57);
    event.pasid = pasid(11);
    event.prgi = prgi(344);
    event.addressDigits = '824a422e1';
    event.addressShift = 12;
    event.access = 'r';
    event.isLast = true;
    expect(toEventRow(event, scale)).toEqual({
      kind: 'page-request',
      input: 1,
      line: 12,
      offset: 911,
      time: '1000.000002',
      cpu: 1,
      lane: 'host',
      hop: 'device>host',
      dialect: 'intel-prq-report',
      iommu: 'dmar0',
      device: '0000:00:0a.7',
      pasid: 11,
      prgi: 344,
      address: '0x824a422e1000',
      access: 'r',
      last: true,
    });
  });

  it('names the device by its requester id where the log has no name', () => {
    const event = newEvent('page-response', 'intel-qi-submit', 'wire');
    event.requester = requesterId(0x6a08);
    expect(toEventRow(event, scale).device).toBe('6a:01.0');
  });

  it('leaves out the time where the lines have none, and `last` where it is not known', () => {
    const event = newEvent('request-refused', 'intel-page-request-log', 'wire');
    event.time = nanoseconds(5);
    expect(toEventRow(event, { unit: 'none', epoch: 0, digits: 0 })).toEqual({
      kind: 'request-refused',
      input: 0,
      line: 0,
      offset: 0,
      lane: 'host',
      hop: 'device>host',
      dialect: 'intel-page-request-log',
    });
  });
});
