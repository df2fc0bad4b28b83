import { BOOT_END } from '../../src/model/parser.ts';

const MICROSECONDS = 1_000_000;
/** Fields that are read; the others may be many and long. */
const WANTED: ReadonlySet<string> = new Set([
  'MESSAGE',
  '_TRANSPORT',
  '_HOSTNAME',
  'SYSLOG_IDENTIFIER',
  '_SOURCE_MONOTONIC_TIMESTAMP',
  '__MONOTONIC_TIMESTAMP',
  '__REALTIME_TIMESTAMP',
  '_BOOT_ID',
]);

/** The fields of one entry of the journal (systemd.journal-fields(7)); all optional, see `--output-fields`. */
export type JournalFields = ReadonlyMap<string, string>;

export function isWanted(field: string): boolean {
  return WANTED.has(field);
}

/**
 * The line that stands for an entry: a kernel message with the kernel's own time as `dmesg` prints it, others with
 * their date as `journalctl -o short-unix` does; without any time the bare message.
 */
function journalLine(fields: JournalFields): string {
  const message = (fields.get('MESSAGE') ?? '').replaceAll(/[\r\n]+/g, ' ');
  const transport = fields.get('_TRANSPORT');
  const own = microseconds(fields.get('_SOURCE_MONOTONIC_TIMESTAMP') ?? fields.get('__MONOTONIC_TIMESTAMP'));
  const isKernel = transport === 'kernel' || (transport === undefined && fields.has('_SOURCE_MONOTONIC_TIMESTAMP'));
  if (isKernel && own !== undefined) return `[${own.padStart(12)}] ${message}`;
  const wall = microseconds(fields.get('__REALTIME_TIMESTAMP'));
  if (wall === undefined) return message;
  const program = fields.get('SYSLOG_IDENTIFIER') ?? transport ?? 'journal';
  return `${wall} ${fields.get('_HOSTNAME') ?? '-'} ${program}: ${message}`;
}

/** Lines of entries; where another boot begins, journalctl's separator stands in front of its first entry. */
export class JournalLines {
  #boot: string | undefined;

  line(fields: JournalFields): string {
    const boot = fields.get('_BOOT_ID');
    if (boot === undefined || boot === this.#boot || !/^[0-9a-f]{32}$/.test(boot)) return journalLine(fields);
    this.#boot = boot;
    return `-- Boot ${boot} --${BOOT_END}${journalLine(fields)}`;
  }
}

/** Microseconds as seconds with six digits behind the point. */
function microseconds(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return `${Math.floor(value / MICROSECONDS)}.${String(value % MICROSECONDS).padStart(6, '0')}`;
}
