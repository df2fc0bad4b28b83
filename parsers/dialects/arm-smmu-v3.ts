/*
 * Events, page requests and errors of SMMUv3: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c, arm_smmu_evtq_thread,
 * arm_smmu_dump_event, arm_smmu_handle_ppr, arm_smmu_gerror_handler (Linux 7.3). One event is several lines:
 *
 *     arm-smmu-v3 arm-smmu-v3.5.auto: event 0x10 received:
 *     arm-smmu-v3 arm-smmu-v3.5.auto: 	0x0002060000000010        (four words)
 *     arm-smmu-v3 arm-smmu-v3.5.auto: event: F_TRANSLATION client: 0001:06:00.0 sid: 0x20600 ssid: 0x0 iova: 0xff9bc000 ipa: 0x0
 *     arm-smmu-v3 arm-smmu-v3.5.auto: unpriv data write s1 "Input address caused fault" stag: 0x0
 *
 * Xen prints the first five for its own driver (`SMMUv3: /smmu@…: `). The last two since 6.13..6.14. Since 5.14 only events that nobody handled are printed: a stall that
 * reached a handler leaves no line. A page request is always refused: Linux has no PRI for SMMUv3.
 */
import { type Continuation, newEvent, type TraceEvent } from '../../src/model/event.ts';
import { pasid, prgi } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { newFault, newIommuError, payloadOf, setDevice } from '../decode/log-prefix.ts';
import { addSmmuEventWord, setStall, smmuAccess, smmuEventReason, smmuReasonOfName } from '../decode/smmu-event.ts';
import { newWord64, readHex } from '../decode/word64.ts';

const NAME = 'arm-smmu-v3';

export const armSmmuV3: Dialect = {
  name: NAME,
  description: 'Arm SMMUv3 events, page requests and errors (dmesg)',
  source: 'drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c (Linux 7.3), since 4.15 at least',
  samples: [
    { line: 'arm-smmu-v3 arm-smmu-v3.0.auto: event 0x10 received:', gives: 'fault' },
    { line: 'arm-smmu-v3 arm-smmu-v3.0.auto: \t0x0000760000001810', gives: 'continuation' },
    { line: '(XEN) SMMUv3: /smmuv3@9050000: event 0x10 received:', gives: 'fault' },
    { line: '(XEN) SMMUv3: /smmuv3@9050000:  0x0000000800000010', gives: 'continuation' },
    {
      line: 'arm-smmu-v3 arm-smmu-v3.0.auto: event: F_TRANSLATION client: 0000:76:00.0 sid: 0x7600 ssid: 0x1 iova: 0x2321c000 ipa: 0x0',
      gives: 'fault',
    },
    {
      line: 'arm-smmu-v3 arm-smmu-v3.0.auto: event: C_BAD_STREAMID client: (unassigned sid) sid: 0x900 ssid: 0x0',
      gives: 'fault',
    },
    {
      line: 'arm-smmu-v3 arm-smmu-v3.0.auto: unpriv data read s1 "Input address caused fault" stall stag: 0x8a',
      gives: 'continuation',
    },
    { line: 'arm-smmu-v3 arm-smmu-v3.0.auto: unexpected PRI request received:', gives: 'request-refused' },
    {
      line: 'arm-smmu-v3 arm-smmu-v3.0.auto: \tsid 0x00007600.0x00001: [31L] unprivileged RW access at iova 0x000000002321c000',
      gives: 'request-refused',
    },
    { line: 'arm-smmu-v3 arm-smmu-v3.0.auto: EVTQ overflow detected -- events lost', gives: 'queue-overflow' },
    { line: 'arm-smmu-v3 arm-smmu-v3.0.auto: PRIQ overflow detected -- requests lost', gives: 'queue-overflow' },
    {
      line: 'arm-smmu-v3 arm-smmu-v3.0.auto: CMDQ error (cons 0x0100055c): ATC invalidate timeout',
      gives: 'iommu-error',
    },
    { line: 'arm-smmu-v3 arm-smmu-v3.0.auto: skipping command in error state:', gives: 'silent' },
    {
      line: 'arm-smmu-v3 arm-smmu-v3.0.auto: CMD_SYNC timeout at 0x0000007f [hwprod 0x00000080, hwcons 0x0000007e]',
      gives: 'iommu-error',
    },
  ],
  needles: ['arm-smmu-v3', 'SMMUv3: /'],
  kind: 'log',
  parse,
};

/**
 * Unit, text; Xen prints the unit's path in the device tree, the tracer's `fields` option a point for a tab. A unit without
 * its driver is the platform's.
 */
