import type * as Sarif from 'sarif';
import { plural, sanitise } from '../base/text.ts';
import type { Evidence, Finding, Severity } from '../model/finding.ts';
import type { Result } from '../model/result.ts';
import type { PipelineContext, PipelineReporter, SuppressedFinding } from './pipeline.ts';
import { linesOfLadder } from './sarif-flow.ts';
import { precisionOf, sarifRule } from './sarif-rules.ts';
import { leftOutParts, subjectOf, triggerOf, worstFirst } from './wording.ts';

/** GitHub code scanning shows so many results of a run. */
const MOST_RESULTS = 5_000;
/** Lines of evidence that a result links to. */
const MOST_LINES = 40;
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

const LEVEL: Readonly<Record<Severity, Sarif.Result.level>> = { error: 'error', warning: 'warning', note: 'note' };

interface Shown {
  readonly finding: Finding;
  readonly suppressed?: SuppressedFinding;
}

/**
 * SARIF 2.1.0 as GitHub code scanning shows it: all rules, the worst 5,000 findings, each with the lines that it
 * rests on as linked locations, and its ladder (or those lines, in the order of the capture) as a code flow. Ignored
 * findings and those of the baseline come last, as suppressed.
 */
export const reportSarif: PipelineReporter = (result, _, context) => {
  const all: readonly Shown[] = [
    ...worstFirst(result.findings).map((finding) => ({ finding })),
    ...context.suppressed.map((suppressed) => ({ finding: suppressed.finding, suppressed })),
  ];
  const findings = all.map(({ finding }) => finding);
  const ruleIndex = new Map(context.rules.map(({ id }, index) => [id, index]));
  const log: Sarif.Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          // No informationUri and no helpUri: the project has no page, and code scanning asks for neither.
          driver: {
            name: 'faultlog',
            version: result.tool.version,
            semanticVersion: result.tool.version,
            rules: context.rules.map((rule) => sarifRule(rule, findings)),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [invocationOf(result, all.length - MOST_RESULTS)],
        artifacts: result.inputs.map(({ bytes }, input) => ({
          location: { uri: uriOf(context.pathOf(input)) },
          length: bytes,
          roles: ['analysisTarget'],
        })),
        results: all.slice(0, MOST_RESULTS).map((shown) => resultOf(shown, ruleIndex, context)),
      },
    ],
  };
  return [`${JSON.stringify(log, undefined, 1)}\n`];
};

function invocationOf(result: Result, cut: number): Sarif.Invocation {
  const { inputs } = result;
  const notes = inputs.flatMap(({ path, error }) =>
    error === undefined ? [] : [note('error', `${sanitise(path)}: ${sanitise(error)}`)],
  );
  if (cut > 0) notes.push(note('warning', `${plural(cut, 'finding')} left out: the worst ${MOST_RESULTS} are here`));
  for (const text of leftOutParts(result)) notes.push(note('warning', text));
  return {
    executionSuccessful: inputs.every(({ error }) => error === undefined),
    ...(notes.length > 0 && { toolExecutionNotifications: notes }),
  };
}

function note(level: Sarif.Notification.level, text: string): Sarif.Notification {
  return { level, message: { text } };
}

function resultOf(
  { finding, suppressed }: Shown,
  ruleIndex: ReadonlyMap<string, number>,
  context: PipelineContext,
): Sarif.Result {
  const lines = linesOf(finding);
  const { anchor, hasBaseline } = context;
  const trigger = triggerOf(finding);
  const place = anchor === undefined ? locationOf(trigger, context) : anchorLocation(anchor.path, anchor.line);
  return {
    ruleId: finding.id,
    ruleIndex: ruleIndex.get(finding.id) ?? -1,
    level: LEVEL[finding.severity],
    message: { text: messageOf(finding, lines) },
    locations: [place],
    partialFingerprints: { primaryLocationLineHash: `${finding.fingerprint}:1` },
    ...(lines.length > 0 && {
      relatedLocations: lines.map((line, index) => ({ id: index + 1, ...stepOf(line, context) })),
    }),
    ...flowOf(finding, lines, context),
    ...(suppressed !== undefined && {
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          ...(suppressed.reason !== undefined && { justification: sanitise(suppressed.reason) }),
        },
      ],
    }),
    ...(hasBaseline && { baselineState: suppressed?.by === 'baseline' ? 'unchanged' : 'new' }),
    properties: { precision: precisionOf(finding.certainty), certainty: finding.certainty, ...factsOf(finding) },
  };
}

