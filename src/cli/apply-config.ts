import type { Baseline, BaselineEntry } from '../config/baseline.ts';
import type { ConfigFile, IgnoreMatcher } from '../config/schema.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import type { SuppressedFinding } from '../report/pipeline.ts';
import { complain } from './messages.ts';
import type { Session } from './session.ts';

/** Stale entries that are named; the others are counted. */
const NAMED_ENTRIES = 5;

/** A result as configuration and baseline want it judged. */
export interface JudgedResult {
  readonly result: Result;
  /** Findings that are out of the result. */
  readonly suppressed: readonly SuppressedFinding[];
  readonly staleEntries: number;
  isTolerated(finding: Finding): boolean;
}

/**
 * Severities, ignores, tolerations and the baseline; their code is loaded only if there are any. Says on standard
 * error which of them have expired and which entries of the baseline match nothing.
 */
export async function applyConfig(
  session: Session,
  analysed: Result,
  config: ConfigFile,
  baseline: Baseline | undefined,
  isStaleTold: boolean,
): Promise<JudgedResult> {
  const suppressed: SuppressedFinding[] = [];
  let result = analysed;
  if (config.severity !== undefined || config.ignore !== undefined) {
    const { applyPolicy } = await import('../config/policy.ts');
    const policed = applyPolicy(analysed, config, session.now);
    result = policed.result;
    for (const { finding, matcher } of policed.ignored) {
      suppressed.push({ finding, by: 'ignore', reason: matcher.reason });
    }
    for (const matcher of policed.expired) await sayExpired(session, matcher);
  }
  let staleEntries = 0;
  if (baseline !== undefined) {
    const { applyBaseline } = await import('../config/baseline.ts');
    const outcome = applyBaseline(result, baseline, analysed, session.now);
    result = outcome.result;
    for (const { finding, entry } of outcome.known) {
      suppressed.push({ finding, by: 'baseline', ...(entry.reason !== undefined && { reason: entry.reason }) });
    }
    staleEntries = outcome.stale.length;
    await sayEntries(session, outcome.expired, 'expired: findings count again', 'Renew or remove');
    if (isStaleTold) await sayEntries(session, outcome.stale, 'stale: no finding matches any more', 'Remove');
  }
  if (config.tolerate === undefined) return { result, suppressed, staleEntries, isTolerated: () => false };
  const { toleratedFindings } = await import('../config/policy.ts');
  const tolerated = toleratedFindings(result, config.tolerate);
  return { result, suppressed, staleEntries, isTolerated: (finding) => tolerated.has(finding) };
}

async function sayExpired(session: Session, { rule, reason, expires }: IgnoreMatcher): Promise<void> {
  const what = rule ?? 'findings';
  await complain(session, `warning: ignoring ${what} (${reason}) expired on ${expires}`, 'Renew or remove it.');
}

async function sayEntries(
  session: Session,
  entries: readonly BaselineEntry[],
  what: string,
  advice: string,
): Promise<void> {
  if (entries.length === 0) return;
  const named = entries.slice(0, NAMED_ENTRIES).map(({ fingerprint, rule }) => `${rule} ${fingerprint}`);
  const more = entries.length > NAMED_ENTRIES ? ` and ${entries.length - NAMED_ENTRIES} more` : '';
  const count = entries.length === 1 ? '1 entry of the baseline is' : `${entries.length} entries of the baseline are`;
  await complain(
    session,
    `warning: ${count} ${what}: ${named.join(', ')}${more}`,
    `${advice} ${entries.length === 1 ? 'it' : 'them'}, or write the baseline anew with --write-baseline.`,
  );
}
