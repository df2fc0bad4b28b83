import { Random } from './random.ts';

const below = (random: Random, limit: number): number => Math.floor(random.next() * limit);

/** From this seed on everything goes wrong as often as it can. */
export const WORST_SEED = 200;
const LINES = 250;

/**
 * An ftrace text of `count` lines or a few more, of requests and answers of two functions. The higher the seed, the more goes
 * wrong: what devices, handlers and recordings do, one after the other. Nothing does with seed 0.
 */
export function troubledCapture(seed: number, count = LINES): string {
  const random = new Random(seed);
  const trouble = Math.min(1, seed / WORST_SEED);
  const lines = ['# tracer: nop'];
  let micros = 1_000_000;
  let sequence = below(random, 2) * 17;
  const open: [number, number, number][] = [];
  const isOdd = (share: number): boolean => below(random, 10_000) < share * trouble * 10_000;
  while (lines.length < count) {
    micros += below(random, 9) + (isOdd(0.01) ? below(random, 60_000) : 0);
    const prgi = below(random, 12);
    const pasid = isOdd(0.2) ? 1 + below(random, 3) : 1 + (prgi % 3);
    const key: [number, number, number] = [below(random, 2), pasid, prgi];
    const [rid] = key;
    const busy = open.some((other) => other[0] === rid && other[2] === prgi);
    if (isOdd(0.06)) lines.push(oddLine(random, micros, key));
    else if (open.length > 0 && below(random, 5) < 2) {
      const [answered = key] = open.splice(below(random, open.length), 1);
      const code = isOdd(0.2) ? 1 + below(random, 2) : 0;
      const target: [number, number, number] = isOdd(0.1) ? key : answered;
      lines.push(responseLine(micros, ...target, code, isOdd(0.1) ? 53 : 30 + below(random, 3)));
      if (isOdd(0.1)) lines.push(lines.at(-1) ?? '');
    } else if (!busy || isOdd(0.2)) {
      const isLast = below(random, 4) > 0;
      lines.push(requestLine(micros, sequence, rid, pasid, prgi, isLast));
      sequence += isOdd(0.02) ? 2 + below(random, 4) : 1;
      if (seed > 0 && isOdd(0.01)) sequence = below(random, 3);
      if (isLast) open.push(key);
    }
  }
  for (const key of open) {
    micros += 3;
    if (!isOdd(0.3)) lines.push(responseLine(micros, ...key, 0, 30));
  }
  return `${lines.join('\n')}\n`;
}

export function requestLine(
  micros: number,
  sequence: number,
  rid: number,
  pasid: number,
  prgi: number,
  isLast: boolean,
): string {
  const text = `dmar0/0000:01:00.${rid} seq# ${sequence}: rid=0x10${rid} addr=0x${(micros % 4096).toString(16)} rw--${isLast ? 'l' : '-'} pasid=0x${pasid} index=0x${prgi.toString(16)}`;
  return ` irq/24-dmar0-pr-53      [000] ..... ${time(micros)}: prq_report: ${text}`;
}

export function responseLine(
  micros: number,
  rid: number,
  pasid: number,
  prgi: number,
  code: number,
  pid: number,
): string {
  const task = pid === 53 ? ' irq/24-dmar0-pr-53   ' : `     kworker/u8:0-${pid}   `;
  return `${task}   [00${pid & 3}] d..1. ${time(micros)}: qi_submit: page_grp_resp dmar0: 0x${pasid}010${rid}${code}019 0x${(prgi << 3).toString(16)} 0x0 0x0`;
}

function time(micros: number): string {
  return `${String(Math.floor(micros / 1e6)).padStart(5)}.${String(micros % 1e6).padStart(6, '0')}`;
}

/** Whatever else may stand in such a capture. */
function oddLine(random: Random, micros: number, [rid, pasid, prgi]: [number, number, number]): string {
  const task = `            bash-7${below(random, 2)}      [002] ..... `;
  const at = time(micros);
  const late = time(Math.max(0, micros - below(random, 3_000_000)));
  const stopMarker = ` irq/24-dmar0-pr-53      [000] ..... ${at}: prq_report: dmar0/0000:01:00.${rid} seq# 0: rid=0x10${rid} addr=0x0 ----l pasid=0x${pasid} index=0x${prgi.toString(16)}`;
  const odd = [
    `CPU:${below(random, 4)} [LOST ${1 + below(random, 9)} EVENTS]`,
    `${task}${at}: qi_submit: inv_wait dmar0: 0x200000045 0x0 0x0 0x0`,
    `${task}${at}: qi_submit: p_iotlb_inv dmar0: 0x${pasid}00010026 0x0 0x0 0x0`,
    [
      `${task}${at}: qi_submit: inv_wait dmar0: 0x200000045 0x0 0x0 0x0`,
      `${task}${at}: qi_submit: p_iotlb_inv dmar0: 0x${pasid}00010026 0x0 0x0 0x0`,
      `${task}${at}: qi_submit: p_dev_tlb_inv dmar0: 0x100000${pasid}010${rid}0008 0x7ffffffffffff800 0x0 0x0`,
    ].join('\n'),
    stopMarker,
    ` irq/24-dmar0-pr-53      [000] ..... ${at}: prq_report: dmar0/0000:01:00.${rid} seq# 0: rid=0x10${rid} addr=0x1 rw--l pasid=0x${pasid} index=0x${prgi.toString(16)} private=0x1/0x2`,
    responseLine(Math.max(0, micros - below(random, 3_000_000)), rid, pasid, prgi, 0, 31),
    responseLine(micros, rid, pasid, prgi, 1, 53),
    [stopMarker, responseLine(micros + 1, rid, pasid, prgi, 0, 30)].join('\n'),
    `${task}${late}: sched_waking: iommu`,
    `${task}${at}: iommu_detach_device_pasid: (iommu_detach_device_pasid+0x0/0x1) pasid=${pasid}`,
    `${task}${at}: iommu_attach_device_pasid: (iommu_attach_device_pasid+0x0/0x1) pasid=${pasid}`,
    `${task}${at}: console: DMAR: IOMMU: dmar0: PRQ overflow detected`,
    `${task}${at}: console: DMAR: [DMA Read NO_PASID] Request device [01:00.${rid}] fault addr 0x1000 [fault reason 0x06] PTE Read access is not set`,
    `${task}${at}: console: DMAR: DRHD: handling fault status reg 40`,
    `${task}${at}: console: DMAR: VT-d detected Invalidation Time-out Error: SID 100`,
    `${task}${at}: iopf_queue_remove_device: (iopf_queue_remove_device+0x0/0x1)`,
    `${task}${at}: iopf_group_response: (iopf_group_response+0x0/0x1) pasid=0x${pasid} grpid=0x${prgi.toString(16)} code=0x0`,
  ];
  return odd[below(random, odd.length)] ?? '';
}
