import type { AnalysisOptions } from '../analysis/analyse.ts';
import { collectScenes } from '../analysis/ladder-scenes.ts';
import { plural } from '../base/text.ts';
import { drawLadder } from '../format/ladder.ts';
import { excerptOf } from '../format/ladder-excerpt.ts';
import type { InputSpec } from '../intake/input.ts';
import type { WindowLimits } from '../model/context-window.ts';
import type { Finding } from '../model/finding.ts';
import { messagesOfEvents } from '../model/ladder-messages.ts';
import { evidencePlaces, queryOfFinding } from '../model/ladder-query.ts';
import type { FindingLadder, LadderScene } from '../model/ladder-scene.ts';
import { LANES, type Lane } from '../model/lane.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { LadderOf } from '../report/reporter.ts';
import { shortNames } from '../report/wording.ts';

/** Rows of a drawing that stands under a finding. */
const ROWS = 12;
/** Events around the lines of evidence that are looked at for them. */
const LIMITS: WindowLimits = { margin: 12, edge: 4, most: 400 };

/** A finding and its number in the order of the report, from 1. */
export interface NumberedFinding {
  readonly finding: Finding;
  readonly number: number;
}

/** Reads the inputs again for the events around some findings, and returns what draws them. */
export async function ladderOfFindings(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  findings: readonly NumberedFinding[],
  options: AnalysisOptions,
): Promise<LadderOf> {
  const sceneOf = await findingScenes(inputs, parsers, findings, options, ROWS);
  const numbers = new Map(findings.map(({ finding, number }) => [finding, number]));
  return (finding, width) => {
    const found = sceneOf(finding);
    const number = numbers.get(finding);
    return found === undefined || number === undefined ? undefined : draw(found, number, width);
  };
}

/** Reads the inputs again for the events around some findings. undefined: there is nothing to draw. */
export async function findingScenes(
  inputs: readonly InputSpec[],
  parsers: ParserRegistry,
  findings: readonly NumberedFinding[],
  options: AnalysisOptions,
  rows: number,
): Promise<(finding: Finding) => FindingLadder | undefined> {
  const queries = findings.map(({ finding }) => queryOfFinding(finding, lanesOfFinding(finding, inputs)));
  const { scenes } = await collectScenes(inputs, parsers, queries, { ...options, ...LIMITS });
  const names = shortNames(inputs);
  const found = new Map<Finding, FindingLadder>();
  for (const [index, { finding }] of findings.entries()) {
    const scene = scenes[index];
    const excerpt = scene === undefined ? undefined : sceneOfFinding(scene, names, rows);
    if (excerpt !== undefined) found.set(finding, excerpt);
  }
  return (finding) => found.get(finding);
}

/** Lanes in which a finding's device and PASID have the names that it gives them. */
export function lanesOfFinding(finding: Finding, inputs: readonly InputSpec[]): ReadonlySet<Lane> {
  const seen = new Set(evidencePlaces(finding).map(({ input }) => inputs[input]));
  // The lanes of a drawing share its names.
  if ([...seen].some((input) => input?.container !== undefined)) return new Set(LANES);
  return new Set([...seen].flatMap((input) => (input === undefined ? [] : [input.lane])));
}

function sceneOfFinding(scene: LadderScene, names: readonly string[], rows: number): FindingLadder | undefined {
  const { messages } = messagesOfEvents(scene.events, { labelOf: scene.labelOf });
  const lines = new Set([...scene.anchors].map(({ source }) => source));
  const excerpt = excerptOf(messages, lines, rows);
  // Notes alone show no order of requests and responses.
  if (!excerpt.messages.some(({ kind }) => kind !== 'epoch')) return undefined;
  return {
    messages: excerpt.messages,
    lines,
    scale: scene.scale,
    clockNotes: scene.clockNotes,
    omitted: excerpt.omitted + scene.omitted,
    inputName: (input) => names[input] ?? String(input + 1),
  };
}

function draw(
  { messages, omitted, scale, clockNotes, inputName }: FindingLadder,
  number: number,
  width: number,
): string {
  const notes = clockNotes.map((note) => `# ${note}\n`).join('');
  const drawing = drawLadder(messages, { width, lines: true, scale, inputName }) + notes;
  if (omitted === 0) return drawing;
  return `${drawing}# ${plural(omitted, 'message')} left out: faultlog ladder --finding ${number} shows more\n`;
}
