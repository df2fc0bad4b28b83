import type { LogLine } from '../log-line.ts';
import type { DeviceRequest, LabDevice } from './device.ts';

export interface Task {
  readonly task: string;
  readonly pid: number;
  readonly cpu: number;
}

/** Linux before `struct iopf_group`, the stable kernel that has one, and the newest. */
export type Kernel = '6.1' | '6.12' | '7.2';

/** Writes the lines of the host: tracepoints, kprobes, and its kernel log. */
export class LabTrace {
  readonly lines: LogLine[] = [];
  readonly dmesg: LogLine[] = [];
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  probe(who: Task, at: number, event: string, text: string): LogLine {
    return this.#add({ ...who, lane: 'host', at, event, text, isProbe: true });
  }

  log(at: number, text: string): void {
    this.dmesg.push({ lane: 'dmesg', task: '', pid: 0, cpu: 0, at, event: 'dmesg', text, isProbe: false });
  }

  report(who: Task, at: number, request: DeviceRequest, sequence: number): LogLine {
    const { device, pasid, prgi, address, access, isLast, privateData } = request;
    const letters = [...'rwxp'].map((letter) => (access.includes(letter) ? letter : '-')).join('');
    const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
    const data = privateData === undefined ? '' : ` private=${hex(privateWord(request))}/${hex(privateData)}`;
    const text = `dmar0/${device.name} seq# ${sequence}: rid=${hex(device.rid)} addr=${hex(address >> 12n)} ${letters}${isLast ? 'l' : '-'} pasid=${hex(pasid ?? 0)} index=${hex(prgi)}${data}`;
    return this.#add({ ...who, lane: 'host', at, event: 'prq_report', text, isProbe: false });
  }

  descriptor(who: Task, at: number, type: string, low: bigint, high: bigint, more: readonly bigint[] = []): LogLine {
    const words = [low, high, more[0] ?? 0n, more[1] ?? 0n].map((word) => `0x${word.toString(16)}`).join(' ');
    return this.#add({ ...who, lane: 'host', at, event: 'qi_submit', text: `${type} dmar0: ${words}`, isProbe: false });
  }

  /** `page_grp_resp`, whose code may be too wide for its field. */
  response(who: Task, at: number, answer: Answer): LogLine {
    const { device, pasid, prgi, code, isLast, privateData } = answer;
    let low = (BigInt(device.rid) << 16n) | (BigInt(code) << 12n) | 9n;
    if (pasid !== undefined) low |= (BigInt(pasid) << 32n) | 0x10n;
    if (privateData !== undefined) low |= 0x20n;
    const high = (BigInt(prgi) << 3n) | (this.#kernel !== '7.2' && isLast ? 4n : 0n);
    return this.descriptor(who, at, 'page_grp_resp', low, high, privateData ?? []);
  }

  #add(line: LogLine): LogLine {
    this.lines.push(line);
    return line;
  }
}

export interface Answer {
  readonly device: LabDevice;
  readonly pasid: number | undefined;
  readonly prgi: number;
  readonly code: number;
  readonly isLast: boolean;
  readonly privateData: readonly bigint[] | undefined;
}

export function privateWord(request: DeviceRequest): bigint {
  return 0xfeed000000000000n | (request.address >> 12n);
}

/** First two words of a page request descriptor, as the kernel log prints them (log-formats A.2.3). */
export function descriptorWords(request: DeviceRequest): string {
  const { device, pasid, prgi, address, access, isLast, privateData } = request;
  let low = 1n | (BigInt(device.rid) << 16n);
  if (pasid !== undefined) low |= 0x100n | (BigInt(pasid) << 32n);
  if (privateData !== undefined) low |= 0x200n;
  if (access.includes('x')) low |= 1n << 52n;
  if (access.includes('p')) low |= 1n << 53n;
  let high = (address & ~0xfffn) | (BigInt(prgi) << 3n);
  if (access.includes('r')) high |= 1n;
  if (access.includes('w')) high |= 2n;
  if (isLast) high |= 4n;
  const hex = (word: bigint): string => word.toString(16).padStart(8, '0');
  return `${hex(low)} ${hex(high)}`;
}
