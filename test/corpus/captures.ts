import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { addressOf, type TraceEvent } from '../../src/model/event.ts';
import { contentOf, type FileReading, isRecord, readFile } from './read-file.ts';

/** A DMA of a capture's ground truth. */
interface Dma {
  readonly device: string;
  readonly isWrite: boolean;
  readonly from: bigint;
  readonly end: bigint;
}

const PAGE = 4096n;
/** What a folder holds beside recordings. */
const NO_RECORDING =
  /^(?:ground-truth|lspci|uname|versions|proc-cmdline|kprobe|dynamic_events|formats|bpftrace-program|ftrace-hist|.*-stats|ftrace-empty|perf\.data)/;
/** All printk outputs were taken at the same moment, and hold the same records. */
const PRINTK = /^(?:dmesg|busybox-dmesg|dev-kmsg|journalctl|rsyslog)/;
/** Taken in another phase. */
const LATER = /ftrace-dump/;
/** Only a part of them: by level, from a moment on, up to one, with the last record cut. */
const PARTIAL = /follow|err|forward|-S|kmsg/;
/**
 * Reports whose times are of a wrong unit; and those of two buffers with the same lines. Parts of
 * messages cannot be told apart there.
 */
const NO_TIMES = /ts2secs|-instance/;
/** QEMU without its correction writes no address into AMD's event log (MANIFEST.md). */
const NO_ADDRESSES = /stock-qemu/;

/**
 * One line for each difference: a fault that no DMA of the ground truth explains, or one that is not the same in all the
 * containers of a folder that hold it. Folders without a ground truth of DMAs are left out.
 */
export async function checkCaptures(root: string): Promise<{ files: number; differences: string[] }> {
  const differences: string[] = [];
  let files = 0;
  const folders = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [];
  for (const folder of folders.filter((entry) => entry.isDirectory())) {
    const path = `${root}/${folder.name}`;
    if (!existsSync(`${path}/ground-truth.txt`)) continue;
    const readings = await readFolder(path);
    files += readings.size;
    const found = [
      ...compareContainers(readings),
      ...comparePerf(readings),
      ...(NO_ADDRESSES.test(folder.name) ? [] : explain(readings, readTruth(`${path}/ground-truth.txt`))),
    ];
    differences.push(...found.map((difference) => `${folder.name}/${difference}`));
  }
  return { files, differences };
}

async function readFolder(path: string): Promise<ReadonlyMap<string, FileReading>> {
  const readings = new Map<string, FileReading>();
  const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name } of files) if (!NO_RECORDING.test(name)) readings.set(name, await readFile(`${path}/${name}`));
  return readings;
}

/** `phase=… dev=0000:00:04.0 … op=read addr=0x12345040 len=64 …` */
function readTruth(path: string): readonly Dma[] {
  const dmas: Dma[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const found = / dev=(\S+) .*\bop=(read|write) addr=(0x[0-9a-f]+) len=(\d+)/.exec(line);
    if (found === null) continue;
    const [, device = '', operation, address = '0', length = '0'] = found;
    const from = BigInt(address);
    dmas.push({ device, isWrite: operation === 'write', from, end: from + BigInt(length) });
  }
  return dmas;
}

/** Faults that no DMA explains. */
function explain(readings: ReadonlyMap<string, FileReading>, dmas: readonly Dma[]): string[] {
  const differences: string[] = [];
  for (const [name, { events, report }] of readings) {
    if (report.error !== undefined) differences.push(`${name}: ${report.error.message}`);
    if (NO_TIMES.test(name)) continue;
    const strange = events.filter(
      (event) => event.kind === 'fault' && isOfEdu(event, dmas) && !isExplained(event, dmas),
    );
    const [first] = strange;
    if (first !== undefined) {
      differences.push(`${name}: ${strange.length} faults without a DMA, the first: ${contentOf(first)}`);
    }
  }
  return differences;
}

/** Other devices fault at boot; and a record without an address is explained by any DMA. */
function isOfEdu(event: TraceEvent, dmas: readonly Dma[]): boolean {
  return addressOf(event) !== undefined && dmas.some(({ device }) => isDevice(event, device));
}

function isExplained(event: TraceEvent, dmas: readonly Dma[]): boolean {
  return dmas.some((dma) => isOf(event, dma));
}

function isOf(event: TraceEvent, dma: Dma): boolean {
  const address = addressOf(event);
  if (address === undefined) return false;
  const page = address - (address % PAGE);
  if (page + PAGE <= dma.from || page >= dma.end) return false;
  if (event.access !== undefined && event.access.includes('w') !== dma.isWrite) return false;
  return isDevice(event, dma.device);
}

function isDevice(event: TraceEvent, device: string): boolean {
  return event.device === undefined || device.endsWith(event.device) || isAlias(event, device);
}

/** Behind a bridge to conventional PCI a device goes by the bridge's secondary bus; SMMU and virtio print its number. */
function isAlias(event: TraceEvent, device: string): boolean {
  const [, bus = '0', slot = '0', fn = '0'] = /^[0-9a-f]{4}:([0-9a-f]{2}):([0-9a-f]{2})\.(\d)$/.exec(device) ?? [];
  const requester = (Number.parseInt(bus, 16) << 8) | (Number.parseInt(slot, 16) << 3) | Number(fn);
  const number = /(0x[0-9a-f]+|\b\d+)$/.exec(event.device ?? '')?.[1];
  if (number !== undefined && Number(number) === requester) return true;
  return event.device?.replace(/^0000:/, '') === `${bus}:00.0`;
}

/** Printk outputs of one folder that do not hold the same records. */
function compareContainers(readings: ReadonlyMap<string, FileReading>): string[] {
  const reference = readings.get('dmesg.txt');
  if (reference === undefined) return [];
  const wanted = contents(reference);
  const differences: string[] = [];
  for (const [name, reading] of readings) {
    if (!PRINTK.test(name) || LATER.test(name)) continue;
    const seen = contents(reading);
    const isSame = PARTIAL.test(name)
      ? isSubsequence(seen, wanted) || isSubsequence(wanted, seen) || isSubsequence(seen.slice(0, -1), wanted)
      : seen.join('\n') === wanted.join('\n');
    if (isSame) continue;
    const place = seen.findIndex((content, index) => content !== wanted[index]);
    const at = place < 0 ? seen.length : place;
    differences.push(
      `${name}: ${seen.length} records, dmesg.txt has ${wanted.length}; record ${at + 1} is ${seen[at]}, not ${wanted[at]}`,
    );
  }
  return differences;
}

/** What perf made of one recording, with other options for its columns. */
const PERF =
  /^perf-(?:script-(?:deltatime|fields|fields-min|header|machine-pid|ns|reltime|show-mmap)\.txt|convert\.json)$/;

/** Forms of `perf script` that do not hold what its default form does. */
function comparePerf(readings: ReadonlyMap<string, FileReading>): string[] {
  const reference = readings.get('perf-script-default.txt');
  if (reference === undefined) return [];
  const wanted = reference.events.map(contentOf).join('\n');
  return [...readings]
    .filter(([name, { events }]) => PERF.test(name) && events.map(contentOf).join('\n') !== wanted)
    .map(
      ([name, { events }]) =>
        `${name}: ${events.length} events, not the ${reference.events.length} of the default form`,
    );
}

function contents({ events }: FileReading): string[] {
  return events
    .filter((event) => isRecord(event) || event.kind === 'suppressed' || event.kind === 'iommu-error')
    .map(contentOf);
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const content of whole) if (content === part[at]) at += 1;
  return at === part.length;
}
