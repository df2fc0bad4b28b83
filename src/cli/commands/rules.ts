import { assertUnreachable } from '../../base/assert.ts';
import { UsageError } from '../../base/errors.ts';
import { explainMarkdown, explainText, ruleRecord, ruleTable, ruleTableMarkdown } from '../../report/rule-docs.ts';
import { rules } from '../../rules/registry.ts';
import type { Rule } from '../../rules/rule.ts';
import type { DocsFormat, DocsOptions, RulesOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { didYouMean } from '../option-values.ts';
import { writeTarget } from '../output-target.ts';
import type { Session } from '../session.ts';
import { styleFor } from '../shown.ts';

/** `faultlog explain ID`: the documentation of a rule, by id (`FL201`) or name (`crossed-response`). */
export async function runExplain(session: Session, wanted: string, options: DocsOptions): Promise<number> {
  const rule = findRule(wanted);
  for (const target of options.format ?? [{ format: 'text' } as const]) {
    const style = styleFor(session, options, target);
    await writeTarget(target, session, [render(target.format, rule, () => explainText(rule, style))]);
  }
  return EXIT.clean;
}

/** `faultlog rules`: all rules in the order of their ids. */
export async function runRules(session: Session, options: RulesOptions): Promise<number> {
  const listed = rules.filter((rule) => options.severity === undefined || rule.severity === options.severity);
  for (const target of options.format ?? [{ format: 'text' } as const]) {
    const text = renderTable(target.format, listed, () => ruleTable(listed, styleFor(session, options, target)));
    await writeTarget(target, session, [text]);
  }
  return EXIT.clean;
}

function render(format: DocsFormat, rule: Rule, text: () => string): string {
  switch (format) {
    case 'text':
      return text();
    case 'json':
      return `${JSON.stringify(ruleRecord(rule), undefined, 2)}\n`;
    case 'markdown':
      return explainMarkdown(rule);
    default:
      return assertUnreachable(format);
  }
}

function renderTable(format: DocsFormat, listed: readonly Rule[], text: () => string): string {
  switch (format) {
    case 'text':
      return text();
    case 'json':
      return `${JSON.stringify(listed.map(ruleRecord), undefined, 2)}\n`;
    case 'markdown':
      return ruleTableMarkdown(listed);
    default:
      return assertUnreachable(format);
  }
}

function findRule(wanted: string): Rule {
  const lower = wanted.toLowerCase();
  const rule = rules.find(({ id, name }) => id.toLowerCase() === lower || name === lower);
  if (rule !== undefined) return rule;
  const names = rules.flatMap(({ id, name }) => [id, name]);
  throw new UsageError(
    `there is no rule '${wanted}'`,
    `${didYouMean(/^\d+$/.test(wanted) ? `fl${wanted}` : wanted, names)}faultlog rules lists them all.`,
  );
}
