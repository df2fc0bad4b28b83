import type { ConfigFile } from '../config/schema.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { complain } from './messages.ts';
import type { Session } from './session.ts';

/** A result as the configuration wants it judged. */
export interface JudgedResult {
  readonly result: Result;
  isTolerated(finding: Finding): boolean;
}

/** Severities, ignores and tolerations of the configuration; their code is loaded only if there are any. */
export async function applyConfig(session: Session, analysed: Result, config: ConfigFile): Promise<JudgedResult> {
  if (config.severity === undefined && config.ignore === undefined && config.tolerate === undefined) {
    return { result: analysed, isTolerated: () => false };
  }
  const { applyPolicy, toleratedFindings } = await import('../config/policy.ts');
  const { result, expired } = applyPolicy(analysed, config, session.now);
  for (const { rule, reason, expires } of expired) {
    const what = rule ?? 'findings';
    await complain(session, `warning: ignoring ${what} (${reason}) expired on ${expires}`, 'Renew or remove it.');
  }
  const tolerated = toleratedFindings(result, config.tolerate ?? []);
  return { result, isTolerated: (finding) => tolerated.has(finding) };
}
