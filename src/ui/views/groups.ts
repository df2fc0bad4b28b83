import { plural } from '../../base/text.ts';
import { formatDuration } from '../../model/time.ts';
import type { GroupView } from '../../store/group-store.ts';
import type { LatencyStream } from '../../store/latency-streams.ts';
import { worstOfGroup } from '../group-severity.ts';
import { FlatGroups, type GroupRows, GroupTree, type TreeRow } from '../group-tree.ts';
import { AT_TOP, type GroupsPlace, type Place } from '../state/place.ts';
import { streamKey } from '../stream-order.ts';
import { EMPTY_LINE, type Line, line, selected, span, textOf } from '../text/line.ts';
import { shapeOf } from '../theme.ts';
import { type Column, cells, tableWidth, titleLine } from './columns.ts';
import { CURSOR } from './finding-row.ts';
import { groupFocus } from './focus.ts';
import { bodyRows, type EnterStep, type Focus, type View, type ViewContext, visibleRows } from './view.ts';

/** The cursor's mark, that of the worst finding, and what stands before an instance in the tree. */
const LEAD = 4;
const INDENT = 4;
const MOST_SAVED = 10_000;

/** The instances of page-request groups as a tree: device, PASID, instance. */
export class GroupsView implements View {
  readonly #place: GroupsPlace;
  readonly #context: ViewContext;
  #built: GroupRows | undefined;

  constructor(place: GroupsPlace, context: ViewContext) {
    this.#place = place;
    this.#context = context;
  }

  get count(): number {
    return this.#tree.count;
  }

