import { type Analysed, analyseTexts } from '../truth/analyse-text.ts';

/** Lines of small captures, as `cat trace` prints them; times in seconds. */

interface Key {
  readonly pasid?: number;
  readonly prgi?: number;
  /** Bus of the function; its IOMMU is always dmar0. */
  readonly bus?: number;
}

interface RequestOptions extends Key {
  readonly last?: boolean;
  readonly sequence?: number;
  readonly page?: number;
}

interface AnswerOptions extends Key {
  readonly code?: number;
  readonly by?: string;
}

export const REPORTER = 'irq/24-dmar0-pr-52';
export const HANDLER = 'prilab-run-329';

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

export function entry(task: string, time: number, text: string, cpu = 0): string {
  return `${task.padStart(20)}     [00${cpu}] ..... ${time.toFixed(6).padStart(12)}: ${text}`;
}

export function request(
  time: number,
  { pasid = 1, prgi = 1, bus = 1, last = true, sequence = 0, page = 0x100 }: RequestOptions = {},
): string {
  const text = `dmar0/0000:0${bus}:00.0 seq# ${sequence}: rid=${hex(bus << 8)} addr=${hex(page)} rw--${last ? 'l' : '-'} pasid=${hex(pasid)} index=${hex(prgi)}`;
  return entry(REPORTER, time, `prq_report: ${text}`);
}

export function answer(
  time: number,
  { pasid = 1, prgi = 1, bus = 1, code = 0, by = HANDLER }: AnswerOptions = {},
): string {
  const low = (BigInt(pasid) << 32n) | (BigInt(bus) << 24n) | BigInt(code << 12) | 0x19n;
  return entry(by, time, `qi_submit: page_grp_resp dmar0: ${hex(low)} ${hex(prgi << 3)} 0x0 0x0`);
}

export function drain(time: number, { pasid = 1, bus = 1 }: Key = {}, by = HANDLER): string {
  const p = BigInt(pasid) << 32n;
  const source = p | (BigInt(bus) << 24n) | 8n;
  return [
    entry(by, time, 'qi_submit: inv_wait dmar0: 0x200000045 0x0 0x0 0x0'),
    entry(by, time, `qi_submit: p_iotlb_inv dmar0: ${hex(p | 0x70026n)} 0x0 0x0 0x0`),
    entry(by, time, `qi_submit: p_dev_tlb_inv dmar0: ${hex(source)} 0x7ffffffffffff800 0x0 0x0`),
  ].join('\n');
}

export function probe(time: number, name: string, text: string, by = HANDLER): string {
  return entry(by, time, `${name}: ${text}`);
}

/** The kprobe above the wire that gives the true time of a request. */
export function reported(time: number, { pasid = 1, prgi = 1, last = true }: RequestOptions = {}): string {
  const text = `(iommu_report_device_fault+0x4/0x5f0) pasid=${pasid} grpid=${prgi} flags=0x${last ? 7 : 5} perm=0x3 addr=0x100000`;
  return probe(time, 'report_fault', text, REPORTER);
}

/** A handler's answer at the core. */
export function submitted(time: number, { pasid = 1, prgi = 1, code = 0, by = HANDLER }: AnswerOptions = {}): string {
  return probe(
    time,
    'group_response',
    `(iopf_group_response+0x4/0xc0) pasid=${pasid} grpid=${prgi} status=${code} count=1`,
    by,
  );
}

export function attached(time: number, pasid = 1, by = HANDLER): string {
  return probe(time, 'attach_pasid', `(iommu_attach_device_pasid+0x4/0x210) pasid=${pasid}`, by);
}

/** With numbers in `seq#` that leave no gap, from `first` on. */
export function trace(lines: readonly string[], first = 7): string {
  let next = first;
  const numbered = lines.join('\n').replace(/seq# \d+/g, () => {
    next += 1;
    return `seq# ${next - 1}`;
  });
  const entries = numbered.split('\n').length;
  return `# tracer: nop\n#\n# entries-in-buffer/entries-written: ${entries}/${entries}   #P:2\n#\n${numbered}\n`;
}

export function analyseLines(lines: readonly string[], ...more: readonly string[]): Promise<Analysed> {
  return analyseTexts([trace(lines), ...more]);
}

/** `FL102 certain 1/3`, `FL103 certain 1/3 warning`: what is not a note, in the order of the report. */
export async function verdicts(lines: readonly string[], ...more: readonly string[]): Promise<string[]> {
  const { findings } = await analyseLines(lines, ...more);
  return findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ id, certainty, severity, pasid, prgi }) =>
      [id, certainty, `${pasid ?? '-'}/${prgi ?? '-'}`, ...(severity === 'error' ? [] : [severity])].join(' '),
    );
}

export async function notes(lines: readonly string[], ...more: readonly string[]): Promise<string[]> {
  const { findings } = await analyseLines(lines, ...more);
  return findings
    .filter(({ severity }) => severity === 'note')
    .map(({ id, certainty, pasid, prgi }) => `${id} ${certainty} ${pasid ?? '-'}/${prgi ?? '-'}`);
}
