import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Visibility } from './compare-groups.ts';
import { readTruth, type Truth } from './read-truth.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const EXPECTED = `${root}fixtures/expected`;

/** Everything is in the first of these; the repository carries the smaller captures. */
const PLACES = [`${root}../shared/captures`, `${root}fixtures/pri`];

/** Where the captures of this run come from. */
export const CAPTURES = PLACES.find((place) => existsSync(place)) ?? `${root}fixtures/pri`;
export const IS_COMPLETE = CAPTURES === PLACES[0];

export interface Scenario {
  readonly folder: string;
  readonly name: string;
  /** Path without its endings. */
  readonly base: string;
}

/** All scenarios of the `pri-*` folders, by name. */
export function scenarios(): readonly Scenario[] {
  const folders = readdirSync(CAPTURES).filter((folder) => folder.startsWith('pri-'));
  return folders.sort().flatMap((folder) =>
    readdirSync(`${CAPTURES}/${folder}`)
      .filter((file) => file.endsWith('.truth.txt'))
      .sort()
      .map((file) => {
        const name = file.slice(0, -'.truth.txt'.length);
        return { folder, name, base: `${CAPTURES}/${folder}/${name}` };
      }),
  );
}

export function truthOf(scenario: Scenario): Truth {
  return readTruth(readFileSync(`${scenario.base}.truth.txt`, 'utf8'));
}

/** The text of the scenario and, unless it is incomplete, the report of the second recording. */
export function traceFiles(scenario: Scenario): readonly string[] {
  const text = `${scenario.base}.txt`;
  const report = reportOf(scenario);
  return report === undefined || lostEvents(report, text) ? [text] : [text, report];
}

/** On 6.1, trace-cmd lost the buffer of a whole CPU in four recordings, and its reports do not say so. */
export function incompleteReport(scenario: Scenario): string | undefined {
  const report = reportOf(scenario);
  return report !== undefined && lostEvents(report, `${scenario.base}.txt`) ? report : undefined;
}

/** Absent where it was longer than 150 kB. */
function reportOf(scenario: Scenario): string | undefined {
  const path = `${scenario.base}.report.txt`;
  return existsSync(path) ? path : undefined;
}

function lostEvents(report: string, text: string): boolean {
  return messagesIn(report) < messagesIn(text);
}

function messagesIn(path: string): number {
  return readFileSync(path, 'utf8').match(/prq_report|page_grp_resp|mock_page_response/g)?.length ?? 0;
}

export function visibilityOf(scenario: Scenario, path: string): Visibility {
  const version = /-(\d+)\.(\d+)\.\d+$/.exec(scenario.folder);
  const major = Number(version?.[1]);
  const minor = Number(version?.[2]);
  return {
    refusesWithoutPasid: major < 6 || (major === 6 && minor <= 12),
    hidesRefusedReports: major === 6 && minor <= 8,
    headLost: scenario.name.startsWith('a21-') && !path.endsWith('.report.txt'),
  };
}
