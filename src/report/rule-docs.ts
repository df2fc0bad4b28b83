import type { Severity } from '../model/finding.ts';
import { paintFor } from './paint.ts';
import type { ReportStyle } from './reporter.ts';
import { wrap } from './wrap.ts';

/** What the reports say about a rule (`src/rules/rule.ts` has more). */
export interface DocumentedRule {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  /** Facts that the capture must contain for the rule to speak. */
  readonly needs: string;
  readonly docs: {
    readonly finds: string;
    readonly matters: string;
    readonly misleads: string;
    readonly example: string;
    readonly references: readonly string[];
  };
}

/** The rule as data, for `--format json`. */
export function ruleRecord({ id, name, severity, needs, docs }: DocumentedRule): DocumentedRule {
  return { id, name, severity, needs, docs };
}

export function explainText(rule: DocumentedRule, style: ReportStyle): string {
  const paint = paintFor(style.colour);
  const head = paint.strong(paint.severity(rule.severity, `${rule.id} ${rule.name}`));
  const sections = ruleSections(rule).map(([title, body]) => `${paint.strong(title)}\n${indented(body, style.width)}`);
  return `${head} (${rule.severity})\n\n${sections.join('\n\n')}\n`;
}

export function explainMarkdown(rule: DocumentedRule): string {
  const sections = ruleSections(rule).map(([title, body]) => {
    const text = title === 'Example' ? `\`\`\`\n${body}\n\`\`\`` : body;
    return `## ${title}\n\n${text}`;
  });
  return `# ${rule.id} ${rule.name}\n\nSeverity: ${rule.severity}\n\n${sections.join('\n\n')}\n`;
}

/** One line a rule: id, severity, name and what it finds. */
export function ruleTable(rules: readonly DocumentedRule[], style: ReportStyle): string {
  const paint = paintFor(style.colour);
  const nameWidth = Math.max(0, ...rules.map(({ name }) => name.length));
  const lines = rules.map(({ id, severity, name, docs }) => {
    const indent = ' '.repeat(id.length + nameWidth + 13);
    const what = wrap(docs.finds.replaceAll(/\s+/g, ' '), style.width, indent).trimStart();
    return `${id}  ${paint.severity(severity, severity.padEnd(7))}  ${name.padEnd(nameWidth)}  ${what}\n`;
  });
  return lines.join('');
}

export function ruleTableMarkdown(rules: readonly DocumentedRule[]): string {
  const rows = rules.map(({ id, name, severity, docs }) => {
    const finds = docs.finds.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
    return `| ${id} | ${name} | ${severity} | ${finds} |\n`;
  });
  return `| id | name | severity | what it finds |\n|---|---|---|---|\n${rows.join('')}`;
}

export function ruleSections({ docs, needs }: DocumentedRule): readonly (readonly [string, string])[] {
  return [
    ['What it finds', docs.finds],
    ['Why it matters', docs.matters],
    ['What can mislead', docs.misleads],
    ['What the capture must contain', needs],
    ['Example', docs.example],
    ['References', docs.references.join('\n')],
  ];
}

/** Prose is wrapped; lines that are indented or aligned already (an example) stay as they are. */
function indented(body: string, width: number): string {
  const isPreformatted = /^\s|\S {2,}\S|\n\S.*\n\S/.test(body);
  if (isPreformatted) return body.replaceAll(/^/gm, '  ');
  return body
    .split('\n')
    .map((paragraph) => wrap(paragraph, width, '  '))
    .join('\n');
}
