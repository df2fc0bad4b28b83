import { Random } from './random.ts';
import { troubledCapture, WORST_SEED } from './troubled-capture.ts';

const REQUEST =
  /^(.*? )([\d.]+): prq_report: .* addr=0x([0-9a-f]+) \S{4}([l-]) pasid=0x([0-9a-f]+) index=0x([0-9a-f]+)(?: |$)/;
const RESPONSE = /^(.*? )([\d.]+): qi_submit: page_grp_resp dmar0: 0x([0-9a-f]+) 0x([0-9a-f]+) /;

const CALM_SEEDS = 40;

/**
 * A troubled capture with a probe of the core, and one of the driver, in front of its messages. With a higher seed more of them
 * are missing, late, of another task or of another key.
 */
export function probedCapture(seed: number, count?: number): string {
  const random = new Random(seed + 1000);
  const trouble = Math.min(1, seed / WORST_SEED);
  const isOdd = (share: number): boolean => random.next() < share * trouble;
  // Of worse captures little is left that goes as it should, and that is what waits for the wire without an event.
  const lines = troubledCapture(seed % CALM_SEEDS, count).split('\n');
  const hasOperations = seed % 3 < 2;
  const hasSubmissions = seed % 5 < 4;
  return lines.flatMap((line) => probesOf(line, isOdd, hasSubmissions, hasOperations)).join('\n');
}

function probesOf(
  line: string,
  isOdd: (share: number) => boolean,
  hasSubmissions: boolean,
  hasOperations: boolean,
): readonly string[] {
  const oddly = (probe: string): string[] => {
    if (isOdd(0.1)) return [];
    let odd = probe;
    if (isOdd(0.1)) odd = odd.replace(/pasid=\d/, 'pasid=2');
    if (isOdd(0.1)) odd = odd.replace(/grpid=\d+/, 'grpid=3');
    if (isOdd(0.1)) odd = odd.replace(/u8:0-3\d/, 'u8:0-31');
    if (isOdd(0.03)) odd = odd.replace('+0x4/', '.isra.0+0x4/');
    return isOdd(0.04) ? [odd, odd] : [odd];
  };
  const request = REQUEST.exec(line);
  if (request !== null) {
    const [, head = '', time = '', page = '', last = '', pasid = '', prgi = ''] = request;
    const key = `pasid=${Number.parseInt(pasid, 16)} grpid=${Number.parseInt(prgi, 16)}`;
    const report = `${head}${time}: report_fault: (iommu_report_device_fault+0x4/0x5f0) ${key} flags=0x${last === 'l' ? 3 : 1} perm=0x3 addr=0x${page}000`;
    const result = `${head}${time}: report_fault_ret: (prq_event_thread+0x1cf/0x410 <- iommu_report_device_fault) ret=0`;
    return isOdd(0.03) ? [line, ...oddly(report)] : [...oddly(report), line, result];
  }
  const response = RESPONSE.exec(line);
  if (response === null) return [line];
  const [, head = '', time = '', low = '', high = ''] = response;
  const word = BigInt(`0x${low}`);
  const key = `pasid=${Number((word >> 32n) & 0xfffffn)} grpid=${(Number.parseInt(high, 16) >> 3) & 511}`;
  const code = Number((word >> 12n) & 0xfn);
  const submission = `${head}${time}: group_response: (iopf_group_response+0x4/0xc0) ${key} status=${code} count=1`;
  const operation = `${head}${time}: page_response: (intel_iommu_page_response+0x4/0x1c0) ${key} code=${code}`;
  const above = [...(hasSubmissions ? oddly(submission) : []), ...(hasOperations ? oddly(operation) : [])];
  // Of a PASID that is detached, the host answers by itself.
  const pasid = Number((word >> 32n) & 0xfffffn);
  const detach = `${head}${time}: detach: (iommu_detach_device_pasid+0x4/0xe0) pasid=${pasid}`;
  const invalidated = `${head}${time}: qi_submit: p_dev_tlb_inv dmar0: 0x100000${pasid}010${(word >> 16n) & 7n}0008 0x7ffffffffffff800 0x0 0x0`;
  const automatic = `${head}${time}: auto: (iommufd_auto_response_faults+0x4/0x230)`;
  const before = isOdd(0.05) ? [detach, invalidated, automatic] : [];
  return isOdd(0.2) ? [...before, ...above] : [...before, ...above, line];
}
