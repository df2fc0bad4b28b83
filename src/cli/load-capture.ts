import { type AnalysisOptions, analyse } from '../analysis/analyse.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import type { Finding } from '../model/finding.ts';
import type { ParserRegistry } from '../model/parser.ts';
import { shortNames } from '../report/wording.ts';
import { rules } from '../rules/registry.ts';
import { Capture, type CaptureInput, type OpenRaw } from '../store/capture.ts';
import { StoreWriter } from '../store/store-writer.ts';

/** Time between two updates while loading. */
const UPDATE_MS = 50;

export interface LoadingCapture {
  readonly capture: Capture;
  /** Resolves when all is read and summed up; never rejects: `progress.error` says what went wrong. */
  readonly loaded: Promise<void>;
}

/** Reads the inputs into a capture, in this thread. Returns at once; what is read can be looked at. */
export function loadCaptureHere(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  options: AnalysisOptions,
  openRaw?: OpenRaw,
): LoadingCapture {
  const writer = new StoreWriter();
  const capture = new Capture(named(inputs), writer, {
    rules,
    ...(openRaw !== undefined && { openRaw }),
    ...(options.owners !== undefined && { owners: options.owners }),
  });
  return { capture, loaded: fill(capture, writer, inputs, parsers, options) };
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

async function fill(
  capture: Capture,
  writer: StoreWriter,
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  options: AnalysisOptions,
): Promise<void> {
  let bytes = 0;
  let reports: readonly InputReport[] = [];
  let findings: Finding[] = [];
  let traceStart: number | undefined;
  let updatedAt = performance.now();
  const update = (): void => {
    updatedAt = performance.now();
    writer.settle();
    capture.update({
      bytes,
      scales: reports.map(({ scale }) => scale),
      findings,
      ...(traceStart !== undefined && { traceStart }),
    });
    findings = [];
  };
  try {
    const result = await analyse(inputs, parsers, {
      ...options,
      read: {
        ...options.read,
        onProgress: (count) => {
          bytes += count;
          options.read?.onProgress?.(count);
        },
      },
      onEvents: (events, known, domain) => {
        reports = known;
        if (domain === 'trace') traceStart ??= writer.events.rows.count;
        writer.addEvents(events);
        options.onEvents?.(events, known, domain);
        if (performance.now() - updatedAt >= UPDATE_MS) update();
      },
      onGroupEnd: (group, lane, above) => {
        writer.addGroup(group, lane, above);
        options.onGroupEnd?.(group, lane, above);
      },
      onGroupFinding: (group, ruleId) => writer.addGroupFinding(group, ruleId),
      onFinding: (finding) => findings.push(finding),
    });
    update();
    capture.update({ result });
    await capture.whenReady();
  } catch (error) {
    update();
    capture.update({ error: error instanceof Error ? error.message : String(error) });
  }
}