  get pageRows(): number {
    return Math.max(1, bodyRows(this.#context.size) - 1);
  }

  get status(): string {
    const { sort, cursor, filter } = this.#place;
    const { capture } = this.#context.world;
    const all = plural(capture.groups.count, 'group');
    if (filter !== '')
      return `${this.count === 0 ? 'none' : cursor.selected + 1} of ${this.count} by ${sort}, & ${filter}`;
    return this.count === 0 ? 'none' : `row ${cursor.selected + 1} of ${this.count}, ${all} by ${sort}`;
  }

  get focus(): Focus {
    const row = this.#tree.rowAt(this.#place.cursor.selected);
    if (row === undefined || row.kind === 'device') return {};
    if (row.kind === 'instance') return groupFocus(row.groupRow, this.#context.world);
    return { stream: this.#context.world.capture.streams.indexOf(row.stream) };
  }

  lines(): readonly Line[] {
    const { cursor } = this.#place;
    if (this.count === 0) return [line('no page-request group')];
    const columns = this.#columns();
    const rows = visibleRows(cursor, this.count, this.pageRows).map((index) =>
      this.#rowLine(this.#tree.rowAt(index), columns, index === cursor.selected),
    );
    return [titleLine(columns, this.#lead), ...rows];
  }

  textAt(index: number): string {
    const row = this.#tree.rowAt(index);
    if (row?.kind !== 'instance') return textOf(this.#rowLine(row, this.#columns(), false)).trim();
    const { world } = this.#context;
    const group = world.capture.groups.view(row.groupRow);
    return group === undefined ? '' : `${world.groupName(row.groupRow)} ${this.#texts(group).slice(3).join(' ')}`;
  }

  enter(): EnterStep | undefined {
    const row = this.#tree.rowAt(this.#place.cursor.selected);
    if (row === undefined) return undefined;
    if (row.kind !== 'instance') return { place: toggled(this.#place, row.key), isNew: false };
    return {
      place: { view: 'ladder', cursor: AT_TOP, left: 0, subject: { kind: 'instance', groupRow: row.groupRow } },
      isNew: true,
    };
  }

  /** Opens or closes the branch of the cursor; closing an instance closes what it is in. */
  withBranch(isOpen: boolean): Place {
    const row = this.#tree.rowAt(this.#place.cursor.selected);
    if (row === undefined) return this.#place;
    if (row.kind !== 'instance') return row.isOpen === isOpen ? this.#place : toggled(this.#place, row.key);
    if (isOpen) return this.#place;
    for (let index = this.#place.cursor.selected; index >= 0; index -= 1) {
      const above = this.#tree.rowAt(index);
      if (above?.kind !== 'stream') continue;
      return { ...toggled(this.#place, above.key), cursor: { ...this.#place.cursor, selected: index } };
    }
    return this.#place;
  }

  atGroup(groupRow: number): Place | undefined {
    const { world } = this.#context;
    let place = this.#place;
    if (place.filter === '') {
      const tree = this.#treeOf(place);
      for (const key of tree.closedAround(groupRow)) place = toggled(place, key);
      world.findInstance(groupRow, place.sort);
    }
    const index = this.#rowsOf(place).indexOfGroup(groupRow);
    return index === undefined ? undefined : { ...place, cursor: { ...place.cursor, selected: index } };
  }

  /** The cursor on a device and PASID, which is open. */
  atStream(key: string): GroupsPlace {
    const streams = this.#context.world.capture.streams;
    const stream = streams.find((each) => streamKey(each) === key);
    let place = this.#place;
    const device = `device ${stream?.device ?? ''}`;
    for (const branch of [device, key]) {
      const tree = this.#treeOf(place);
      const row = tree.rowAt(tree.indexOfBranch(branch) ?? -1);
      if (row !== undefined && row.kind !== 'instance' && !row.isOpen) place = toggled(place, branch);
    }
    const selected = this.#treeOf(place).indexOfBranch(key) ?? 0;
    return { ...place, cursor: { selected, top: Math.max(0, selected - 1) } };
  }

  atEvent(eventRow: number): Place | undefined {
    const groupRow = this.#context.world.capture.events.groupOf(eventRow);
    return groupRow === undefined ? undefined : this.atGroup(groupRow);
  }

  rowOnScreen(screenRow: number): number | undefined {
    return screenRow < 1 ? undefined : this.#place.cursor.top + screenRow - 1;
  }

  allLines(): readonly Line[] {
    const columns = this.#columns();
    const shown = Math.min(this.count, MOST_SAVED);
    const rows = Array.from({ length: shown }, (_, index) => this.#rowLine(this.#tree.rowAt(index), columns, false));
    const more = this.count > shown ? [line(`… and ${plural(this.count - shown, 'more row')}`)] : [];
    return [titleLine(columns, this.#lead), ...rows, ...more];
  }

  get #tree(): GroupRows {
    this.#built ??= this.#rowsOf(this.#place);
    return this.#built;
  }

  #rowsOf(place: GroupsPlace): GroupRows {
    const { filter, sort } = place;
    return filter === '' ? this.#treeOf(place) : new FlatGroups(this.#context.world.lists.groups(filter, sort));
  }

  get #isFlat(): boolean {
    return this.#place.filter !== '';
  }

  /** What stands before the first column. */
  get #lead(): number {
    return this.#isFlat ? LEAD : LEAD + INDENT;
  }

  #treeOf(place: GroupsPlace): GroupTree {
    return new GroupTree(this.#context.world, place.sort, place.toggled);
  }

  #rowLine(row: TreeRow | undefined, columns: readonly Column[], isSelected: boolean): Line {
    if (row === undefined) return EMPTY_LINE;
    const cursor = isSelected ? `${CURSOR} ` : '  ';
    const shown = this.#rowSpans(row, columns);
    const text = line(cursor, ...shown);
    return isSelected ? selected(text) : text;
  }

  #rowSpans(row: TreeRow, columns: readonly Column[]) {
    const { world } = this.#context;
    switch (row.kind) {
      case 'device': {
        const name = row.device === '' ? '(no device named)' : row.device;
        const groups = row.streams.reduce((sum, stream) => sum + stream.groups, 0);
        return [
          `  ${signOf(row.isOpen)} `,
          span(name, 'strong'),
          `  ${plural(groups, 'group')} in ${plural(row.streams.length, 'PASID')}`,
        ];
      }
      case 'stream': {
        const { stream } = row;
        const name = stream.pasid === undefined ? 'no PASID' : `PASID ${stream.pasid}`;
        const errors = world.errorsOf(stream);
        const mark = errors === 0 ? '  ' : `${shapeOf('error')} `;
        const found = errors === 0 ? '' : `, ${plural(errors, 'error')}`;
        return [
          span(mark, 'error'),
          `  ${signOf(row.isOpen)} `,
          span(name, 'strong'),
          `  ${streamText(stream)}${found}`,
        ];
      }
      case 'instance': {
        const group = world.capture.groups.view(row.groupRow);
        if (group === undefined) return [''];
        const severity = worstOfGroup(world, group);
        const mark = severity === undefined ? '  ' : `${shapeOf(severity)} `;
        return [span(mark, severity), ' '.repeat(this.#lead - LEAD), cells(columns, this.#texts(group))];
      }
      default:
        return row satisfies never;
    }
  }

  /** Cells in the order of the columns. */
  #texts(group: GroupView): string[] {
    const { world, size } = this.#context;
    const { capture } = world;
    const event = group.firstRequest ?? group.response;
    const input = event === undefined ? 0 : (capture.events.shapeOf(event)?.input ?? 0);
    const code = group.code ?? '';
    const { device = '' } = group;
    return [
      size.columns >= 110 ? device : device.replace(/^0000:/, ''),
      group.pasid === undefined ? '-' : String(group.pasid),
      `PRGI ${group.prgi} #${group.instance}`,
      group.startNs === undefined ? '' : capture.timeText(group.startNs, input),
      group.state,
      group.rawCode === undefined ? code : `${code} (${group.rawCode})`,
      group.latencyNs === undefined ? '' : formatDuration(group.latencyNs),
      String(group.requestCount),
      group.findings.join(' '),
    ];
  }

  #columns(): readonly Column[] {
    const { world, size } = this.#context;
    const isWide = size.columns >= 110;
    const isNarrow = size.columns < 70;
    const isFlat = this.#isFlat;
    const fixed: Column[] = [
      { title: 'device', width: isFlat ? (isWide ? 13 : 8) : 0 },
      { title: 'PASID', width: isFlat ? 5 : 0, isRight: true },
      { title: 'group', width: isNarrow ? 12 : 13 },
      { title: 'start', width: world.timeWidth, isRight: true },
      { title: 'state', width: isWide ? 17 : 10 },
      { title: 'code', width: isNarrow || (isFlat && !isWide) ? 0 : isWide ? 20 : 7 },
      { title: 'latency', width: isNarrow ? 0 : 9, isRight: true },
      { title: 'req', width: isNarrow || (isFlat && !isWide) ? 0 : 3, isRight: true },
    ];
    const room = size.columns - this.#lead - tableWidth(fixed);
    return [...fixed, { title: 'findings', width: Math.max(0, room - 1) }];
  }
}

function toggled(place: GroupsPlace, key: string): GroupsPlace {
  const isToggled = place.toggled.includes(key);
  return { ...place, toggled: isToggled ? place.toggled.filter((each) => each !== key) : [...place.toggled, key] };
}

function signOf(isOpen: boolean): string {
  return isOpen ? '▾' : '▸';
}

function streamText({ groups, states, latency, lane }: LatencyStream): string {
  const counts = Object.entries(states).filter(([, count]) => count > 0);
  const shown = counts.map(([state, count]) => `${count} ${state}`).join(', ');
  const times =
    latency === undefined ? '' : `; p50 ${formatDuration(latency.p50Ns)}, max ${formatDuration(latency.maxNs)}`;
  const where = lane === 'host' ? '' : ` (${lane})`;
  return `${plural(groups, 'group')}${where}: ${shown}${times}`;
}