const PREFIX = /(?:^|[\s\]])(?:(?:(?:kvm-)?arm-smmu-v3|platform(?= arm-smmu-v3)) |SMMUv3: (?=\/))(\S+): [\s.]*(\S.*)$/;
/** With the driver alone, as people shorten it. */
const DRIVER_ALONE = /(?:^|\s)arm-smmu-v3: [\s.]*((?!event .*received: *\S)\S.*)$/;

function parse(line: string, framed: FramedLine): DialectResult {
  const isCandidate =
    line.indexOf('arm-smmu-v3', framed.payload) >= 0 || line.indexOf('SMMUv3: /', framed.payload) >= 0;
  if (!isCandidate) return undefined;
  const payload = payloadOf(line, framed.payload, framed.end);
  const match = PREFIX.exec(payload);
  const iommu = match?.[1];
  const text = match?.[2] ?? DRIVER_ALONE.exec(payload)?.[1];
  if (text === undefined) return undefined;
  return (
    parseHeader(iommu, text) ??
    parseWord(iommu, text) ??
    parseDecoded(iommu, text) ??
    parseAccess(iommu, text) ??
    parsePageRequest(iommu, text) ??
    parseError(iommu, text)
  );
}

const HEADER = /^event 0x([0-9a-f]{2}) received:/;

/** Event id and number of words read so far, for events whose words are still coming. */
const pendingWords = new WeakMap<TraceEvent, { id: number; count: number }>();

function parseHeader(iommu: string | undefined, text: string): TraceEvent | undefined {
  const match = HEADER.exec(text);
  if (match === null) return undefined;
  const event = newFault(NAME, 'arm_smmu_evtq_thread', iommu);
  const id = Number.parseInt(match[1] ?? '', 16);
  event.reason = smmuEventReason(id);
  event.vendorReason = `event 0x${match[1]}`;
  event.isFragment = true;
  pendingWords.set(event, { id, count: 0 });
  return event;
}

/** Some people write the halves apart; the tracer's `fields` option adds the text in hexadecimal. */
const WORD = /^0x([0-9a-f]{8}) ?([0-9a-f]{8})(?:\.? \([0-9a-f:]+.*)?$/;
const LAST_WORD = 3;

/** One of the four words of an event, or of the two of a command that was skipped. */
function parseWord(iommu: string | undefined, text: string): Continuation | undefined {
  const match = WORD.exec(text);
  if (match === null) return undefined;
  const digits = `${match[1]}${match[2]}`;
  return {
    kind: 'continuation',
    dialect: NAME,
    iommu,
    join(event) {
      const pending = pendingWords.get(event);
      if (pending === undefined || pending.count > LAST_WORD) return undefined;
      const word = newWord64();
      readHex(digits, 0, word);
      addSmmuEventWord(event, pending.count, word, pending.id);
      pending.count += 1;
      // The decoded lines of newer kernels may follow the last word.
      return 'open';
    },
  };
}

const DECODED = new RegExp(
  [
    '^event: (?<name>\\w+) client: (?<client>\\(unassigned sid\\)|\\S+) sid: (?<sid>0x[0-9a-f]+) ssid: (?<ssid>0x[0-9a-f]+)',
    '(?: iova: 0x(?<address>[0-9a-f]+) ipa: 0x[0-9a-f]+| fetch_addr: 0x[0-9a-f]+)?',
  ].join(''),
);

function parseDecoded(iommu: string | undefined, text: string): Continuation | undefined {
  const fields = DECODED.exec(text)?.groups;
  if (fields === undefined) return undefined;
  const alone = newFault(NAME, 'arm_smmu_dump_event', iommu);
  setDecoded(alone, fields);
  // Only the events with an input address have a second line.
  alone.isFragment = fields.address !== undefined;
  return {
    kind: 'continuation',
    dialect: NAME,
    iommu,
    join(event) {
      if (event.kind !== 'fault' || isDecoded(event)) return undefined;
      setDecoded(event, fields);
      return fields.address === undefined ? 'complete' : 'open';
    },
    alone,
  };
}

function isDecoded(event: TraceEvent): boolean {
  return event.vendorReason?.startsWith('event ') !== true;
}

/** The substream id is printed as 0 where there is none; the words know better. */
function setDecoded(event: TraceEvent, fields: Record<string, string>): void {
  const { name = '', client = '', sid = '', ssid = '' } = fields;
  event.vendorReason = name;
  if (name !== 'UNKNOWN') event.reason = smmuReasonOfName(name);
  event.reason ??= 'unknown-event';
  if (client.startsWith('(')) event.device = sid;
  else setDevice(event, client);
  if (Number(ssid) !== 0) event.pasid = pasid(Number(ssid));
  if (fields.address !== undefined) event.addressDigits = fields.address;
}

/** Privilege, instruction or data, direction, stage, class, stall, tag. */
const ACCESS =
  /^(priv|unpriv) (inst|data) (read|write) s[12] "[^"]*"(?: ttd_(?:read|write))?( stall)? stag: 0x([0-9a-f]+)/;

