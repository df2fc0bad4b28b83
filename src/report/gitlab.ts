import { stableHash } from '../base/hash.ts';
import { sanitise } from '../base/text.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import type { PipelineContext, PipelineReporter } from './pipeline.ts';
import { leftOutParts, subjectOf, triggerOf, worstFirst } from './wording.ts';

/** GitLab knows info, minor, major, critical and blocker. */
const SEVERITY: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', note: 'info' };

/**
 * A code-quality report, as `artifacts: reports: codequality` of a GitLab job takes it: one issue a finding,
 * one for each input that could not be read, and one for what the analysis had no room for.
 */
export const reportGitlab: PipelineReporter = function* (result, _, context) {
  let separator = '[\n';
  for (const issue of issuesOf(result, context)) {
    yield `${separator}${JSON.stringify(issue)}`;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
};

function* issuesOf(result: Result, context: PipelineContext): Generator<object> {
  const { inputs, findings } = result;
  for (const [index, { error }] of inputs.entries()) {
    if (error === undefined) continue;
    const path = context.pathOf(index);
    yield {
      description: `The input could not be read: ${sanitise(error)}`,
      check_name: 'input',
      fingerprint: stableHash(`input|${path}`),
      severity: 'blocker',
      location: { path, lines: { begin: 1 } },
    };
  }
  const leftOut = leftOutParts(result);
  if (leftOut.length > 0) {
    const path = context.pathOf(0);
    yield {
      description: `Not everything was kept: ${leftOut.join('; ')}`,
      check_name: 'limits',
      fingerprint: stableHash(`limits|${path}`),
      severity: 'info',
      location: { path, lines: { begin: 1 } },
    };
  }
  for (const finding of worstFirst(findings)) yield issueOf(finding, context);
}

function issueOf(finding: Finding, context: PipelineContext): object {
  const at = triggerOf(finding);
  const subject = subjectOf(finding);
  const doubt = finding.certainty === 'certain' ? '' : ` (${finding.certainty})`;
  return {
    description: `${finding.id} ${finding.name}${doubt}: ${subject === '' ? '' : `${subject}: `}${sanitise(finding.message)}`,
    check_name: finding.id,
    fingerprint: finding.fingerprint,
    // GitLab knows no certainty: what is only possible must not look like a verdict.
    severity: finding.certainty === 'possible' && finding.severity === 'error' ? 'minor' : SEVERITY[finding.severity],
    location: {
      path: context.pathOf(at?.input ?? 0),
      lines: { begin: at?.line ?? 1 },
    },
  };
}
