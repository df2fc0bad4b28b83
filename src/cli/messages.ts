import type { TextPlace } from '../base/errors.ts';
import { agree, plural, sanitise } from '../base/text.ts';
import type { InputReport, InputSpec } from '../intake/input.ts';
import type { InputSummary, Result } from '../model/result.ts';
import { beyondBoundsParts, leftOutParts } from '../report/wording.ts';
import { isGithubActions, withoutCommandMarks } from './github-actions.ts';
import { type Session, write } from './session.ts';

/** Two lines on standard error: what is wrong, and what to do about it; between them the place, where there is one. */
export async function complain(
  session: Session,
  message: string,
  hint: string | undefined,
  place?: TextPlace,
): Promise<void> {
  const advice = hint === undefined ? '' : `          ${sanitise(hint)}\n`;
  const text = `faultlog: ${sanitise(message)}\n${place === undefined ? '' : placeText(place)}${advice}`;
  await write(session.stderr, isGithubActions(session) ? withoutCommandMarks(text) : text);
}

function placeText({ text, at, length }: TextPlace): string {
  const before = ' '.repeat(sanitise(text.slice(0, at)).length);
  const mark = '^'.repeat(Math.max(1, sanitise(text.slice(at, at + length)).length));
  return `            ${sanitise(text)}\n            ${before}${mark}\n`;
}

/** What came of reading an input. */
export type ReadOutcome = Pick<InputSummary, 'path' | 'bytes' | 'lines' | 'events' | 'unread' | 'framing' | 'error'>;

export function outcomeOf(report: InputReport): ReadOutcome {
  const { spec, bytes, lines, events, unread, framings, error } = report;
  const [framing] = [...framings.keys()];
  return {
    path: spec.path,
    bytes,
    lines,
    events,
    unread,
    ...(framing !== undefined && { framing }),
    ...(error !== undefined && { error: error.message }),
  };
}

/**
 * Says on standard error which inputs could not be read to their end and which held nothing, and returns
 * whether any could not. `inputs` and `outcomes` are in the same order; `refused` were complained about before.
 */
export async function sayWhatWasNotRead(
  session: Session,
  outcomes: readonly ReadOutcome[],
  { inputs, refused }: { readonly inputs: readonly InputSpec[]; readonly refused: ReadonlySet<InputSpec> },
  isQuiet: boolean,
): Promise<boolean> {
  for (const [index, outcome] of outcomes.entries()) {
    const spec = inputs[index];
    if (spec !== undefined && refused.has(spec)) continue;
    if (outcome.error !== undefined) {
      const isPlaced = outcome.error.startsWith(outcome.path);
      const hint = isPlaced ? undefined : 'What was read before that is reported; copy or record it again.';
      await complain(session, isPlaced ? outcome.error : `${nameOf(outcome)}: ${outcome.error}`, hint);
    } else if (outcome.events === 0 && !isQuiet) {
      const { message, hint } = emptyInputMessage(outcome);
      await complain(session, message, hint);
    }
  }
  return outcomes.some((outcome) => outcome.error !== undefined);
}

/**
 * Says on standard error what the analysis had no room for, where the output has no place for it: what was not judged, and
 * `withFindings` also findings that were only counted.
 */
export async function sayWhatWasLeftOut(
  session: Session,
  result: Result,
  isQuiet: boolean,
  withFindings = false,
): Promise<void> {
  const parts = withFindings ? leftOutParts(result) : beyondBoundsParts(result);
  if (isQuiet || parts.length === 0) return;
  const hint =
    result.beyondBounds === undefined
      ? 'faultlog check --format json has the counts.'
      : 'faultlog check says so in its coverage; --strict-coverage takes such a result for inconclusive.';
  await complain(session, `warning: ${parts.join('; ')}`, hint);
}

const WITHOUT_FIELDS = {
  message: 'its events have no fields: the option raw or hex was on when the trace was printed',
  hint: 'Print the same trace again after: echo noraw nohex nobin >trace_options',
};

/** What an input without any IOMMU event looks like, and how to get one that has some. */
function emptyInputMessage(input: ReadOutcome): { message: string; hint: string } {
  const name = nameOf(input);
  const record = 'Record the events of the group iommu (prq_report, qi_submit), or give the kernel log (dmesg).';
  if (input.bytes === 0) return { message: `warning: ${name} is empty`, hint: record };
  const looks = input.framing === undefined ? 'text that is no kernel trace or log' : `${input.framing} text`;
  const lines = plural(input.lines, 'line');
  if (input.framing === 'ftrace-raw') {
    return { message: `warning: ${name} has no IOMMU event: ${WITHOUT_FIELDS.message}`, hint: WITHOUT_FIELDS.hint };
  }
  if (input.unread === 0) {
    return {
      message: `warning: ${name} has no IOMMU event: it looks like ${looks} (${lines})`,
      hint: record,
    };
  }
  const unread = `${plural(input.unread, 'line')} that ${agree(input.unread, 'names an IOMMU, not', 'name an IOMMU, none of them')} understood`;
  return {
    message: `warning: ${name} has no IOMMU event: it looks like ${looks} (${lines}, ${unread})`,
    hint: `faultlog formats --probe ${input.path} shows ${agree(input.unread, 'it', 'them')}.`,
  };
}

function nameOf({ path }: ReadOutcome): string {
  return path === '-' ? 'standard input' : path;
}
