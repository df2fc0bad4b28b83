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
import type { LadderScene } from '../model/ladder-scene.ts';
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
  const queries = findings.map(({ finding }) => queryOfFinding(finding, lanesOfFinding(finding, inputs)));
  const { scenes } = await collectScenes(inputs, parsers, queries, { ...options, ...LIMITS });
  const names = shortNames(inputs);
  const scenesByFinding = new Map<Finding, { scene: LadderScene; number: number }>();
  for (const [index, { finding, number }] of findings.entries()) {
    const scene = scenes[index];
    if (scene !== undefined) scenesByFinding.set(finding, { scene, number });
  }
  return (finding, width) => {
    const found = scenesByFinding.get(finding);
    return found === undefined ? undefined : draw(found.scene, found.number, names, width);
  };
}

/** Lanes in which a finding's device and PASID have the names that it gives them. */
export function lanesOfFinding(finding: Finding, inputs: readonly InputSpec[]): ReadonlySet<Lane> {
  const seen = new Set(evidencePlaces(finding).map(({ input }) => inputs[input]));
  // The lanes of a drawing share its names.
  if ([...seen].some((input) => input?.container !== undefined)) return new Set(LANES);
  return new Set([...seen].flatMap((input) => (input === undefined ? [] : [input.lane])));
}

function draw(scene: LadderScene, number: number, names: readonly string[], width: number): string | undefined {
  const { messages } = messagesOfEvents(scene.events, { labelOf: scene.labelOf });
  const lines = new Set([...scene.anchors].map(({ source }) => source));
  const excerpt = excerptOf(messages, lines, ROWS);
  // Notes alone show no order of requests and responses.
  if (!excerpt.messages.some(({ kind }) => kind !== 'epoch')) return undefined;
  const drawing = drawLadder(excerpt.messages, {
    width,
    lines: true,
    scale: scene.scale,
    inputName: (input) => names[input] ?? String(input + 1),
  });
  const omitted = excerpt.omitted + scene.omitted;
  if (omitted === 0) return drawing;
  return `${drawing}# ${plural(omitted, 'message')} left out: faultlog ladder --finding ${number} shows more\n`;
}
