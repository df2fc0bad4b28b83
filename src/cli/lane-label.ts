import { UsageError } from '../base/errors.ts';
import { suggest } from '../base/suggest.ts';
import { LANES, type Lane } from '../model/lane.ts';

/** An input as named on the command line: `trace.txt`, `guest=trace.txt`, `guest:vm3=trace.txt`. */
export interface LabelledFile {
  readonly path: string;
  readonly lane: Lane;
  readonly laneName?: string;
}

/** Lanes that an input can be labelled with: nothing records inside the device. */
const LABELS = LANES.filter((lane) => lane !== 'device');
const LABEL = /^([A-Za-z][\w-]*)(?::([^=/]*))?=(.*)$/s;
const FORMS = 'host=FILE, driver=FILE, vmm=FILE, guest=FILE or guest:NAME=FILE';

/** Splits a label off; a word without one is a file of the host. Throws a UsageError for a broken label. */
export function parseLabelledFile(argument: string): LabelledFile {
  const match = LABEL.exec(argument);
  if (match === null) return { path: argument, lane: 'host' };
  const [, word = '', name, path = ''] = match;
  const lane = laneOf(word);
  if (lane === undefined) {
    const near = suggest(word, LABELS);
    const meant = near === undefined ? '' : `Did you mean ${near}=? `;
    throw new UsageError(
      `unknown lane '${word}' in '${argument}'`,
      `${meant}Label inputs as ${FORMS}; write a path that contains '=' as ./${argument}.`,
    );
  }
  if (path === '') throw new UsageError(`no file behind '${argument}'`, `Label inputs as ${FORMS}.`);
  if (name === undefined) return { path, lane };
  if (lane !== 'guest' || name === '') {
    throw new UsageError(`'${argument}' is not a label`, `Only guests have names: ${FORMS}.`);
  }
  return { path, lane, laneName: name };
}

/** The lane of a label word; undefined if the word names none. */
export function laneOf(word: string): Lane | undefined {
  return LABELS.find((lane) => lane === word);
}
