/*
 * Lines that a bpftrace or other script prints in the shape that log-formats C.1 proposes; no kernel text.
 *
 *     faultlog req dev=0000:01:00.0 pasid=1 grpid=2 flags=0x3 perm=0x3 addr=0x101000
 *     faultlog rsp dev=0000:01:00.0 pasid=1 grpid=2 code=0
 *
 * Which function was probed, and so how far a message had come, the line cannot tell: the core is assumed.
 */
import { skipBlanks } from '../../src/base/scan.ts';
import { decodeKernelCode } from '../../src/model/code.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi, requesterIdOfName } from '../../src/model/ids.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { accessOf, isStopMarker } from '../decode/access.ts';
import { newProbeArguments, readArguments } from '../decode/probe-arguments.ts';

const NAME = 'faultlog-line';

export const faultlogLine: Dialect = {
  name: NAME,
  description: 'page requests and responses printed by a script (`faultlog req …`, `faultlog rsp …`)',
  source: 'convention of this project (log-formats C.1)',
  samples: [
    {
      line: 'faultlog: req dev=0000:01:00.0 pasid=1 grpid=2 flags=0x3 perm=0x3 addr=0x101000',
      gives: 'page-request',
    },
    { line: 'faultlog: rsp dev=0000:01:00.0 pasid=1 grpid=2 code=0', gives: 'page-response' },
  ],
  needles: ['faultlog'],
  eventNames: ['faultlog'],
  kind: 'trace',
  parse,
};

const values = newProbeArguments();
const PASID_VALID = 1;
const LAST_PAGE = 2;

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  let at = skipBlanks(line, framed.payload);
  if (line.startsWith('faultlog ', at)) at += 9;
  if (line.startsWith('req ', at)) {
    readArguments(line, at + 4, framed.end, values);
    return Number.isNaN(values.prgi) ? undefined : request();
  }
  if (line.startsWith('rsp ', at)) {
    readArguments(line, at + 4, framed.end, values);
    return Number.isNaN(values.prgi) ? undefined : response();
  }
  return undefined;
}

function request(): TraceEvent {
  const { flags, perm } = values;
  const hasPasid = !Number.isNaN(values.pasid) && (Number.isNaN(flags) || (flags & PASID_VALID) !== 0);
  const isLast = (flags & LAST_PAGE) !== 0;
  const isMarker = !Number.isNaN(perm) && isStopMarker(perm, isLast, hasPasid);
  const event = withIdentity(newEvent(isMarker ? 'stop-marker' : 'page-request', NAME, 'core'), hasPasid);
  event.addressDigits = values.addressDigits;
  event.access = accessOf(perm);
  event.isLast = isLast;
  return event;
}

function response(): TraceEvent {
  const event = withIdentity(newEvent('page-response', NAME, 'core'), !Number.isNaN(values.pasid));
  if (!Number.isNaN(values.code)) {
    const decoded = decodeKernelCode(values.code);
    event.code = decoded.code;
    event.rawCode = decoded.rawCode;
  }
  return event;
}

function withIdentity(event: TraceEvent, hasPasid: boolean): TraceEvent {
  event.probe = 'faultlog';
  if (hasPasid) event.pasid = pasid(values.pasid);
  event.prgi = prgi(values.prgi);
  if (values.device !== undefined) {
    event.device = values.device;
    event.requester = requesterIdOfName(values.device);
  }
  return event;
}
