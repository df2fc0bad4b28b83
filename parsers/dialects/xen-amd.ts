/*
 * AMD-Vi faults as Xen prints them: xen/drivers/passthrough/amd/iommu_init.c, parse_event_log_entry (Xen 4.19).
 *
 *     (XEN) AMD-Vi: IO_PAGE_FAULT: 0000:00:14.0 d0 addr 000000fdf8010140 flags 0x8 I
 *
 * The domain is a Xen domain. Xen has no page requests.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import { requesterId } from '../../src/model/ids.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { AMD_EVENTS, ioPageFaultAccess, ioPageFaultReason } from '../decode/amd-event.ts';
import { newFault, newIommuError, payloadOf, setDevice } from '../decode/log-prefix.ts';

const NAME = 'xen-amd';

export const xenAmd: Dialect = {
  name: NAME,
  description: 'AMD-Vi faults on the Xen console',
  source: 'xen/drivers/passthrough/amd/iommu_init.c (Xen 4.19), since 4.2 at least',
  samples: [
    { line: 'AMD-Vi: IO_PAGE_FAULT: 0000:00:14.0 d0 addr 000000fdf8010140 flags 0x8 I', gives: 'fault' },
    {
      line: '(XEN) AMD-Vi: IO_PAGE_FAULT: domain = 0, device id = 0xa0, fault address = 0xfdf8f10144, flags = 0x8',
      gives: 'fault',
    },
    {
      line: '(XEN) AMD_IOV: IO_PAGE_FAULT:0000:02:00.0: domain:1 address:0x7f001000 flags:0x20',
      gives: 'fault',
    },
    { line: '(XEN) AMD-Vi: IO_PAGE_FAULT: 0000:00:13.1 d0 addr 00000000000eb340 flags 0', gives: 'fault' },
    { line: '(XEN) AMD-Vi: ILLEGAL_DEV_TABLE_ENTRY: 0000:06:00.0 addr 0000000135300000 flags 0x80', gives: 'fault' },
    {
      line: '(XEN) AMD-Vi: IO_PAGE_FAULT: domain = 0, device id = 0x0500, fault address = 0xfdf8020200',
      gives: 'fault',
    },
  ],
  needles: ['AMD-Vi: ', 'AMD_IOV: '],
  kind: 'log',
  parse,
};

/** Of 4.13 and later, of 4.0 to 4.12 (until 4.2 without flags), and of before. Xen prints no `0x` in front of zero; some people hide the device. */
const FORMS: readonly RegExp[] = [
  /: (?<name>[A-Z_]{6,}): (?<device>\S+:\S+:\S+\.\S+?)(?: d\S+)? addr (?<address>[0-9a-f?x*]+) flags (?:0x)?(?<flags>[0-9a-f]+)/,
  /: (?<name>[A-Z_]{6,}): domain ?[=:] ?\d+, device id ?[=:] ?(?:0x)?(?<id>[0-9a-f]+), fault address ?[=:] ?(?:0x)?(?<address>[0-9a-f]+)(?:, flags ?[=:] ?(?:0x)?(?<flags>[0-9a-f]+))?/,
  /: (?<name>[A-Z_]{6,}): ?(?<device>(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): domain:\d+ address:(?:0x)?(?<address>[0-9a-f]+) flags:(?:0x)?(?<flags>[0-9a-f]+)/,
];

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  const isCandidate = line.indexOf('AMD-Vi: ', framed.payload) >= 0 || line.indexOf('AMD_IOV: ', framed.payload) >= 0;
  if (!isCandidate) return undefined;
  const payload = payloadOf(line, framed.payload, framed.end);
  for (const form of FORMS) {
    const fields = form.exec(payload)?.groups;
    if (fields !== undefined) return parseFields(fields);
  }
  const raw = RAW.exec(payload);
  return raw === null ? undefined : parseWords(raw);
}

/** Until 4.13 what is no IO_PAGE_FAULT is the words of the log entry: name, device, code and flags, address. */
const RAW = /AMD-Vi: (?:Error: )?([A-Z_]{6,}):? ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8})$/;

function parseWords([, name = '', id = '', code = '', low = '', high = '']: RegExpExecArray): TraceEvent | undefined {
  const flags = code.slice(1, 4);
  return parseFields({ name, id: id.slice(4), address: high + low, flags });
}

const HEXADECIMAL = /^[0-9a-f]+$/;

function parseFields(fields: Record<string, string | undefined>): TraceEvent | undefined {
  const { name = '', device } = fields;
  const known = AMD_EVENTS.get(name);
  if (known === undefined) return undefined;
  const flags = fields.flags === undefined ? undefined : Number.parseInt(fields.flags, 16);
  const text = flags === undefined ? name : `${name} flags 0x${fields.flags}`;
  const event =
    known.kind === 'fault'
      ? newFault(NAME, 'parse_event_log_entry', undefined)
      : newIommuError(NAME, undefined, known.reason, text);
  if (device !== undefined) setDevice(event, device);
  else event.requester = requesterId(Number.parseInt(fields.id ?? '', 16) & 0xffff);
  if (HEXADECIMAL.test(fields.address ?? '')) event.addressDigits = fields.address;
  event.vendorReason = text;
  event.reason = known.reason;
  if (name !== 'IO_PAGE_FAULT' || flags === undefined) return event;
  event.access = ioPageFaultAccess(flags);
  event.reason = ioPageFaultReason(flags);
  return event;
}
