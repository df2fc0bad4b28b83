/*
 * Faults of the Exynos System MMU: drivers/iommu/exynos-iommu.c, show_fault_information (Linux 7.3). A panic follows.
 *
 *     exynos-sysmmu 14860000.sysmmu: 14830000.decon: [READ] PAGE FAULT occurred at 0x6715b3e0
 *
 * Until 6.1 the access is not printed in brackets but, for some faults, part of the name (AR, AW). Until 4.12 the page
 * table's address stands in the same line, and until 4.3 nothing in front:
 *
 *     PAGE FAULT occurred at 0x20000000 by 14640000.sysmmu(Page table base: 0x6d2c0000)
 */
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, NOT_CUT, newFault, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'exynos';

export const exynos: Dialect = {
  name: NAME,
  description: 'Exynos System MMU faults (dmesg)',
  source: 'drivers/iommu/exynos-iommu.c (Linux 7.3), since 4.15 at least',
  samples: [
    {
      line: 'exynos-sysmmu 14860000.sysmmu: 14830000.decon: [READ] PAGE FAULT occurred at 0x6715b3e0',
      gives: 'fault',
    },
    { line: 'exynos-sysmmu 13620000.sysmmu: 13620000.mixer: PAGE FAULT occurred at 0x20001000', gives: 'fault' },
    {
      line: 'PAGE FAULT occurred at 0x20000000 by 14640000.sysmmu(Page table base: 0x6d2c0000)',
      gives: 'fault',
    },
    {
      line: 'exynos-sysmmu 14640000.sysmmu: AW MULTI-HIT FAULT occurred at 0x20000000 (page table base: 0x6d2c0000)',
      gives: 'fault',
    },
    { line: 'exynos-sysmmu 14860000.sysmmu: Page table base: 0x0000000044a14000', gives: 'silent' },
    { line: 'exynos-sysmmu 14860000.sysmmu: \tLv1 entry: 0x4205001', gives: 'silent' },
  ],
  needles: ['sysmmu', ' FAULT occurred at '],
  kind: 'log',
  parse,
};

const FAULT = new RegExp(
  [
    `(?:${IOMMU_PREFIX}(?:(?<master>\\S+): )?|^|\\s)(?:\\[(?<access>\\w+)\\] )?(?<name>[A-Z][A-Z0-9 /_-]*?) FAULT occurred at `,
    `0x(?<address>[0-9a-f]+)${NOT_CUT}(?: by (?<unit>[^\\s(]+))?`,
  ].join(''),
);
const TABLE = /sysmmu: \s*(?:Page table base:|Lv[12] entry:)/;

function parse(line: string, framed: FramedLine): DialectResult {
  if (line.indexOf(' FAULT occurred at ', framed.payload) < 0) {
    return line.indexOf('sysmmu: ', framed.payload) >= 0 && TABLE.test(line.slice(framed.payload)) ? SILENT : undefined;
  }
  const fields = FAULT.exec(payloadOf(line, framed.payload, framed.end))?.groups;
  if (fields === undefined) return undefined;
  const { name = '' } = fields;
  const event = newFault(NAME, 'exynos_sysmmu_irq', fields.iommu ?? fields.unit);
  event.device = fields.master;
  event.addressDigits = fields.address;
  const access = fields.access ?? /\b(?:READ|WRITE)\b|^A[RW]\b/.exec(name)?.[0];
  if (access === 'READ' || access === 'AR') event.access = 'r';
  if (access === 'WRITE' || access === 'AW') event.access = 'w';
  event.reason = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-fault`;
  event.vendorReason = `${name} FAULT`;
  return event;
}
