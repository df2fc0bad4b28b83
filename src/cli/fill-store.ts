import { type AnalysisOptions, analyse } from '../analysis/analyse.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import type { Finding } from '../model/finding.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { CaptureUpdate } from '../store/capture.ts';
import type { StoreWriter } from '../store/store-writer.ts';

/** Time between two updates. */
const UPDATE_MS = 50;

/**
 * Reads the inputs into a store and says now and then how far it is; the last update has the result, or why there is none.
 * Never rejects.
 */
export async function fillStore(
  writer: StoreWriter,
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  options: AnalysisOptions,
  tell: (update: CaptureUpdate) => void,
): Promise<void> {
  let bytes = 0;
  let reports: readonly InputReport[] = [];
  let findings: Finding[] = [];
  let traceStart: number | undefined;
  let toldAt = performance.now();
  const update = (last: CaptureUpdate = {}): void => {
    toldAt = performance.now();
    writer.settle();
    tell({
      bytes,
      scales: reports.map(({ scale }) => scale),
      findings,
      ...(traceStart !== undefined && { traceStart }),
      ...last,
    });
    findings = [];
  };
  const updateIfDue = (): void => {
    if (performance.now() - toldAt >= UPDATE_MS) update();
  };
  try {
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
      onFinding: (finding) => findings.push(finding),
    });
    update({ result });
  } catch (error) {
    update({ error: error instanceof Error ? error.message : String(error) });
  }
}
