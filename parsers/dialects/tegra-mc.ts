/*
 * Errors of Tegra's memory controller, which are its SMMU's faults too: drivers/memory/tegra/mc.c,
 * tegra30_mc_handle_irq (Linux 7.3). Rate limited.
 *
 *     tegra-mc 70019000.memory-controller: hdar: read @0x0000000000000000: EMEM address decode error (EMEM decode error)
 *
 * The log names the memory client, not a device; an SMMU fault is `Page fault`, often only `SMMU translation error`.
 * NVIDIA's own kernels (arch/arm/mach-tegra/mcerr.c, drivers/platform/tegra/mc/mcerr.c, L4T 3.10 to 5.10) print three lines:
 *
 *     mc-err: [mcerr] (hda) csr_hdar: EMEM address decode error
 *     mc-err: [mcerr] status = 0x20000015; addr = 0x00000000
 *     mc-err: [mcerr] secure: no, access-type: read, SMMU fault: none
 */
import type { TraceEvent } from '../../src/model/event.ts';
import { type Dialect, type DialectResult, type FramedLine, SILENT } from '../../src/model/parser.ts';
import { IOMMU_PREFIX, newFault, newIommuError, payloadOf } from '../decode/log-prefix.ts';
import { nextLine } from '../decode/next-line.ts';

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
    { line: 'mc-err: [mcerr] (20) csw_xusb_hostw: EMEM decode error on PDE or PTE entry', gives: 'fault' },
    { line: 'mc-err: (255) csr_nvl7r: EMEM address decode error', gives: 'fault' },
    { line: 'mc-err: [mcerr]   status = 0x6001004b; addr = 0x80180000', gives: 'continuation' },
    {
      line: 'mc-err: [mcerr]   secure: no, access-type: write, SMMU fault: nr-nw-s',
      gives: 'continuation',
    },
    { line: 'mc-err:   status = 0x0ff740e3; addr = 0xffffffff00; hi_adr_reg=0x0', gives: 'continuation' },
    { line: 'mc-err: Too many MC errors; throttling prints', gives: 'silent' },
    { line: 'mc-err: vpr base=0:d7600000, size=2a0, ctrl=1, override:(e01a8341, fcee10c1, 1, 0)', gives: 'silent' },
    {
      line: 'MC_SMMU_ERR (0x6001004B): 80180000 display0a (non-secure read SMMU: nr-nw-s)',
      gives: 'fault',
    },
  ],
  needles: [
    'tegra-mc',
    'tegra_mc',
    'mc-err: ',
    '[mcerr] ',
    'MC_DECERR',
    'MC_SECURITY_ERR',
    'MC_SMMU_ERR',
    'MC_GART_ERR',
  ],
  kind: 'log',
  parse,
};

const ERROR = new RegExp(
  [
    `(?:${IOMMU_PREFIX}|tegra[-_]mc: )(?<client>\\S+): (?:(?:non-)?secure )?(?:(?<direction>read|write)|(?=@))`,
    '(?: ?@0x(?<address>[0-9a-f]+):?(?: (?<error>[^(]+?)(?: \\((?<detail>.*)\\))?)?)?$',
  ].join(''),
);

function parse(line: string, framed: FramedLine): DialectResult {
  const { payload } = framed;
  const isMainline = line.indexOf('tegra-mc', payload) >= 0 || line.indexOf('tegra_mc', payload) >= 0;
  if (isMainline) return parseError(payloadOf(line, payload, framed.end));
  const isVendor = VENDOR_MARKS.some((mark) => line.indexOf(mark, payload) >= 0);
  return isVendor ? parseVendor(payloadOf(line, payload, framed.end)) : undefined;
}

function parseError(payload: string): TraceEvent | undefined {
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
  if (event.kind === 'fault' && error !== '') setReason(event, error, text);
  return event;
}

function setReason(event: TraceEvent, error: string, text: string): void {
  event.reason = error.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  event.vendorReason = text;
}

const VENDOR_MARKS = ['mc-err: ', '[mcerr] ', 'MC_DECERR', 'MC_SECURITY_ERR', 'MC_SMMU_ERR', 'MC_GART_ERR'];
/** Text. */
const VENDOR = /(?:^|[\s`'"])(?:mc-err: *(?:\[mcerr\] *)?|\[mcerr\] *)(\S[^`]*)/;
/** Client, error. The number or the name of the client's group stands in front. */
const VENDOR_ERROR =
  /^(?:\([\w-]+\) )?([a-z]\w*): ([A-Za-z][\w ,-]*?\b(?:error(?: on PDE or PTE entry)?|violations?|requirements|region|fault))\b/;
/** Address, of which the older chips tell a range. */
const VENDOR_ADDRESS = /^status = 0x[0-9a-f]+; (?:hi_adr_reg=\S+ )?addr = \[?0x([0-9a-f]+)/;
const VENDOR_ACCESS = /^secure: \w+, access-type: (read|write)\b/;
const VENDOR_REST = /^(?:Too many MC errors|mcerr: unknown intr|vpr base=|MC fault - no status)/;
/** Address, client, access: Tegra 2 and 3 until 3.4. */
const OLD_ERROR =
  /\b(MC_(?:DECERR|SECURITY_ERR|SMMU_ERR|GART_ERR))(?: \(0x[0-9A-F]+\))?: (?:0x)?([0-9a-f]{8}) (\w+) \(([^)]*)\)/;

/** The first line is a record of its own, since the others may be missing. */
function parseVendor(payload: string): DialectResult {
  const text = VENDOR.exec(payload)?.[1]?.trimEnd();
  if (text === undefined) return parseOld(payload);
  const address = VENDOR_ADDRESS.exec(text)?.[1];
  if (address !== undefined) return nextLine(NAME, 'open', (event) => (event.addressDigits = address), isFault);
  const access = VENDOR_ACCESS.exec(text)?.[1];
  if (access !== undefined)
    return nextLine(NAME, 'complete', (event) => (event.access = access === 'read' ? 'r' : 'w'), isFault);
  if (VENDOR_REST.test(text)) return SILENT;
  const error = VENDOR_ERROR.exec(text);
  return error === null ? parseOld(payload) : vendorFault(error[1] ?? '', error[2] ?? '', true);
}

function parseOld(payload: string): DialectResult {
  const match = OLD_ERROR.exec(payload);
  if (match === null) return undefined;
  const [, error = '', address, client = '', detail = ''] = match;
  const event = vendorFault(client, error, false);
  event.addressDigits = address;
  if (/\b(?:read|write)\b/.test(detail)) event.access = /\bread\b/.test(detail) ? 'r' : 'w';
  event.vendorReason = `${error} (${detail})`;
  return event;
}

function vendorFault(client: string, error: string, isFragment: boolean): TraceEvent {
  const event = newFault(NAME, 'tegra_mc_error_thread', undefined);
  event.device = client;
  setReason(event, error, error);
  event.isFragment = isFragment;
  return event;
}

function isFault({ kind }: TraceEvent): boolean {
  return kind === 'fault';
}
