/*
 * Faults of Apple's DART: drivers/iommu/apple-dart.c, apple_dart_t8020_irq and apple_dart_t8110_irq (Linux 7.3). Since 5.15..6.1.
 *
 *     apple-dart 285820000.iommu: translation fault: status:0x900c0008 stream:0 code:0x8 (NO PTE FOR IOVA) at 0x9f9c0000
 *
 * The log names the requester by its stream number only, and the access only for protection faults.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, NOT_CUT, newFault, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'apple-dart';

export const appleDart: Dialect = {
  name: NAME,
  description: 'Apple DART faults (dmesg)',
  source: 'drivers/iommu/apple-dart.c (Linux 7.3), since 6.1',
  samples: [
    {
      line: 'apple-dart 285820000.iommu: translation fault: status:0x900c0008 stream:0 code:0x8 (NO PTE FOR IOVA) at 0x9f9c0000',
      gives: 'fault',
    },
    {
      line: 'apple-dart 285820000.iommu: translation fault: status:0x80000010 stream:3 code:0x10 (READ FAULT) at 0x1000',
      gives: 'fault',
    },
  ],
  needles: ['translation fault: status:0x'],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(
  [
    `${IOMMU_PREFIX}translation fault: status:0x[0-9a-f]+(?: stream:(?<stream>\\d+)`,
    `(?: code:0x(?<code>[0-9a-f]+)(?: \\((?<name>[^)]*)\\))?(?:.*? at 0x(?<address>[0-9a-f]+)${NOT_CUT})?)?)?`,
  ].join(''),
);

const REASONS: ReadonlyMap<string, string> = new Map([
  ['READ FAULT', 'read-fault'],
  ['WRITE FAULT', 'write-fault'],
  ['NO PTE FOR IOVA', 'no-pte'],
  ['NO PMD FOR IOVA', 'no-pmd'],
  ['NO PGD FOR IOVA', 'no-pgd'],
  ['NO TTBR FOR IOVA', 'no-ttbr'],
]);

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf('translation fault: status:0x', framed.payload) < 0) return undefined;
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const { name = '' } = fields;
  const event = newFault(NAME, 'apple_dart_irq', fields.iommu);
  if (fields.stream !== undefined) event.device = `stream ${fields.stream}`;
  event.addressDigits = fields.address;
  event.reason = REASONS.get(name) ?? (fields.code === undefined ? 'translation-fault' : `code-0x${fields.code}`);
  if (name !== '') event.vendorReason = name;
  if (name === 'READ FAULT') event.access = 'r';
  if (name === 'WRITE FAULT') event.access = 'w';
  return event;
}
