import { sanitise } from '../base/text.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import type { LiveReporter, Reporter } from './reporter.ts';
import { pathOf, subjectOf, triggerOf, worstFirst } from './wording.ts';

/** One line a finding, `file:line:col: severity FL201 message`, that editors and compilers' readers know. */
export const reportConcise: Reporter = function* (result, style) {
  for (const finding of worstFirst(result.findings)) {
    yield conciseLine(result, finding);
    if (style.isQuiet) continue;
    for (const consequence of finding.consequences ?? []) yield conciseLine(result, consequence);
  }
};

export const liveConcise: LiveReporter = function* ({ inputs, findings }) {
  for (const finding of findings) yield conciseLine({ inputs }, finding);
};

function conciseLine(result: Pick<Result, 'inputs'>, finding: Finding): string {
  const at = triggerOf(finding);
  const place = at === undefined ? pathOf(result, 0) : `${pathOf(result, at.input)}:${at.line}:1`;
  const subject = subjectOf(finding);
  const doubt = finding.certainty === 'certain' ? '' : ` (${finding.certainty})`;
  const about = subject === '' ? '' : `${subject}: `;
  return `${place}: ${finding.severity} ${finding.id} ${about}${sanitise(finding.message)}${doubt}\n`;
}