function parseAccess(iommu: string | undefined, text: string): Continuation | undefined {
  const match = ACCESS.exec(text);
  if (match === null) return undefined;
  const [, privilege, type, direction, stall, tag = ''] = match;
  return {
    kind: 'continuation',
    dialect: NAME,
    iommu,
    join(event) {
      if (event.kind !== 'fault') return undefined;
      event.access = smmuAccess(direction === 'read', type === 'inst', privilege === 'priv');
      if (stall !== undefined) setStall(event, Number.parseInt(tag, 16));
      return 'complete';
    },
  };
}

const REQUEST = new RegExp(
  [
    '^sid 0x(?<sid>[0-9a-f]{8})\\.0x(?<ssid>[0-9a-f]{5}): \\[(?<prgi>\\d+)(?<last>L?)\\] ',
    '(?<unprivileged>un)?privileged (?<letters>R?W?X?) ?access at iova 0x(?<address>[0-9a-f]{16})',
  ].join(''),
);

function parsePageRequest(iommu: string | undefined, text: string): DialectResult {
  if (text.startsWith('unexpected PRI request received:')) {
    const event = newPageRequest(iommu);
    event.isFragment = true;
    return event;
  }
  const fields = REQUEST.exec(text)?.groups;
  if (fields === undefined) return undefined;
  const alone = newPageRequest(iommu);
  setRequest(alone, fields);
  return {
    kind: 'continuation',
    dialect: NAME,
    iommu,
    join(event) {
      if (event.kind !== 'request-refused' || event.prgi !== undefined) return undefined;
      setRequest(event, fields);
      return 'complete';
    },
    alone,
  };
}

function newPageRequest(iommu: string | undefined): TraceEvent {
  const event = newEvent('request-refused', NAME, 'wire');
  event.probe = 'arm_smmu_handle_ppr';
  event.iommu = iommu;
  event.reason = 'pri-not-supported';
  event.vendorReason = 'unexpected PRI request received';
  return event;
}

function setRequest(event: TraceEvent, fields: Record<string, string>): void {
  const ssid = Number.parseInt(fields.ssid ?? '', 16);
  event.device = `0x${Number.parseInt(fields.sid ?? '', 16).toString(16)}`;
  if (ssid !== 0) event.pasid = pasid(ssid);
  event.prgi = prgi(Number(fields.prgi));
  event.isLast = fields.last === 'L';
  event.addressDigits = fields.address;
  const letters = (fields.letters ?? '').toLowerCase() + (fields.unprivileged === undefined ? 'p' : '');
  if (letters !== '') event.access = letters;
}

/** Text, reason. */
const ERRORS: readonly (readonly [text: RegExp, reason: string])[] = [
  [/^CMDQ error \(cons 0x[0-9a-f]+\): Illegal command/, 'illegal-command'],
  [/^CMDQ error \(cons 0x[0-9a-f]+\): Abort on command fetch/, 'command-fetch-abort'],
  [/^CMDQ error \(cons 0x[0-9a-f]+\): ATC invalidate timeout/, 'atc-invalidation-timeout'],
  [/^CMDQ error \(cons 0x[0-9a-f]+\)/, 'command-queue-error'],
  [/^CMD_SYNC timeout/, 'command-sync-timeout'],
  [/^unexpected global error reported/, 'global-error'],
  [/^device has entered Service Failure Mode!/, 'service-failure-mode'],
  [/^(?:GERROR|PRIQ|EVTQ|CMDQ) MSI write aborted/, 'msi-write-aborted'],
  [/^(?:PRIQ|EVTQ) write aborted/, 'queue-write-aborted'],
];
const OVERFLOW = /^(?:EVTQ|PRIQ) overflow detected/;
const FOLLOWING = /^(?:skipping command in error state:|retrying command fetch)/;

function parseError(iommu: string | undefined, text: string): DialectResult {
  if (OVERFLOW.test(text)) {
    const event = newEvent('queue-overflow', NAME, 'none');
    event.iommu = iommu;
    event.reason = 'detected';
    event.vendorReason = text;
    return event;
  }
  const error = ERRORS.find(([pattern]) => pattern.test(text));
  if (error !== undefined) return newIommuError(NAME, iommu, error[1], text);
  return FOLLOWING.test(text) ? SILENT : undefined;
}
