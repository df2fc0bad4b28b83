import type { Baseline } from '../../config/baseline.ts';
import type { ConfigFile } from '../../config/schema.ts';
import type { Finding } from '../../model/finding.ts';
import type { Result } from '../../model/result.ts';
import type { LiveFound, LiveReporter } from '../../report/reporter.ts';
import type { CheckTarget } from '../check-reports.ts';
import type { CheckFormat, CheckOptions } from '../command-options.ts';
import { complain } from '../messages.ts';
import { isStandardOutput, writeTarget } from '../output-target.ts';
import type { Session } from '../session.ts';
import { styleFor } from '../shown.ts';

/** Errors that were shown and may have to be taken back, at most. */
const MOST_TRACKED = 10_000;

/** Prints findings of a followed input as they come, on standard output. */
export interface LiveReport {
  show(findings: readonly Finding[], inputs: Result['inputs']): Promise<void>;
  /** Says which of the errors that were shown the result does not have. */
  takeBack(result: Result): Promise<void>;
}

/** Only the formats that are made of single findings show some before the end. */
export async function liveReport(
  session: Session,
  targets: readonly CheckTarget[],
  options: CheckOptions,
  known: { readonly config: ConfigFile; readonly baseline: Baseline | undefined },
  isShown: (finding: Finding) => boolean,
): Promise<LiveReport> {
  const target = targets.find(isStandardOutput);
  const reporter = target === undefined ? undefined : await loadLiveReporter(target.format);
  const judge = await judgeOf(session, known);
  const tracked = new Map<string, Finding>();
  return {
    async show(findings, inputs) {
      const judged = findings.map(judge).filter((finding) => finding !== undefined && isShown(finding));
      const shown = judged.filter((finding) => finding !== undefined);
      for (const finding of shown) if (tracked.size < MOST_TRACKED) track(finding, tracked);
      if (target === undefined || reporter === undefined || shown.length === 0) return;
      const found: LiveFound = { inputs, findings: shown };
      await writeTarget(target, session, reporter(found, styleFor(session, options, target)));
    },
    async takeBack({ findings, omitted }) {
      for (const key of findings.flatMap(keysOf)) tracked.delete(key);
      const left = [...tracked.values()].filter(({ id }) => omitted?.[id] === undefined);
      for (const { id, device, evidence } of left) {
        const on = device === undefined ? '' : ` on ${device}`;
        await complain(
          session,
          `${id}${on}, shown for line ${evidence[0]?.line ?? '?'}, does not hold any more`,
          'What came later explains it: see the report.',
        );
      }
    },
  };
}

/** What rules fold over time has other lines in the result. */
function track(finding: Finding, tracked: Map<string, Finding>): void {
  const [key] = keysOf(finding);
  if (finding.severity === 'error' && finding.count === undefined && key !== undefined) tracked.set(key, finding);
}

function keysOf(finding: Finding): readonly string[] {
  return [
    ...finding.evidence.map(({ input, line }) => `${finding.id} ${input}:${line}`),
    ...(finding.consequences ?? []).flatMap(keysOf),
  ];
}

async function judgeOf(
  session: Session,
  { config, baseline }: { readonly config: ConfigFile; readonly baseline: Baseline | undefined },
): Promise<(finding: Finding) => Finding | undefined> {
  const accepted = new Set(baseline?.entries.map(({ fingerprint }) => fingerprint));
  if (config.severity === undefined && config.ignore === undefined) {
    return (finding) => (accepted.has(finding.fingerprint) ? undefined : finding);
  }
  const { findingPolicy } = await import('../../config/policy.ts');
  const policy = findingPolicy(config, session.now);
  return (finding) => (accepted.has(finding.fingerprint) ? undefined : policy(finding));
}

async function loadLiveReporter(format: CheckFormat): Promise<LiveReporter | undefined> {
  switch (format) {
    case 'text':
      return (await import('../../report/text.ts')).liveText;
    case 'concise':
      return (await import('../../report/concise.ts')).liveConcise;
    case 'jsonl':
      return (await import('../../report/jsonl.ts')).liveJsonl;
    default:
      return undefined;
  }
}
