/*
 * Trace events of the generic system `iommu`: include/trace/events/iommu.h (Linux 4.15 to 7.3).
 *
 *     io_page_fault: IOMMU:nvme 0000:01:00.0 iova=0x00000000fffe1000 flags=0x0001
 *
 * io_page_fault is a fault that nobody handled; it has no PASID, no PRGI and no answer. Intel, SMMUv3, virtio,
 * RISC-V, s390 and apple-dart never emit it. Attach and detach are those of the device's own requests, without a PASID.
 */
import { skipBlanks } from '../../src/base/scan.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import { requesterIdOfName } from '../../src/model/ids.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';

const NAME = 'iommu-events';

export const iommuEvents: Dialect = {
  name: NAME,
  description: 'generic IOMMU trace events (io_page_fault, attach, detach)',
  source: 'include/trace/events/iommu.h (Linux 7.3), since 3.18',
  samples: [
    { line: 'io_page_fault: IOMMU:nvme 0000:01:00.0 iova=0x00000000fffe1000 flags=0x0001', gives: 'fault' },
    {
      line: 'io_page_fault: device=0000:00:05.0 driver=pci iova=0xfedcba9000 (1094624907264) flags=0x1 (1)',
      gives: 'fault',
    },
    { line: 'io_page_fault: device: "0000:00:05.0", driver: "pci", iova: 1094624907264, flags: 1', gives: 'fault' },
    { line: 'attach_device_to_domain: IOMMU: device=0000:01:00.0', gives: 'device-attached' },
    { line: 'detach_device_from_domain: IOMMU: device=0000:01:00.0', gives: 'device-detached' },
    { line: 'add_device_to_group: IOMMU: groupID=7 device=iommufd_mock0', gives: 'silent' },
    {
      line: 'map: IOMMU: iova=0x0000000000101000 - 0x0000000000103000 paddr=0x00000000017c2000 size=8192',
      gives: 'silent',
    },
    { line: 'unmap: IOMMU: iova=0x00000000fffe1000 size=4096 unmapped_size=4096', gives: 'silent' },
  ],
  needles: ['IOMMU:', 'io_page_fault', 'device_to_domain', 'device_from_domain'],
  eventNames: [
    'io_page_fault',
    'attach_device_to_domain',
    'detach_device_from_domain',
    'add_device_to_group',
    'remove_device_from_group',
    'map',
    'unmap',
  ],
  kind: 'trace',
  isSilent: (name, start) =>
    name === 'map' || name === 'unmap' ? start.startsWith('IOMMU: iova=0x') : name.endsWith('_group'),
  parse,
};

function parse(line: string, framed: FramedLine): DialectResult {
  const start = skipBlanks(line, framed.payload);
  switch (framed.eventName) {
    case 'io_page_fault':
      return parseFault(line.slice(start, framed.end));
    case 'attach_device_to_domain':
    case 'detach_device_from_domain':
      return parseAttach(line.slice(start, framed.end), framed.eventName);
    case 'add_device_to_group':
    case 'remove_device_from_group':
      return SILENT;
    default:
      // `map` and `unmap` are names that others use as well.
      return MAPPINGS.some((text) => line.startsWith(text, start)) ? SILENT : undefined;
  }
}

const MAPPINGS = ['IOMMU: iova=0x', 'iova=0x', 'iova: '];

/** Driver or bus, device, address, flags. */
const FAULT = /^IOMMU:(.*?) ?(\S+) iova=0x([0-9a-f]+) flags=0x([0-9a-f]+)/;
/** As `perf trace` prints them, without fields that are 0: device, address. */
const FAULT_ARGUMENTS = /^device: "([^"]+)"(?:, driver: "[^"]*")?(?:, iova: (\d+))?(?:, flags: (-?\d+))?$/;
const FAULT_FIELDS = /^device=(\S+) driver=(?:.*?) iova=0x([0-9a-f]+)(?: \(-?\d+\))? flags=(\S+)/;

function parseFault(payload: string): TraceEvent | undefined {
  const text = FAULT.exec(payload);
  if (text !== null) return fault(text[2] ?? '', text[3] ?? '', Number.parseInt(text[4] ?? '', 16));
  const fields = FAULT_FIELDS.exec(payload);
  if (fields !== null) return fault(fields[1] ?? '', fields[2] ?? '', Number(fields[3]));
  const named = FAULT_ARGUMENTS.exec(payload);
  if (named === null) return undefined;
  return fault(named[1] ?? '', BigInt(named[2] ?? 0).toString(16), Number(named[3] ?? 0));
}

/** Flags: IOMMU_FAULT_READ 0, IOMMU_FAULT_WRITE 1; vsi-iommu puts its status register there. */
function fault(device: string, digits: string, flags: number): TraceEvent {
  const event = newEvent('fault', NAME, 'wire');
  event.probe = 'io_page_fault';
  event.device = device;
  event.requester = requesterIdOfName(device);
  event.addressDigits = digits;
  if (flags === 0) event.access = 'r';
  if (flags === 1) event.access = 'w';
  event.reason = 'io-page-fault';
  return event;
}

const ATTACH = /^(?:IOMMU: )?device=(\S+)/;

function parseAttach(payload: string, eventName: string): TraceEvent | undefined {
  const device = ATTACH.exec(payload)?.[1];
  if (device === undefined) return undefined;
  const isAttach = eventName === 'attach_device_to_domain';
  const event = newEvent(isAttach ? 'device-attached' : 'device-detached', NAME, 'none');
  event.probe = eventName;
  event.device = device;
  event.requester = requesterIdOfName(device);
  return event;
}
