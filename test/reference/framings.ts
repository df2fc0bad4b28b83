/** What is in front of a payload, by regular expressions: slow, and to be read against the kernel's format strings. */
export interface FramedReading {
  readonly framing: string;
  /** Seconds as printed, or a raw count; absent where the line has no time. */
  readonly time?: string;
  readonly cpu?: number;
  readonly task?: string;
  readonly pid?: number;
  readonly eventName?: string;
  readonly payload: string;
}

const TASK_PID = String.raw`(?<task>.+)-(?<pid>\d+)`;
const TGID = String.raw`(?: +\([ \d-]+\))?`;
const FLAGS = String.raw`(?:[A-Za-z.#\d-]+ |[A-Za-z.][A-Za-z.\d]{4}(?=\d+:))?`;
const TIME = String.raw`(?<time>\d+(?:\.\d{1,9})?)`;
const NAME = String.raw`(?<eventName>[\w-]+)`;
const EVENT = String.raw`(?: *\(\+\d+\))? *${NAME}: *(?<payload>.*)`;

const MICROSECONDS = 1e6;

const SHAPES: readonly (readonly [framing: string, shape: RegExp])[] = [
  [
    'dmesg',
    /^(?:<\d+>|[a-z]+ *:[a-z]+ *: )?\[ *(?<time>\d+\.\d+)(?: <[^>]*>)?\](?:\[ *(?:T(?<pid>\d+)|C(?<cpu>\d+))\])? ?(?<payload>.*)$/,
  ],
  ['trace-cmd', new RegExp(`^ *${TASK_PID} +\\[(?<cpu>\\d+)\\] *${FLAGS} *${TIME}:${EVENT}$`)],
  ['ftrace', new RegExp(`^ *${TASK_PID}${TGID} +\\[(?<cpu>\\d+)\\] +${FLAGS} *${TIME}:${EVENT}$`)],
  [
    'perf-script',
    new RegExp(
      `^ *(?<task>.+?) +(?:\\d+/)?(?<pid>\\d+) +(?:\\[(?<cpu>\\d+)\\] +)?(?<time>\\d+\\.\\d+): +(?:\\d+ +)?[\\w-]+:${NAME}: *(?<payload>.*)$`,
    ),
  ],
  [
    'ftrace-latency',
    new RegExp(`^ *${TASK_PID} +(?<cpu>\\d+)[A-Za-z.#][\\w.#]* +(?:(?<microseconds>\\d+)us.?|${TIME}) *:${EVENT}$`),
  ],
  [
    'ftrace-verbose',
    new RegExp(
      `^ *(?<task>.+?) +(?<pid>\\d+) +(?<cpu>\\d+) +[\\da-f]+ [\\da-f]{8} [\\da-f]{8,} \\[(?<absolute>[\\da-f]+)\\] [\\d.]+ms \\(\\+[\\d.]+ms\\):${EVENT}$`,
    ),
  ],
  [
    'ftrace-graph',
    new RegExp(
      `^(?: *(?<time>\\d+\\.\\d+) \\|)? *(?<cpu>\\d+)\\)(?: +${TASK_PID} +\\|)?[^/]*/\\* ${NAME}: (?<payload>.*) \\*/$`,
    ),
  ],
];

/** Reads a line of the `trace` file, `trace-cmd report`, `perf script` or `dmesg` in its usual form; undefined for any other. */
export function readPrefix(line: string): FramedReading | undefined {
  for (const [framing, shape] of SHAPES) {
    const groups = shape.exec(line)?.groups;
    if (groups === undefined) continue;
    const { cpu, task, pid, eventName, payload = '' } = groups;
    const time = groups.time ?? inSeconds(groups.microseconds, 10) ?? inSeconds(groups.absolute, 16);
    if (framing === 'trace-cmd' && !isPadded(line, eventName ?? '', payload)) continue;
    return {
      framing,
      payload,
      ...(time !== undefined && { time }),
      ...(cpu !== undefined && { cpu: Number(cpu) }),
      ...(pid !== undefined && { pid: Number(pid) }),
      ...(task !== undefined && task !== '<...>' && { task: task.trim() }),
      ...(eventName !== undefined && { eventName }),
    };
  }
  return undefined;
}

function inSeconds(microseconds: string | undefined, radix: number): string | undefined {
  return microseconds === undefined ? undefined : (Number.parseInt(microseconds, radix) / MICROSECONDS).toFixed(6);
}

/** `trace-cmd` prints names with "%-20s: ". */
function isPadded(line: string, name: string, payload: string): boolean {
  const width = line.length - payload.length - line.lastIndexOf(`${name}:`, line.length - payload.length);
  return name.length >= 20 || (width >= 22 && width > name.length + 2);
}
