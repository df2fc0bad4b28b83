/** A line that a recording of the simulated machine holds. Times are true ones, in microseconds. */
export interface LogLine {
  /** `host`, `driver`, `vmm:` and the name of a guest, or the name alone. */
  readonly lane: string;
  readonly at: number;
  readonly cpu: number;
  readonly task: string;
  readonly pid: number;
  /** Tracepoint, kprobe, or QEMU's trace event. */
  readonly event: string;
  readonly text: string;
  /** A kprobe: only in recordings that set it up. */
  readonly isProbe: boolean;
}

/** How a lane's clock reads the true time. */
export interface LaneClock {
  readonly offsetUs: number;
  /** How much faster than true time it runs, in parts per million. */
  readonly driftPpm: number;
}

/** What went wrong with a lane's recording. All line counts are of trace entries. */
export interface Damage {
  /** Entries overwritten at the head. */
  readonly head: number;
  /** Entries missing at the end, as in a file that was cut. */
  readonly tail: number;
  /** Runs of entries that one CPU's buffer had no room for. */
  readonly losses: readonly { readonly cpu: number; readonly from: number; readonly count: number }[];
}

export const NO_DAMAGE: Damage = { head: 0, tail: 0, losses: [] };

export interface RenderedLane {
  readonly text: string;
  /** 1-based line number in `text` of what was kept. */
  readonly numberOf: ReadonlyMap<LogLine, number>;
  readonly lineAt: ReadonlyMap<number, LogLine>;
}

/** `cat trace` of a tracing instance. `lines` in any order. */
export function renderTrace(lines: readonly LogLine[], clock: LaneClock, damage: Damage): RenderedLane {
  const entries = [...lines].sort((a, b) => a.at - b.at);
  const written = entries.length;
  const held = entries.slice(damage.head);
  const lost = new Map<number, number>();
  // The tracer can only say so before the next event that it kept: the newest ones are never lost without a word.
  const newestOf = new Map(held.map((line, index) => [line.cpu, index]));
  const kept: (LogLine | string)[] = [];
  const end = held.length - damage.tail;
  held.forEach((line, index) => {
    if (index >= end) return;
    const isLost = damage.losses.some(
      ({ cpu, from, count }) =>
        cpu === line.cpu && index >= from && index < from + count && index < (newestOf.get(cpu) ?? 0),
    );
    if (isLost) {
      lost.set(line.cpu, (lost.get(line.cpu) ?? 0) + 1);
      return;
    }
    const gone = lost.get(line.cpu);
    if (gone !== undefined) kept.push(`CPU:${line.cpu} [LOST ${gone} EVENTS]`);
    lost.delete(line.cpu);
    kept.push(line);
  });
  const numberOf = new Map<LogLine, number>();
  const lineAt = new Map<number, LogLine>();
  const text = [...header(held.length, written)];
  for (const each of kept) {
    text.push(typeof each === 'string' ? each : traceEntry(each, clock));
    if (typeof each === 'string') continue;
    numberOf.set(each, text.length);
    lineAt.set(text.length, each);
  }
  return { text: `${text.join('\n')}\n`, numberOf, lineAt };
}

/** QEMU's trace log with time stamps (10.2: ISO 8601 in UTC). */
export function renderQemu(lines: readonly LogLine[], clock: LaneClock, epochMs: number): RenderedLane {
  return renderLog(lines, (line) => {
    const reading = read(clock, line.at);
    const stamp = new Date(epochMs + Math.floor(reading / 1000)).toISOString().slice(0, -1);
    return `${stamp}${String(reading % 1000).padStart(3, '0')}Z ${line.event} ${line.text}`;
  });
}

/** The kernel log, as `dmesg` prints it. */
export function renderDmesg(lines: readonly LogLine[], clock: LaneClock): RenderedLane {
  return renderLog(lines, (line) => `[${seconds(read(clock, line.at)).padStart(12)}] ${line.text}`);
}

function renderLog(lines: readonly LogLine[], print: (line: LogLine) => string): RenderedLane {
  const numberOf = new Map<LogLine, number>();
  const lineAt = new Map<number, LogLine>();
  const text: string[] = [];
  for (const line of [...lines].sort((a, b) => a.at - b.at)) {
    text.push(print(line));
    numberOf.set(line, text.length);
    lineAt.set(text.length, line);
  }
  return { text: text.length === 0 ? '' : `${text.join('\n')}\n`, numberOf, lineAt };
}

function read({ offsetUs, driftPpm }: LaneClock, at: number): number {
  return Math.round(at * (1 + driftPpm / 1e6) + offsetUs);
}

function seconds(micros: number): string {
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
}

function traceEntry(line: LogLine, clock: LaneClock): string {
  const time = seconds(read(clock, line.at));
  const who = `${line.task.slice(0, 15).padStart(16)}-${String(line.pid).padEnd(7)}`;
  const flags = line.event === 'qi_submit' ? 'd..1.' : '.....';
  return `${who} [${String(line.cpu).padStart(3, '0')}] ${flags} ${time.padStart(12)}: ${line.event}: ${line.text}`;
}

function header(inBuffer: number, written: number): readonly string[] {
  return [
    '# tracer: nop',
    '#',
    `# entries-in-buffer/entries-written: ${inBuffer}/${written}   #P:4`,
    '#',
    '#                                _-----=> irqs-off/BH-disabled',
    '#                               / _----=> need-resched',
    '#                              | / _---=> hardirq/softirq',
    '#                              || / _--=> preempt-depth',
    '#                              ||| / _-=> migrate-disable',
    '#                              |||| /     delay',
    '#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION',
    '#              | |         |   |||||     |         |',
  ];
}
