import type { Lane } from '../model/lane.ts';
import type { FleetInput } from './task.ts';

/** A file below a source folder. */
export interface FoundFile {
  /** Parts of its path below the source, the name last. */
  readonly parts: readonly string[];
  /** As it is opened. */
  readonly path: string;
  readonly bytes: number;
}

export interface CaptureSet {
  readonly host: string;
  readonly capture: string;
  readonly inputs: readonly FleetInput[];
  readonly owners?: string;
  readonly config?: string;
}

const OWNERS = 'owners.csv';
const CONFIG = 'faultlog.config.json';
/** What lies beside captures and is none. */
const NO_CAPTURE = /^(?:\.|readme|manifest|plan\.jsonl$)|\.(?:md|html?|png|pdf|sha256|ladder)$/i;
const LANE_NAME = /^(host|driver|vmm|guest)(?:[-_:]([A-Za-z0-9][A-Za-z0-9_-]*))?(?=\.|$)/;
/** `kern.log.2.gz`: parts of one rotated log. */
const ROTATED = /^(.+?)(?:[.-]\d+)(?:\.(?:gz|xz|zst))?$/;
const COMPRESSED = /\.(?:gz|xz|zst)$/;
const KERNEL_LOG = /^(.+)\.dmesg(?:\.[^.]+)*$/;

/**
 * Which files are one analysis. A folder whose files are named after lanes (`host.txt`, `guest-vm3.txt`), or that has an
 * `owners.csv` or a `faultlog.config.json`, is one capture set; elsewhere each file is one, but the parts of a rotated log
 * belong together, and so do a trace and its kernel log (`NAME.txt`, `NAME.dmesg.txt`). The first folder below the source
 * is the host's (`HOST/…`, `host=HOST/…`).
 */
export function captureSets(files: readonly FoundFile[], sourceName: string): readonly CaptureSet[] {
  const folders = new Map<string, FoundFile[]>();
  for (const file of files) {
    const folder = file.parts.slice(0, -1).join('/');
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders.values()].flatMap((folder) => setsOfFolder(folder, sourceName));
}

function setsOfFolder(files: readonly FoundFile[], sourceName: string): readonly CaptureSet[] {
  const [first] = files;
  if (first === undefined) return [];
  const owners = files.find((file) => nameOf(file) === OWNERS)?.path;
  const config = files.find((file) => nameOf(file) === CONFIG)?.path;
  const captures = files.filter((file) => ![OWNERS, CONFIG].includes(nameOf(file)) && !NO_CAPTURE.test(nameOf(file)));
  if (captures.length === 0) return [];
  const folders = first.parts.slice(0, -1);
  const host = hostOf(folders, sourceName);
  const below = folders.slice(1).map((part) => part.replace(/^capture=/, ''));
  const isOne = owners !== undefined || config !== undefined || captures.some((file) => LANE_NAME.test(nameOf(file)));
  const extra = { ...(owners !== undefined && { owners }), ...(config !== undefined && { config }) };
  if (isOne) return [{ host, capture: below.join('/') || host, inputs: captures.map(inputOf), ...extra }];
  return bundles(captures).map(([name, bundle]) => {
    return { host, capture: [...below, name].join('/'), inputs: bundle.map(inputOf), ...extra };
  });
}

function hostOf([first]: readonly string[], sourceName: string): string {
  return (first ?? sourceName).replace(/^host=/, '');
}

/** Files by the name of their capture. */
function bundles(files: readonly FoundFile[]): readonly (readonly [string, readonly FoundFile[]])[] {
  const byName = new Map<string, FoundFile[]>();
  const names = files.map(nameOf);
  for (const file of files) {
    const name = bundleName(nameOf(file), names);
    byName.set(name, [...(byName.get(name) ?? []), file]);
  }
  return [...byName];
}

function bundleName(name: string, names: readonly string[]): string {
  const [, rotated] = ROTATED.exec(name) ?? [];
  if (rotated !== undefined && names.some((other) => other === rotated || other.replace(COMPRESSED, '') === rotated)) {
    return rotated;
  }
  const [, stem] = KERNEL_LOG.exec(name) ?? [];
  if (stem === undefined) return name;
  const traces = names.filter((other) => other.startsWith(`${stem}.`) && !KERNEL_LOG.test(other));
  // Several recordings of that name: which one the kernel log is of is not known.
  const [trace] = traces;
  return trace !== undefined && traces.length === 1 ? trace : name;
}

function inputOf(file: FoundFile): FleetInput {
  const [, lane, laneName] = LANE_NAME.exec(nameOf(file)) ?? [];
  return { path: file.path, ...labelOf(lane, laneName), bytes: file.bytes };
}

function labelOf(lane: string | undefined, laneName: string | undefined): { lane: Lane; laneName?: string } {
  switch (lane) {
    case 'guest':
      return { lane, ...(laneName !== undefined && { laneName }) };
    case 'driver':
    case 'vmm':
      return { lane };
    default:
      return { lane: 'host' };
  }
}

function nameOf({ parts }: FoundFile): string {
  return parts.at(-1) ?? '';
}
