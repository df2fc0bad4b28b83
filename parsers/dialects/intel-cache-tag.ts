/*
 * Trace events intel_iommu:cache_tag_*, drivers/iommu/intel/cache.c with the formats of trace.h (Linux 7.3). Since 6.9..6.11.
 *
 *     cache_tag_assign: dmar0/0000:01:00.0 type devtlb did 1 pasid 1 ref 1
 *
 * The only stock events of a PASID's attach and detach on Intel. The tag of type `devtlb` stands for the device;
 * the other types accompany it. trace-cmd and perf print the type as a number. The log cannot tell
 * a replacement of a domain (assign before unassign) from an attach while another is attached.
 */
import { skipBlanks } from '../../src/base/scan.ts';
import { type EventKind, newEvent } from '../../src/model/event.ts';
import { pasid, requesterIdOfName } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';

const NAME = 'intel-cache-tag';

export const intelCacheTag: Dialect = {
  name: NAME,
  description: 'Intel VT-d attach and detach of a PASID (trace events cache_tag_*)',
  source: 'drivers/iommu/intel/trace.h, cache.c (Linux 7.3), since 6.11',
  samples: [
    { line: 'cache_tag_assign: dmar0/0000:01:00.0 type devtlb did 1 pasid 1 ref 1', gives: 'pasid-bound' },
    { line: 'cache_tag_unassign: dmar0/0000:01:00.0 type 0x1 did 1 pasid 2 ref 1', gives: 'pasid-unbound' },
    { line: 'cache_tag_assign: dmar0/0000:01:00.0 type devtlb did 3 pasid 0 ref 1', gives: 'device-attached' },
    { line: 'cache_tag_unassign: dmar0/0000:01:00.0 type devtlb did 3 pasid 0 ref 1', gives: 'device-detached' },
    { line: 'cache_tag_assign: dmar0/dmar0 type iotlb did 1 pasid 1 ref 1', gives: 'silent' },
    { line: 'cache_tag_flush_all: dmar0/dmar0 type 0x0 did 9 pasid 0 ref 1', gives: 'silent' },
    {
      line: 'cache_tag_unassign: iommu=dmar0 dev=0000:01:00.0 type=0x1 (1) domain_id=0x1 (1) pasid=0x2 (2) users=0x1 (1)',
      gives: 'pasid-unbound',
    },
  ],
  needles: ['cache_tag_'],
  eventNames: [
    'cache_tag_assign',
    'cache_tag_unassign',
    'cache_tag_flush_all',
    'cache_tag_flush_range',
    'cache_tag_flush_range_np',
  ],
  kind: 'trace',
  isSilent: (name) => name.startsWith('cache_tag_flush_'),
  parse,
};

/** Unit, device, type, PASID. */
const TEXT = /^([^\s/]+)\/(\S+) type (\S+) did \d+ pasid (\d+) ref \d+\s*$/;
const FIELDS = /^iommu=(\S+) dev=(\S+) type=(\S+) (?:\(\d+\) )?domain_id=\S+ (?:\(\d+\) )?pasid=(\S+)/;

function parse(line: string, framed: FramedLine): DialectResult {
  if (framed.eventName !== 'cache_tag_assign' && framed.eventName !== 'cache_tag_unassign') return SILENT;
  const payload = line.slice(skipBlanks(line, framed.payload), framed.end);
  const match = TEXT.exec(payload) ?? FIELDS.exec(payload);
  if (match === null) return undefined;
  const [, iommu = '', device = '', type = '', pasidText = ''] = match;
  if (type !== 'devtlb' && Number(type) !== DEVTLB) return SILENT;
  const pasidValue = Number(pasidText);
  if (!Number.isInteger(pasidValue)) return undefined;

  const event = newEvent(kindOf(framed.eventName === 'cache_tag_assign', pasidValue !== 0), NAME, 'none');
  event.probe = framed.eventName;
  event.iommu = iommu;
  event.device = device;
  event.requester = requesterIdOfName(device);
  if (pasidValue !== 0) event.pasid = pasid(pasidValue);
  return event;
}

/** enum cache_tag_type: IOTLB 0, DEVTLB 1, NESTING_IOTLB 2, NESTING_DEVTLB 3 (its own DEVTLB tag stands beside it). */
const DEVTLB = 1;

function kindOf(isAssign: boolean, hasPasid: boolean): EventKind {
  if (hasPasid) return isAssign ? 'pasid-bound' : 'pasid-unbound';
  return isAssign ? 'device-attached' : 'device-detached';
}
