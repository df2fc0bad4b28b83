import { requesterIdOfName } from '../../../src/model/ids.ts';
import type { Lane } from '../../../src/model/lane.ts';
import { LadderSyntaxError } from './problem.ts';

export interface LadderColumn {
  readonly lane: Lane;
  readonly label: string;
  /** Character columns of the heading, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** `(Dev)`: drawn for orientation, nothing was recorded there. */
  readonly isInferred: boolean;
}

export interface LadderHeader {
  readonly columns: readonly LadderColumn[];
  /** The rows have a step number in front. */
  readonly hasStep: boolean;
  /** The rows have a time (behind the step number, if there is one). */
  readonly hasTime: boolean;
  /** Name of the function, where the device column's heading is one. */
  readonly deviceName?: string;
}

const SYNONYMS: Readonly<Record<Lane, readonly string[]>> = {
  device: ['dev', 'device', 'pcie device', 'endpoint', 'pf', 'vf'],
  host: ['host', 'iommu', 'host iommu', 'iommu core', 'iommu driver', 'host kernel', 'vt-d', 'smmu'],
  driver: ['mdev drv', 'mdev driver', 'mdev', 'driver', 'drv', 'vdev', 'vfio drv', 'vfio driver'],
  vmm: [
    'vfio/qemu',
    'qemu',
    'vmm',
    'vfio',
    'iommufd',
    'vfio/iommufd',
    'iommufd/qemu',
    'user space',
    'userspace',
    'user',
  ],
  guest: ['guest', 'vm', 'guest kernel', 'guest iommu', 'viommu', 'vt-d guest'],
};
const LANE_OF: ReadonlyMap<string, Lane> = laneNames();

function laneNames(): Map<string, Lane> {
  const names = new Map<string, Lane>();
  const add = (lane: Lane): void => {
    for (const name of SYNONYMS[lane]) names.set(name, lane);
  };
  for (const lane of ['device', 'host', 'driver', 'vmm', 'guest'] as const) add(lane);
  return names;
}

/** The columns of semantics §6.1, for a drawing without a heading. Offsets from the step number. */
const STANDARD: readonly (readonly [Lane, string, number])[] = [
  ['device', 'Dev', 2],
  ['host', 'Host', 14],
  ['driver', 'mdev drv', 26],
  ['vmm', 'VFIO/QEMU', 41],
  ['guest', 'Guest', 58],
];

/** `indent`: character column of the step numbers. */
export function standardHeader(indent: number): LadderHeader {
  const columns = STANDARD.map(([lane, label, at]) => ({
    lane,
    label,
    start: indent + at,
    end: indent + at + label.length,
    isInferred: false,
  }));
  return { columns, hasStep: true, hasTime: false };
}

interface Chunk {
  readonly text: string;
  readonly start: number;
}

/**
 * The heading in this line; undefined if the line is none (a comment, a row). A line of which at least
 * half the headings are known is a broken heading, not a comment.
 */
export function readHeader(text: string, row: number): LadderHeader | undefined {
  const isMarked = /^\s*#/.test(text);
  const body = text.replace('#', ' ');
  const wide = chunksOf(body, /\S+(?: \S+)*/g);
  const chunks = wide.every(isKnown) ? wide : betterSplit(body, wide);
  const lanes = chunks.filter((chunk) => laneOf(chunk.text) !== undefined).length;
  // One known word among others is chance.
  const strangers = chunks.filter((chunk) => !isKnown(chunk)).length;
  if (lanes === 0 || lanes < strangers) return undefined;
  if (!isMarked && !chunks.every(isKnown)) return undefined;
  if (chunks.length < 2 && !chunks.every(isKnown)) return undefined;
  return headerOf(chunks, row, isMarked);
}

function betterSplit(body: string, wide: readonly Chunk[]): readonly Chunk[] {
  const narrow = chunksOf(body, /\S+/g);
  return narrow.every(isKnown) ? narrow : wide;
}

function headerOf(chunks: readonly Chunk[], row: number, isMarked: boolean): LadderHeader {
  const columns: LadderColumn[] = [];
  let hasStep = isMarked;
  let hasTime = false;
  let deviceName: string | undefined;
  for (const chunk of chunks) {
    if (isStepHeading(chunk.text)) hasStep = true;
    else if (isTimeHeading(chunk.text)) hasTime = true;
    else {
      const column = columnOf(chunk, row);
      if (columns.some((other) => other.lane === column.lane)) {
        throw new LadderSyntaxError(
          row,
          chunk.start,
          `\`${chunk.text}\` is a second ${column.lane} column; several guests share one column and are told apart by M1, M2, …`,
        );
      }
      if (requesterIdOfName(column.label) !== undefined) deviceName = column.label;
      columns.push(column);
    }
  }
  const header = { columns, hasStep, hasTime };
  return deviceName === undefined ? header : { ...header, deviceName };
}

function columnOf(chunk: Chunk, row: number): LadderColumn {
  const lane = laneOf(chunk.text);
  if (lane === undefined) {
    const known = 'Dev, Host, mdev drv, VFIO/QEMU, Guest';
    throw new LadderSyntaxError(row, chunk.start, `unknown column \`${chunk.text}\`; the columns are ${known}`);
  }
  const isInferred = chunk.text.startsWith('(');
  const label = isInferred ? chunk.text.slice(1, -1) : chunk.text;
  return { lane, label, start: chunk.start, end: chunk.start + chunk.text.length, isInferred };
}

function chunksOf(text: string, pattern: RegExp): Chunk[] {
  return [...text.matchAll(pattern)].map((match) => ({ text: match[0], start: match.index }));
}

function isKnown(chunk: Chunk): boolean {
  return laneOf(chunk.text) !== undefined || isStepHeading(chunk.text) || isTimeHeading(chunk.text);
}

function isStepHeading(text: string): boolean {
  return /^(?:step|no|nr)$/i.test(text);
}

function isTimeHeading(text: string): boolean {
  return /^(?:time|delta|seconds|t\/s)$/i.test(text);
}

function laneOf(text: string): Lane | undefined {
  const bare = /^\((.*)\)$/.exec(text)?.[1] ?? text;
  return LANE_OF.get(bare.toLowerCase()) ?? (requesterIdOfName(bare) === undefined ? undefined : 'device');
}

/**
 * The column that characters [start, end) stand in: the heading that they overlap, else the one in whose
 * half of the space they lie. Undefined where they straddle the middle between two headings.
 */
export function columnAt(columns: readonly LadderColumn[], start: number, end: number): LadderColumn | undefined {
  let best: LadderColumn | undefined;
  let bestOverlap = 0;
  for (const column of columns) {
    const overlap = Math.min(end, column.end) - Math.max(start, column.start);
    if (overlap > bestOverlap) {
      best = column;
      bestOverlap = overlap;
    }
  }
  if (best !== undefined) return best;
  const first = territoryAt(columns, start);
  return first === territoryAt(columns, end - 1) ? first : undefined;
}

/** The column in whose half of the space this character lies. */
export function territoryAt(columns: readonly LadderColumn[], at: number): LadderColumn | undefined {
  let nearest = columns[0];
  for (const column of columns) {
    if (nearest !== undefined && distance(column, at) < distance(nearest, at)) nearest = column;
  }
  return nearest;
}

function distance(column: LadderColumn, at: number): number {
  if (at < column.start) return column.start - at;
  return at >= column.end ? at - column.end + 1 : 0;
}
