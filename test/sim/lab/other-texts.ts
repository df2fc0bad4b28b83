import type { Analysed } from '../../truth/analyse-text.ts';
import type { Random } from '../random.ts';

const ENTRY = /^(?<who>\s*.{1,16}-\d+)\s+\[(?<cpu>\d+)\] \S+ +(?<time>[\d.]+): (?<event>\w+): (?<text>.*)$/;
const REPORT =
  /^(?<unit>\w+)\/(?<device>\S+) seq# (?<sequence>\d+): rid=0x(?<rid>\w+) addr=0x(?<page>\w+) (?<access>\S{5}) pasid=0x(?<pasid>\w+) index=0x(?<prgi>\w+)(?: private=0x(?<low>\w+)\/0x(?<high>\w+))?$/;

/** What `trace-cmd report` prints of the same trace: it cannot call the kernel's functions (log-formats 0.3). */
export function reportLines(text: string): string {
  const lines = text.split('\n').flatMap((line) => {
    if (line.startsWith('#')) return [];
    const groups = ENTRY.exec(line)?.groups;
    if (groups === undefined) return [line];
    const { who = '', cpu = '', time = '', event = '', text: said = '' } = groups;
    const words = event === 'prq_report' ? rawReport(said) : said;
    return [`${who.padEnd(24)} [${cpu}] ${time.padStart(13)}: ${`${event}:`.padEnd(20)} ${words}`];
  });
  return `cpus=2\n${lines.join('\n')}`;
}

/** The descriptor of VT-d 7.4.1.1, word by word. */
function rawReport(text: string): string {
  const groups = REPORT.exec(text)?.groups;
  if (groups === undefined) return text;
  const number = (name: string): bigint => BigInt(`0x${groups[name] ?? '0'}`);
  const { access = '', sequence = '0', unit, device } = groups;
  const bit = (letter: string, at: bigint): bigint => (access.includes(letter) ? 1n << at : 0n);
  const hasData = groups.low !== undefined;
  const pasid = number('pasid');
  let first = 1n | (number('rid') << 16n) | (pasid << 32n) | bit('x', 52n) | bit('p', 53n);
  if (pasid !== 0n) first |= 0x100n;
  if (hasData) first |= 0x200n;
  const second = bit('r', 0n) | bit('w', 1n) | bit('l', 2n) | (number('prgi') << 3n) | (number('page') << 12n);
  return `[FAILED TO PARSE] dw0=${first} dw1=${second} dw2=${number('low')} dw3=${number('high')} seq=0x${Number(sequence).toString(16)} iommu=${unit} dev=${device} buff=ARRAY[00, 00]`;
}

/** Lines of neighbouring times in any order, as when per-CPU buffers are written one after the other. */
export function unsorted(text: string, random: Random): string {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => ENTRY.test(line));
  if (head < 0) return text;
  const entries = lines.slice(head, -1);
  const out: string[] = [];
  for (let at = 0; at < entries.length; ) {
    const size = random.between(1, 12);
    const block = entries.slice(at, at + size);
    const start = timeOf(block[0]);
    const near = block.filter((line) => Math.abs(timeOf(line) - start) < 0.5);
    const byCpu = [...near].sort((a, b) => cpuOf(a) - cpuOf(b));
    out.push(...byCpu);
    at += near.length;
  }
  return [...lines.slice(0, head), ...out, ''].join('\n');
}

function timeOf(line: string | undefined): number {
  return Number(ENTRY.exec(line ?? '')?.groups?.time ?? Number.NaN);
}

function cpuOf(line: string): number {
  return Number(ENTRY.exec(line)?.groups?.cpu ?? 0);
}

/** Findings and groups without lines, places and texts: what two recordings of one run have in common. */
export function spokenOf({ findings, groups }: Analysed): readonly string[] {
  const said = findings
    .flatMap((finding) => [finding, ...(finding.consequences ?? [])])
    .filter(({ id }) => id !== 'FL903')
    .map(({ id, certainty, severity, device, pasid, prgi, count }) =>
      [id, certainty, severity, device, pasid, prgi, count].join(' '),
    );
  const rows = groups.map(({ device, pasid, prgi, instance, state, answeredBy, code }) =>
    ['group', device, pasid, prgi, instance, state, answeredBy, code].join(' '),
  );
  return [...said, ...rows].sort();
}
