import { type AnalysisOptions, analyse } from '../analysis/analyse.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import type { Finding } from '../model/finding.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { Result } from '../model/result.ts';
import type { CaptureUpdate } from '../store/capture.ts';
import type { StoreWriter } from '../store/store-writer.ts';

/** Time between two updates: at first, when everybody waits for something to see, and later. */
const EAGER_MS = 50;
const STEADY_MS = 200;
const EAGER_UPDATES = 20;

/** As `readIntoStore`; never rejects: the last update has the result, or why there is none. */
export async function fillStore(
  writer: StoreWriter,
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  options: AnalysisOptions,
  tell: (update: CaptureUpdate) => void,
): Promise<void> {
  try {
    await readIntoStore(writer, inputs, parsers, options, tell);
  } catch (error) {
    tell({ error: error instanceof Error ? error.message : String(error) });
  }
}

/** Reads the inputs into a store and says now and then how far it is, last with the result. */
export async function readIntoStore(
  writer: StoreWriter,
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  options: AnalysisOptions,
  tell: (update: CaptureUpdate) => void,
): Promise<Result> {
  let bytes = 0;
  let reports: readonly InputReport[] = [];
  let findings: Finding[] = [];
  let traceStart: number | undefined;
  let toldAt = performance.now();
  let updates = 0;
  const update = (last: CaptureUpdate = {}): void => {
    updates += 1;
    writer.settle();
    tell({
      bytes,
      scales: reports.map(({ scale }) => scale),
      findings,
      ...(traceStart !== undefined && { traceStart }),
      ...last,
    });
    findings = [];
    toldAt = performance.now();
  };
  const updateIfDue = (): void => {
    if (performance.now() - toldAt >= (updates < EAGER_UPDATES ? EAGER_MS : STEADY_MS)) update();
  };
  const result = await analyse(inputs, parsers, {
    ...options,
    read: {
      ...options.read,
      onProgress: (count) => {
        bytes += count;
        options.read?.onProgress?.(count);
        updateIfDue();
      },
    },
    onEvents: (events, known, domain) => {
      reports = known;
      if (domain === 'trace') traceStart ??= writer.events.rows.count;
      writer.addEvents(events);
      updateIfDue();
    },
    onGroupEnd: (group, lane, above) => writer.addGroup(group, lane, above),
    onGroupFinding: (group, ruleId) => writer.addGroupFinding(group, ruleId),
    onCrossing: (crossing) => writer.addCrossing(crossing),
    onFinding: (finding) => findings.push(finding),
  });
  update({ result, owed: writer.owed() });
  return result;
}
