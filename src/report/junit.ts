import XmlBuilder from 'fast-xml-builder';
import { plural, sanitise } from '../base/text.ts';
import type { Finding } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import { paintFor } from './paint.ts';
import type { PipelineContext, PipelineReporter } from './pipeline.ts';
import type { ReportStyle } from './reporter.ts';
import type { DocumentedRule } from './rule-docs.ts';
import { evidenceLines } from './text-finding.ts';
import { leftOutParts, subjectOf, triggerOf, worstFirst } from './wording.ts';

/** Findings of a rule whose evidence is shown. */
const SHOWN_FINDINGS = 20;

/** An element as the builder takes it: attributes behind `@`, text as `#text`, elements by name. */
type Element = Readonly<Record<string, unknown>>;

/**
 * JUnit XML: a test suite an input, a test case a rule, so that passing rules show too. A case fails where a finding
 * makes the run fail; findings that do not are in the suite's output. The shape is that of Ant's JUnit task.
 */
export const reportJunit: PipelineReporter = (result, style, context) => {
  const builder = new XmlBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true });
  const suites = result.inputs.map((_, input) => suiteOf(result, input, style, context));
  const document = builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: { testsuite: suites },
  });
  return [document];
};

function suiteOf(result: Result, input: number, style: ReportStyle, context: PipelineContext): Element {
  const findings = worstFirst(result.findings).filter((finding) => inputOf(finding) === input);
  const cases = context.rules.map((rule) => caseOf(result, rule, findings, style, context));
  const error = result.inputs[input]?.error;
  if (error !== undefined) cases.push(unreadCase(error));
  const others = findings.filter((finding) => !context.fails(finding));
  return {
    '@id': input,
    '@name': attribute(context.pathOf(input)),
    '@package': 'faultlog',
    '@tests': cases.length,
    '@failures': cases.filter((each) => 'failure' in each).length,
    '@errors': error === undefined ? 0 : 1,
    '@time': 0,
    '@timestamp': context.startedAt.toISOString().slice(0, 19),
    '@hostname': 'localhost',
    properties: { property: propertiesOf(result, input) },
    testcase: cases,
    'system-out': textOf([...(input === 0 ? leftOutParts(result) : []), ...shownOf(others, result, style)]),
    'system-err': error === undefined ? '' : textOf([error]),
  };
}

function propertiesOf(result: Result, input: number): readonly Element[] {
  const { tool, inputs } = result;
  const { lane = '', framing, events = 0, unread = 0, lostEvents = 0 } = inputs[input] ?? {};
  const values = { version: tool.version, lane, framing, events, unread, lostEvents };
  const named = Object.entries(values).concat(input === 0 ? limitProperties(result) : []);
  return named.flatMap(([name, value]) =>
    value === undefined ? [] : [{ '@name': name, '@value': attribute(String(value)) }],
  );
}

/** What is true of the analysis and not of one input: in the first suite. */
function limitProperties({ omitted = {}, beyondBounds = {} }: Result): [string, number | undefined][] {
  return [
    ...Object.entries(omitted).map(([id, count]): [string, number] => [`omitted.${id}`, count]),
    ...Object.entries(beyondBounds).map(([table, count]): [string, number] => [`beyondBounds.${table}`, count]),
  ];
}

function caseOf(
  result: Result,
  rule: DocumentedRule,
  findings: readonly Finding[],
  style: ReportStyle,
  context: PipelineContext,
): Element {
  const failing = findings.filter((finding) => finding.id === rule.id && context.fails(finding));
  const [first] = failing;
  const name = { '@name': `${rule.id} ${rule.name}`, '@classname': `faultlog.${rule.id}`, '@time': 0 };
  if (first === undefined) return name;
  const more = failing.length > 1 ? ` (and ${failing.length - 1} more)` : '';
  return {
    ...name,
    failure: {
      '@message': attribute(`${statementOf(first)}${more}`),
      '@type': first.severity,
      '#text': textOf([...shownOf(failing, result, style)]),
    },
  };
}

/** So many findings of each rule, and how many more there are. */
function shownOf(findings: readonly Finding[], result: Result, style: ReportStyle): readonly string[] {
  const seen = new Map<string, number>();
  const lines: string[] = [];
  for (const finding of findings) {
    const before = seen.get(finding.id) ?? 0;
    seen.set(finding.id, before + 1);
    if (before < SHOWN_FINDINGS) lines.push(...findingText(result, finding, style));
  }
  for (const [id, count] of seen) {
    if (count > SHOWN_FINDINGS) lines.push(`… and ${plural(count - SHOWN_FINDINGS, 'more finding')} of ${id}`);
  }
  return lines;
}

function unreadCase(error: string): Element {
  return {
    '@name': 'input is read to its end',
    '@classname': 'faultlog.input',
    '@time': 0,
    error: { '@message': attribute(error), '@type': 'input' },
  };
}

function findingText(result: Result, finding: Finding, style: ReportStyle): readonly string[] {
  const { severity, id, name, certainty } = finding;
  const lines = [`${severity} ${id} ${name} (${certainty}): ${statementOf(finding)}`];
  lines.push(...evidenceLines(result, finding, paintFor(false), style));
  for (const { id: effect, name: called, message } of finding.consequences ?? []) {
    lines.push(`  consequence ${effect} ${called}: ${message}`);
  }
  return lines;
}

function statementOf(finding: Finding): string {
  const subject = subjectOf(finding);
  return subject === '' ? finding.message : `${subject}: ${finding.message}`;
}

function inputOf(finding: Finding): number {
  return triggerOf(finding)?.input ?? 0;
}

function textOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${lines.map(attribute).join('\n')}\n`;
}

/** Characters that XML 1.0 allows, on one line; the builder escapes its own. */
function attribute(text: string): string {
  return sanitise(text).replaceAll(/[\ufffe\uffff]/g, '\ufffd');
}
