/*
 * Events that faultlog exported (`faultlog events`; src/model/event-schema.ts). No kernel text: what the row does not
 * carry is the raw line of the capture, further lines of the same event, and lines that nobody could read.
 */
import { EVENT_KINDS, type EventKind, newEvent, RESPONSE_CODES, type TraceEvent } from '../../src/model/event.ts';
import { pointOfHop } from '../../src/model/hop-point.ts';
import { pasid, prgi, requesterIdOfName } from '../../src/model/ids.ts';
import { OBSERVATION_POINTS, type ObservationPoint } from '../../src/model/lane.ts';
import type { Dialect } from '../../src/model/parser.ts';
import { type ExportedRow, exportedRow } from '../decode/exported-row.ts';

const NAME = 'faultlog-event';

export const exportedEvent: Dialect = {
  name: NAME,
  description: 'events that faultlog exported',
  source: 'src/model/event-schema.ts; cannot tell the raw lines of the capture',
  samples: [
    {
      line: 'faultlog_event: {"kind":"page-response","input":0,"line":13,"offset":1011,"time":"1000.000102","lane":"host","hop":"host>device","device":"00:0a.7","requesterOnly":true,"pasid":11,"prgi":344,"code":"success"}',
      gives: 'page-response',
    },
  ],
  needles: ['"kind"'],
  eventNames: ['faultlog_event'],
  kind: 'trace',
  parse(line, framed) {
    const row = exportedRow(framed.payload === 0 ? line : line.slice(framed.payload));
    return row === undefined ? undefined : eventOf(row);
  },
};

const MAX_PASID = 0xfffff;
const MAX_PRGI = 0xffff;
const ADDRESS = /^0x([0-9a-f]{1,16})$/i;
const ACCESS = /^[rwxp]*$/;
const TIME = /^\d+(\.\d+)?$/;
const DRAIN_STEPS = ['fence', 'iotlb', 'device-tlb', 'start', 'end'] as const;

/** Undefined for a row with a value that its field cannot have: a wrong event would be worse than an unread line. */
function eventOf(row: ExportedRow): TraceEvent | undefined {
  const kind = EVENT_KINDS.find((known) => known === row.text('kind'));
  if (kind === undefined || !areValuesKnown(row)) return undefined;
  const event = newEvent(kind, row.text('dialect') ?? NAME, pointOf(row, kind));
  event.probe = row.text('probe');
  event.iommu = row.text('iommu');
  const device = row.text('device');
  if (device !== undefined) {
    if (row.flag('requesterOnly') !== true) event.device = device;
    event.requester = requesterIdOfName(device);
  }
  const pasidValue = row.number('pasid');
  if (pasidValue !== undefined) event.pasid = pasid(pasidValue);
  const prgiValue = row.number('prgi');
  if (prgiValue !== undefined) event.prgi = prgi(prgiValue);
  event.addressDigits = ADDRESS.exec(row.text('address') ?? '')?.[1];
  event.access = row.text('access');
  event.isLast = row.flag('last') === true;
  event.isStall = row.flag('stall') === true;
  event.privateData = row.text('privateData');
  event.sequence = row.number('sequence');
  event.code = RESPONSE_CODES.find((code) => code === row.text('code'));
  event.rawCode = row.number('rawCode');
  event.returnValue = row.number('returnValue');
  event.count = row.number('count');
  event.reason = row.text('reason');
  event.vendorReason = row.text('vendorReason');
  event.lost = row.number('lost');
  event.drainStep = DRAIN_STEPS.find((step) => step === row.text('drainStep'));
  return event;
}

function areValuesKnown(row: ExportedRow): boolean {
  const isKnown = (field: string, values: readonly string[]): boolean => {
    const text = row.text(field);
    return text === undefined || values.includes(text);
  };
  const fits = (field: string, form: RegExp): boolean => {
    const text = row.text(field);
    return text === undefined || form.test(text);
  };
  return (
    isKnown('point', OBSERVATION_POINTS) &&
    isKnown('code', RESPONSE_CODES) &&
    isKnown('drainStep', DRAIN_STEPS) &&
    fits('address', ADDRESS) &&
    fits('access', ACCESS) &&
    fits('time', TIME) &&
    (row.number('pasid') ?? 0) <= MAX_PASID &&
    (row.number('prgi') ?? 0) <= MAX_PRGI
  );
}

/** The point of the row, or what its hop says of it. */
function pointOf(row: ExportedRow, kind: EventKind): ObservationPoint {
  return OBSERVATION_POINTS.find((point) => point === row.text('point')) ?? pointOfHop(kind, row.text('hop'));
}
