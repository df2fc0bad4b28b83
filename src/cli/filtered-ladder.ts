import type { AnalysisOptions } from '../analysis/analyse.ts';
import type { Filter } from '../filter/filter.ts';
import type { WindowLimits } from '../model/context-window.ts';
import type { LadderScene } from '../model/ladder-scene.ts';
import type { Result } from '../model/result.ts';
import { shownBy } from '../report/shown-filter.ts';
import { storedEvents } from '../store/ladder-scene.ts';
import { allRows } from '../store/row-list.ts';
import type { ShownOptions } from './command-options.ts';
import { readCapture } from './load-capture.ts';
import type { Setup } from './setup.ts';
import { filterOf } from './shown.ts';

/** The events that pass a filter, which may ask for what is known in the end only: from a store of the whole capture. */
export async function filteredScene(
  { inputs, parsers }: Setup,
  where: Filter,
  options: ShownOptions,
  settings: AnalysisOptions,
  limits: WindowLimits,
): Promise<{ readonly scene: LadderScene | undefined; readonly result: Result }> {
  const { capture, result } = await readCapture(inputs, parsers, settings);
  const isShown = shownBy(filterOf(options));
  const rows: number[] = [];
  for (const row of allRows(capture.eventRows(where))) {
    const { device, pasid, input, timeNs } = capture.events.view(row) ?? { input: 0 };
    const time = timeNs === undefined ? '' : capture.timeText(timeNs, input);
    const named = { ...(device !== undefined && { device }), ...(pasid !== undefined && { pasid }) };
    if (isShown({ ...named, ...(time !== '' && { time }) })) rows.push(row);
  }
  return { scene: rows.length === 0 ? undefined : storedEvents(capture, rows, limits), result };
}
