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

/** Files of the scenario that hold a trace as text, without those that the folder left out. */
export function traceFiles(scenario: Scenario): readonly string[] {
  return [`${scenario.base}.txt`, `${scenario.base}.report.txt`].filter((path) => existsSync(path) && hasEvents(path));
}

/** The report of `h01-orderly` on 6.1 is empty: trace-cmd gave nothing but the number of CPUs. */
function hasEvents(path: string): boolean {
  return readFileSync(path, 'utf8').length > 20;
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
