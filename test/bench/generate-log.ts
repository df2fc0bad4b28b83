import { closeSync, openSync, writeSync } from 'node:fs';
import { CaptureGenerator, HEADER } from './generate.ts';

const WRITE_BYTES = 1 << 20;

/** Writes what `next` gives until about `bytes` bytes are written. Gives the number of lines. */
function writeLines(path: string, bytes: number, head: string, next: () => string): number {
  const file = openSync(path, 'w');
  let text = head;
  let lines = head.split('\n').length - 1;
  for (let written = text.length; written < bytes; ) {
    const part = next();
    text += part;
    written += part.length;
    for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) lines += 1;
    if (text.length < WRITE_BYTES) continue;
    writeSync(file, text);
    text = '';
  }
  writeSync(file, text);
  closeSync(file);
  return lines;
}

/** The kernel log of a busy machine: about one line in fifty is a VT-d or AMD-Vi fault. */
export function generateDmesg(path: string, bytes: number, seed: number): number {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % limit;
  };
  let microseconds = 12_345_678;
  let page = 0x7f22_1000;
  return writeLines(path, bytes, '', () => {
    microseconds += 1 + below(40_000);
    const stamp = `[${String(Math.floor(microseconds / 1e6)).padStart(5)}.${String(microseconds % 1e6).padStart(6, '0')}] `;
    const choice = below(50);
    if (choice === 0) {
      page += 0x1000 * (1 + below(9));
      const device = `0${1 + below(3)}:00.${below(2)}`;
      if (below(4) === 0) {
        return `${stamp}nvme 0000:${device}: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000f address=0x${page.toString(16)} flags=0x0020]\n`;
      }
      return `${stamp}DMAR: DRHD: handling fault status reg 2\n${stamp}DMAR: [DMA Read NO_PASID] Request device [${device}] fault addr 0x${page.toString(16)} [fault reason 0x06] PTE Read access is not set\n`;
    }
    const line = OTHER_LINES[choice % OTHER_LINES.length] ?? '';
    return `${stamp}${line.replace('%', String(below(90_000)))}\n`;
  });
}

const OTHER_LINES = [
  'systemd[1]: Started Session % of user operator.',
  'EXT4-fs (dm-%): mounted filesystem with ordered data mode. Quota mode: none.',
  'usb 1-4: new high-speed USB device number % using xhci_hcd',
  'IPv6: ADDRCONF(NETDEV_CHANGE): veth%: link becomes ready',
  'docker0: port %(vethd01) entered forwarding state',
  'audit: type=1400 audit(1700000000.%:33): apparmor="ALLOWED" operation="open" profile="sssd" pid=1812',
  'perf: interrupt took too long (% > 2500), lowering kernel.perf_event_max_sample_rate',
  'nvme nvme0: %/0/0 default/read/poll queues',
  'TCP: request_sock_TCP: Possible SYN flooding on port %. Sending cookies.',
] as const;

/** The dense capture with the probes that a recording on every hop has: one of the core in front of each message. */
export function generateProbed(path: string, bytes: number, seed: number): number {
  const capture = new CaptureGenerator('dense', seed);
  return writeLines(path, bytes, HEADER, () => withProbes(capture.nextLine()));
}

const REQUEST =
  /^(.*? )([\d.]+): prq_report: .* addr=0x([0-9a-f]+) \S{4}([l-]) pasid=0x([0-9a-f]+) index=0x([0-9a-f]+)$/m;
const RESPONSE = /^(.*? )([\d.]+): qi_submit: page_grp_resp \S+ 0x([0-9a-f]+) 0x([0-9a-f]+)/m;

/** A probe in front of each message, at the message's own time. */
function withProbes(line: string): string {
  const request = REQUEST.exec(line);
  if (request !== null) {
    const [, head = '', time = '', page = '', last = '', pasid = '', prgi = ''] = request;
    const flags = last === 'l' ? 3 : 1;
    const number = (digits: string): number => Number.parseInt(digits, 16);
    return `${head}${time}: report_fault: (iommu_report_device_fault+0x4/0x5f0) pasid=${number(pasid)} grpid=${number(prgi)} flags=0x${flags} perm=0x3 addr=0x${page}000\n${line}`;
  }
  const response = RESPONSE.exec(line);
  if (response === null) return line;
  const [, head = '', time = '', low = '', high = ''] = response;
  const word = BigInt(`0x${low}`);
  const pasid = Number((word >> 32n) & 0xfffffn);
  const code = Number((word >> 12n) & 0xfn);
  const prgi = (Number.parseInt(high, 16) >> 3) & 511;
  return `${head}${time}: group_response: (iopf_group_response+0x4/0xc0) pasid=${pasid} grpid=${prgi} status=${code} count=1\n${line}`;
}
