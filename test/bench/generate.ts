import { closeSync, openSync, writeSync } from 'node:fs';

/** `dense`: every line is a page request or a response. `sparse`: one line in a hundred is, among scheduler lines. */
export type CaptureKind = 'dense' | 'sparse';

export const HEADER = [
  '# tracer: nop',
  '#',
  '# entries-in-buffer/entries-written: 1/1   #P:8',
  '#',
  '#                                _-----=> irqs-off/BH-disabled',
  '#                               / _----=> need-resched',
  '#                              | / _---=> hardirq/softirq',
  '#                              || / _--=> preempt-depth',
  '#                              ||| / _-=> migrate-disable',
  '#                              |||| /     delay',
  '#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION',
  '#              | |         |   |||||     |         |',
  '',
].join('\n');

const CPUS = 8;
const PASIDS = 6;
/** Groups in flight at most; devices get a few dozen credits. */
const IN_FLIGHT = 32;
const FUNCTIONS = [0x100, 0x101] as const;
const WRITE_BYTES = 1 << 20;

/** Writes a healthy ftrace capture of about `bytes` bytes; the same for the same seed. Gives the number of lines. */
export function generateCapture(path: string, kind: CaptureKind, bytes: number, seed: number): number {
  const capture = new CaptureGenerator(kind, seed);
  const file = openSync(path, 'w');
  let text = HEADER;
  let lines = HEADER.split('\n').length - 1;
  for (let written = text.length; written < bytes; ) {
    const line = capture.nextLine();
    text += line;
    written += line.length;
    lines += 1;
    if (text.length >= WRITE_BYTES) {
      writeSync(file, text);
      text = '';
    }
  }
  for (const line of capture.remainingAnswers()) {
    text += line;
    lines += 1;
  }
  writeSync(file, text);
  closeSync(file);
  return lines;
}

interface Group {
  readonly rid: number;
  readonly pasid: number;
  readonly prgi: number;
  left: number;
}

export class CaptureGenerator {
  readonly #kind: CaptureKind;
  #state: number;
  #microseconds = 12_345_000_000;
  #sequence = 0;
  #nextPrgi = 0;
  #page = 0x7f22117c0;
  readonly #collecting: Group[] = [];
  readonly #pending: Group[] = [];

  constructor(kind: CaptureKind, seed: number) {
    this.#kind = kind;
    this.#state = seed;
  }

  nextLine(): string {
    this.#microseconds += this.#below(9);
    if (this.#kind === 'sparse' && this.#below(100) !== 0) return this.#schedulerLine();
    const isFull = this.#pending.length + this.#collecting.length >= IN_FLIGHT;
    if (this.#pending.length > 0 && (isFull || this.#below(5) < 2)) return this.#answer();
    return this.#request(isFull);
  }

  *remainingAnswers(): Generator<string> {
    while (this.#collecting.length > 0) yield this.#request(true);
    while (this.#pending.length > 0) yield this.#answer();
  }

  /** The next request of a group, often the only one; of a group that waits for more if `isFull`. */
  #request(isFull: boolean): string {
    let group = this.#collecting[this.#below(4)];
    if (group === undefined || (isFull && this.#collecting.length > 0)) group = this.#collecting[0];
    if (group === undefined || (!isFull && this.#below(4) > 0)) group = this.#newGroup();
    group.left -= 1;
    if (group.left === 0) {
      this.#collecting.splice(this.#collecting.indexOf(group), 1);
      this.#pending.push(group);
    }
    this.#page += 1 + this.#below(3);
    const { rid, pasid, prgi } = group;
    const access = this.#below(3) === 0 ? 'r-' : 'rw';
    const text =
      `dmar0/0000:01:00.${rid & 7} seq# ${this.#sequence}: rid=0x${rid.toString(16)} addr=0x${this.#page.toString(16)} ` +
      `${access}--${group.left === 0 ? 'l' : '-'} pasid=0x${pasid.toString(16)} index=0x${prgi.toString(16)}`;
    this.#sequence += 1;
    return this.#line(' irq/24-dmar0-pr-53   ', 0, '.....', `prq_report: ${text}`);
  }

  #newGroup(): Group {
    const rid = FUNCTIONS[this.#below(FUNCTIONS.length)] ?? 0x100;
    const group = {
      rid,
      pasid: 1 + this.#below(PASIDS),
      prgi: this.#nextPrgi,
      left: 1 + Math.max(0, this.#below(8) - 5),
    };
    this.#nextPrgi = (this.#nextPrgi + 1) & 511;
    this.#collecting.push(group);
    return group;
  }

  /** Groups are served out of order, as by the kernel's workqueue. */
  #answer(): string {
    const [group] = this.#pending.splice(this.#below(Math.min(4, this.#pending.length)), 1);
    if (group === undefined) return this.#schedulerLine();
    const code = this.#below(50) === 0 ? 1 : 0;
    const high = group.pasid.toString(16);
    const low = ((group.rid << 16) | (code << 12) | 0x19).toString(16).padStart(8, '0');
    const text = `page_grp_resp dmar0: 0x${high}${low} 0x${(group.prgi << 3).toString(16)} 0x0 0x0`;
    const worker = this.#below(4);
    return this.#line(`    kworker/u8:${worker}-${30 + worker}   `, this.#below(CPUS), 'd..1.', `qi_submit: ${text}`);
  }

  #schedulerLine(): string {
    const cpu = this.#below(CPUS);
    const pid = 100 + this.#below(40);
    switch (this.#below(5)) {
      case 0:
        return this.#line(
          '          <idle>-0    ',
          cpu,
          'd..2.',
          `sched_switch: prev_comm=swapper/${cpu} prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=kworker/${cpu}:1 next_pid=${pid} next_prio=120`,
        );
      case 1:
        return this.#line(
          `     kworker/${cpu}:1-${pid}  `,
          cpu,
          'd..2.',
          `sched_switch: prev_comm=kworker/${cpu}:1 prev_pid=${pid} prev_prio=120 prev_state=I ==> next_comm=swapper/${cpu} next_pid=0 next_prio=120`,
        );
      case 2:
        return this.#line('          <idle>-0    ', cpu, 'd.h1.', `irq_handler_entry: irq=28 name=virtio0-req.${cpu}`);
      case 3:
        return this.#line(
          '          <idle>-0    ',
          cpu,
          'dNh3.',
          `sched_waking: comm=rcu_preempt pid=17 prio=120 target_cpu=00${cpu}`,
        );
      default:
        return this.#line(
          `            bash-${pid}  `,
          cpu,
          'd..4.',
          `sched_waking: comm=kworker/${cpu}:1 pid=${pid} prio=120 target_cpu=00${cpu}`,
        );
    }
  }

  #line(task: string, cpu: number, flags: string, text: string): string {
    const seconds = Math.floor(this.#microseconds / 1e6);
    const fraction = String(this.#microseconds % 1e6).padStart(6, '0');
    return `${task}   [00${cpu}] ${flags} ${String(seconds).padStart(5)}.${fraction}: ${text}\n`;
  }

  /** A whole number from 0 to `limit` - 1 (xorshift32). */
  #below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % limit;
  }
}
