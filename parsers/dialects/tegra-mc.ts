/*
 * Errors of Tegra's memory controller, which are its SMMU's faults too: drivers/memory/tegra/mc.c,
 * tegra30_mc_handle_irq (Linux 7.3). Rate limited.
 *
 *     tegra-mc 70019000.memory-controller: hdar: read @0x0000000000000000: EMEM address decode error (EMEM decode error)
 *
 * The log names the memory client, not a device; an SMMU fault is `Page fault`, often only `SMMU translation error`.
 */
import type { TraceEvent } from '../../src/model/event.ts';
import type { Dialect, FramedLine } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, newIommuError, payloadOf } from '../decode/log-prefix.ts';

const NAME = 'tegra-mc';

export const tegraMc: Dialect = {
  name: NAME,
  description: 'Tegra memory controller errors and SMMU faults (dmesg)',
  source: 'drivers/memory/tegra/mc.c (Linux 7.3), since 3.18',
  samples: [
    {
      line: 'tegra-mc 70019000.memory-controller: hdar: read @0x0000000000000000: EMEM address decode error (EMEM decode error)',
      gives: 'fault',
    },
    {
      line: 'tegra-mc 7000f000.memory-controller: dispdca: secure write @0x80001000: Page fault (SMMU translation error [RW-])',
      gives: 'fault',
    },
    {
      line: 'tegra-mc 8108020000.memory-controller: ptcr: @0x0000000000000000: Read response with poison bit error status:0',
      gives: 'iommu-error',
    },
  ],
  needles: ['tegra-mc', 'tegra_mc'],
  kind: 'log',
  parse,
};

const ERROR = new RegExp(
  [
    `(?:${IOMMU_PREFIX}|tegra[-_]mc: )(?<client>\\S+): (?:(?:non-)?secure )?(?:(?<direction>read|write)|(?=@))`,
    '(?: ?@0x(?<address>[0-9a-f]+):?(?: (?<error>[^(]+?)(?: \\((?<detail>.*)\\))?)?)?$',
  ].join(''),
);

function parse(line: string, framed: FramedLine): TraceEvent | undefined {
  const isCandidate = line.indexOf('tegra-mc', framed.payload) >= 0 || line.indexOf('tegra_mc', framed.payload) >= 0;
  if (!isCandidate) return undefined;
  const payload = payloadOf(line, framed.payload, framed.end);
  const fields = ERROR.exec(payload)?.groups;
  if (fields === undefined) return undefined;
  const { error = '' } = fields;
  const text = `${error}${fields.detail === undefined ? '' : ` (${fields.detail})`}`;
  const event = /poison/i.test(text)
    ? newIommuError(NAME, fields.iommu, 'poison-response', text)
    : newFault(NAME, 'tegra30_mc_handle_irq', fields.iommu);
  event.device = fields.client;
  event.addressDigits = fields.address;
  if (fields.direction !== undefined) event.access = fields.direction === 'read' ? 'r' : 'w';
  if (event.kind === 'fault' && error !== '') {
    event.reason = error.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    event.vendorReason = text;
  }
  return event;
}
