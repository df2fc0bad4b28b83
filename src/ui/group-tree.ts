import type { LatencyStream } from '../store/latency-streams.ts';
import type { RowList } from '../store/row-list.ts';
import type { GroupSort } from './state/place.ts';
import { streamKey } from './stream-order.ts';
import type { World } from './world.ts';

/** A row of the tree. */
export type TreeRow =
  | {
      readonly kind: 'device';
      readonly key: string;
      readonly device: string;
      readonly isOpen: boolean;
      readonly streams: readonly LatencyStream[];
    }
  | { readonly kind: 'stream'; readonly key: string; readonly stream: LatencyStream; readonly isOpen: boolean }
  | { readonly kind: 'instance'; readonly groupRow: number };

/** Up to so many instances all branches are open at first. */
const MOST_OPEN = 200;

interface Branch {
  readonly row: TreeRow & { readonly kind: 'device' };
  readonly streams: readonly StreamBranch[];
}

interface StreamBranch {
  readonly row: TreeRow & { readonly kind: 'stream' };
  /** Present where it is open. */
  readonly list: RowList | undefined;
}

/** Rows of the view of groups. */
export interface GroupRows {
  readonly count: number;
  rowAt(index: number): TreeRow | undefined;
  /** Where an instance stands; undefined where it is not shown. */
  indexOfGroup(groupRow: number): number | undefined;
}

/** Instances alone: those that a filter leaves. */
export class FlatGroups implements GroupRows {
  readonly #list: RowList;

  constructor(list: RowList) {
    this.#list = list;
  }

  get count(): number {
    return this.#list.count;
  }

  rowAt(index: number): TreeRow | undefined {
    const groupRow = this.#list.rowAt(index);
    return groupRow === undefined ? undefined : { kind: 'instance', groupRow };
  }

  indexOfGroup(groupRow: number): number | undefined {
    const index = this.#list.indexOf(groupRow);
    return this.#list.rowAt(index) === groupRow ? index : undefined;
  }
}

/** Device, PASID, instances: as rows, of which any can be had without the others. */
export class GroupTree implements GroupRows {
  readonly #branches: readonly Branch[];
  readonly #world: World;

  /** `toggled`: keys of branches that are not as they are at first. */
  constructor(world: World, sort: GroupSort, toggled: readonly string[]) {
    this.#world = world;
    const { streams } = world.capture;
    const isFew = streams.length === 1 || streams.reduce((sum, { groups }) => sum + groups, 0) <= MOST_OPEN;
    const isOpen = (key: string, atFirst: boolean): boolean => atFirst !== toggled.includes(key);
    const byDevice = new Map<string, LatencyStream[]>();
    for (const stream of sortedStreams(streams, sort)) {
      const known = byDevice.get(stream.device);
      if (known === undefined) byDevice.set(stream.device, [stream]);
      else known.push(stream);
    }
    this.#branches = [...byDevice].map(([device, members]) => {
      const key = `device ${device}`;
      const open = isOpen(key, true);
      return {
        row: { kind: 'device', key, device, isOpen: open, streams: members },
        streams: open
          ? members.map((stream) => this.#streamBranch(stream, sort, isOpen(streamKey(stream), isFew)))
          : [],
      };
    });
  }

  get count(): number {
    return this.#branches.reduce(
      (sum, { streams }) => sum + 1 + streams.reduce((all, { list }) => all + 1 + (list?.count ?? 0), 0),
      0,
    );
  }

  rowAt(index: number): TreeRow | undefined {
    let left = index;
    for (const { row, streams } of this.#branches) {
      if (left === 0) return row;
      left -= 1;
      for (const branch of streams) {
        if (left === 0) return branch.row;
        left -= 1;
        const count = branch.list?.count ?? 0;
        if (left < count) {
          const groupRow = branch.list?.rowAt(left);
          return groupRow === undefined ? undefined : { kind: 'instance', groupRow };
        }
        left -= count;
      }
    }
    return undefined;
  }

  /** Where an instance stands; undefined where its branch is closed. */
  indexOfGroup(groupRow: number): number | undefined {
    let index = 0;
    for (const { streams } of this.#branches) {
      index += 1;
      for (const { list } of streams) {
        index += 1;
        if (list === undefined) continue;
        const at = list.indexOf(groupRow);
        if (list.rowAt(at) === groupRow) return index + at;
        index += list.count;
      }
    }
    return undefined;
  }

  /** Where a branch stands; undefined where a branch above it is closed. */
  indexOfBranch(key: string): number | undefined {
    let index = 0;
    for (const { row, streams } of this.#branches) {
      if (row.key === key) return index;
      index += 1;
      for (const branch of streams) {
        if (branch.row.key === key) return index;
        index += 1 + (branch.list?.count ?? 0);
      }
    }
    return undefined;
  }

  /** Keys of the closed branches that an instance is in, from the top. */
  closedAround(groupRow: number): readonly string[] {
    const stream = this.#world.streamOfGroup(groupRow);
    if (stream === undefined) return [];
    const { device } = stream;
    const branch = this.#branches.find(({ row }) => row.device === device);
    const isDeviceClosed = branch?.row.isOpen === false;
    const key = streamKey(stream);
    const isClosed = isDeviceClosed || branch?.streams.some(({ row, list }) => row.key === key && list === undefined);
    return [...(isDeviceClosed ? [`device ${device}`] : []), ...(isClosed === true ? [key] : [])];
  }

  #streamBranch(stream: LatencyStream, sort: GroupSort, isOpen: boolean): StreamBranch {
    return {
      row: { kind: 'stream', key: streamKey(stream), stream, isOpen },
      list: isOpen ? this.#world.lists.stream(stream, sort) : undefined,
    };
  }
}

function sortedStreams(streams: readonly LatencyStream[], sort: GroupSort): readonly LatencyStream[] {
  switch (sort) {
    case 'start':
      return streams;
    case 'latency':
      return streams.toSorted((a, b) => (b.latency?.maxNs ?? -1) - (a.latency?.maxNs ?? -1));
    case 'verdict':
      return streams.toSorted((a, b) => badness(b) - badness(a));
    default:
      return sort satisfies never;
  }
}

/** Instances that did not end well. */
function badness({ states }: LatencyStream): number {
  const { dropped = 0, discarded = 0, unknown = 0, pending = 0, collecting = 0 } = states;
  return dropped * 1e6 + discarded + unknown + pending + collecting;
}
