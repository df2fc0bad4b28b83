import type { AnalysisOptions } from '../analysis/analyse.ts';
import type { InputSpec } from '../intake/input.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { Result } from '../model/result.ts';
import { shortNames } from '../report/wording.ts';
import { rules } from '../rules/registry.ts';
import { Capture, type CaptureInput, type CaptureOptions, type CaptureTables, type OpenRaw } from '../store/capture.ts';
import { AdoptedTables } from '../store/store-delta.ts';
import { StoreWriter } from '../store/store-writer.ts';
import { fillStore, readIntoStore } from './fill-store.ts';
import type { LoadingThread } from './loading-thread.ts';

export interface LoadingCapture {
  readonly capture: Capture;
  /** Resolves when all is read and summed up; never rejects: `progress.error` says what went wrong. */
  readonly loaded: Promise<void>;
}

/** What a capture is told besides its rows. */
export type CaptureSettings = Pick<AnalysisOptions, 'owners'> & Pick<CaptureOptions, 'judge'>;

/** Reads the inputs into a capture, in this thread. Returns at once; what is read can be looked at. */
export function loadCaptureHere(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  options: AnalysisOptions & CaptureSettings,
  openRaw?: OpenRaw,
): LoadingCapture {
  const writer = new StoreWriter();
  const capture = newCapture(inputs, writer, options, openRaw);
  void fillStore(writer, inputs, parsers, options, (update) => capture.update(update));
  return { capture, loaded: capture.whenReady() };
}

/** Looks at a capture that another thread reads: keys are served whatever that does. */
export function watchCapture(
  inputs: readonly InputSpec[],
  thread: LoadingThread,
  options: CaptureSettings,
  openRaw?: OpenRaw,
): LoadingCapture {
  const tables = new AdoptedTables();
  const capture = newCapture(inputs, tables, options, openRaw);
  thread.onNews(({ delta, update }) => {
    if (delta !== undefined) tables.adopt(delta);
    capture.update(update);
  });
  capture.onClose(() => thread.stop());
  return { capture, loaded: capture.whenReady() };
}

function newCapture(
  inputs: readonly InputSpec[],
  tables: CaptureTables,
  { owners, judge }: CaptureSettings,
  openRaw: OpenRaw | undefined,
): Capture {
  return new Capture(named(inputs), tables, {
    rules,
    ...(openRaw !== undefined && { openRaw }),
    ...(owners !== undefined && { owners }),
    ...(judge !== undefined && { judge }),
  });
}

/** With the names that are shown. */
function named(inputs: readonly InputSpec[]): readonly CaptureInput[] {
  const names = shortNames(inputs);
  return inputs.map(({ path, lane, laneName, sizeBytes }, index) => ({
    path,
    name: names[index] ?? path,
    lane,
    ...(laneName !== undefined && { laneName }),
    ...(sizeBytes !== undefined && { sizeBytes }),
  }));
}

/** Reads the inputs to their end, for a command that asks for something of the whole capture. */
export async function readCapture(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  options: AnalysisOptions,
): Promise<{ readonly capture: Capture; readonly result: Result }> {
  const writer = new StoreWriter();
  const capture = newCapture(inputs, writer, options, undefined);
  const result = await readIntoStore(writer, inputs, parsers, options, (update) => capture.update(update));
  await capture.whenReady();
  return { capture, result };
}