function factsOf(finding: Finding): Readonly<Record<string, string | number>> {
  const { device, pasid, prgi, owner, scope, count, time } = finding;
  return {
    ...(device !== undefined && { device: sanitise(device) }),
    ...(pasid !== undefined && { pasid }),
    ...(prgi !== undefined && { prgi }),
    ...(owner !== undefined && { owner: sanitise(owner) }),
    ...(scope !== undefined && { scope }),
    ...(count !== undefined && { count }),
    ...(time !== undefined && { time: sanitise(time) }),
  };
}

/** Evidence of the finding and of its consequences, in the order in which rules state it. */
function linesOf(finding: Finding): readonly Evidence[] {
  const all = [finding, ...(finding.consequences ?? [])].flatMap(({ evidence }) => evidence);
  const first = new Map<string, Evidence>();
  for (const line of all) {
    const key = `${line.input}:${line.line}`;
    if (!first.has(key)) first.set(key, line);
  }
  return [...first.values()].slice(0, MOST_LINES);
}

/** The message with links to the lines: `[role](id)`, so brackets of the log are escaped (SARIF 3.11.6). */
function messageOf(finding: Finding, lines: readonly Evidence[]): string {
  const subject = subjectOf(finding);
  const parts = [plainText(`${subject === '' ? '' : `${subject}: `}${sanitise(finding.message)}`)];
  for (const { id, name, message } of finding.consequences ?? []) {
    parts.push(`Consequence ${id} ${name}: ${plainText(sanitise(message))}`);
  }
  if (finding.certainty !== 'certain') parts.push(`Certainty: ${finding.certainty}.`);
  if (lines.length > 0) {
    const links = lines.map(({ role }, index) => `[${plainText(sanitise(role))}](${index + 1})`);
    parts.push(`Lines: ${links.join(', ')}.`);
  }
  return parts.join(' ');
}

function plainText(text: string): string {
  return text.replaceAll(/[\\[\]]/g, '\\$&');
}

/** The rows of the finding's ladder, or where none is drawn the lines that it rests on, in the order of the capture. */
function flowOf(
  finding: Finding,
  lines: readonly Evidence[],
  context: PipelineContext,
): { readonly codeFlows?: Sarif.CodeFlow[] } {
  const rows = context.rowsOf?.(finding);
  const drawn = rows === undefined ? [] : linesOfLadder(rows).slice(0, MOST_LINES);
  if (drawn.length > 1) return { codeFlows: [codeFlowOf(drawn, context)] };
  return lines.length > 1 ? { codeFlows: [codeFlowOf(lines.toSorted(byTime), context)] } : {};
}

function byTime(a: Evidence, b: Evidence): number {
  return Number(a.time ?? 0) - Number(b.time ?? 0) || a.input - b.input || a.line - b.line;
}

/** Lines as the steps of one thread. */
function codeFlowOf(lines: readonly Evidence[], context: PipelineContext): Sarif.CodeFlow {
  return {
    threadFlows: [
      {
        locations: lines.map((line, index) => ({
          executionOrder: index + 1,
          location: stepOf(line, context),
        })),
      },
    ],
  };
}

function stepOf(line: Evidence, context: PipelineContext): Sarif.Location {
  const when = line.time === undefined ? '' : ` at ${sanitise(line.time)}`;
  return { ...locationOf(line, context), message: { text: plainText(sanitise(`${line.role}${when}`)) } };
}

/** A line of the capture; its begin where a finding rests on no line. */
function locationOf(line: Evidence | undefined, context: PipelineContext): Sarif.Location {
  const input = line?.input ?? 0;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(context.pathOf(input)), index: input },
      region: {
        startLine: line?.line ?? 1,
        startColumn: 1,
        ...(line !== undefined && { snippet: { text: sanitise(line.text) } }),
      },
    },
  };
}

function anchorLocation(path: string, startLine: number): Sarif.Location {
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(path) }, region: { startLine, startColumn: 1 } },
  };
}

/** A relative reference: nothing in a path can make it a scheme, a query or a fragment. */
function uriOf(path: string): string {
  return path.toWellFormed().split('/').map(encodeURIComponent).join('/');
}
