/*
 * The GPU driver's report of an SMMU fault: drivers/gpu/drm/msm/msm_iommu.c, msm_fault_handler, and
 * adreno/adreno_gpu.c, adreno_fault_handler (Linux 7.3).
 *
 *     msm 901000.mdss: *** fault: iova=00001000, flags=0
 *     *** gpu fault: ttbr0=0000000102a46000 iova=0000000001000000 dir=READ type=TRANSLATION source=CP (0,0,0,1)
 *
 * The SMMU driver is silent about a fault that this handler took. Which process it was, `ttbr0` tells only to the driver.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { newFault, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'adreno';

export const adreno: Dialect = {
  name: NAME,
  description: 'SMMU faults reported by the MSM and Adreno GPU drivers (dmesg)',
  source: 'drivers/gpu/drm/msm/msm_iommu.c, adreno/adreno_gpu.c (Linux 7.3), since 4.15 at least',
  samples: [
    {
      line: '*** gpu fault: ttbr0=0000000102a46000 iova=0000000001000000 dir=READ type=TRANSLATION source=CP (0,0,0,1)',
      gives: 'fault',
    },
    {
      line: '*** gpu fault: cb=1 ttbr0=000000011cf37000 cb0_ttbr0=0000000101a10000 cb1_ttbr0=000000011cf37000 iova=0000000001000000 dir=WRITE type=PERMISSION source=UCHE (0,0,0,1)',
      gives: 'fault',
    },
    { line: 'msm 901000.mdss: *** fault: iova=00001000, flags=0', gives: 'fault' },
    { line: '*** gpu fault: iova=01c00000, flags=1 (0,0,0,0)', gives: 'fault' },
  ],
  needles: [' fault: ttbr0=', 'fault: iova=', 'gpu fault: cb='],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(
  [
    '(?:(?:^|\\s)[^\\s:]+ (?<device>\\S+): )?\\*\\*\\* (?:gpu )?fault: (?:\\w+=[0-9a-f]+ )*iova= *(?:0x)?(?<address>[0-9a-f]+)',
    '(?:,? flags=(?<flags>\\d+)| dir=(?<direction>READ|WRITE) type=(?<type>\\S+) source=(?<source>[^(`]*?)(?: \\(|`|$))?',
  ].join(''),
);

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  if (line.indexOf('fault: ', framed.payload) < 0) return undefined;
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const event = newFault(NAME, 'msm_fault_handler', undefined);
  event.device = fields.device ?? fields.source;
  event.addressDigits = fields.address;
  event.reason = fields.type === undefined ? 'smmu-fault' : fields.type.toLowerCase();
  event.vendorReason = fields.type;
  if (fields.direction !== undefined) event.access = fields.direction === 'READ' ? 'r' : 'w';
  // IOMMU_FAULT_READ 0, IOMMU_FAULT_WRITE 1.
  if (fields.flags === '0' || fields.flags === '1') event.access = fields.flags === '0' ? 'r' : 'w';
  return event;
}
