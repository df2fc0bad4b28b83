import type { LiveReporter, Reporter } from './reporter.ts';

/**
 * The result as records, one a line, each with a `type`: `input` and `finding` as often as there are,
 * last one `summary` with everything else.
 */
export const reportJsonl: Reporter = function* (result) {
  const { inputs, findings, ...summary } = result;
  for (const [index, input] of inputs.entries()) yield record('input', { index, ...input });
  for (const finding of findings) yield record('finding', finding);
  yield record('summary', summary);
};

/** Findings while the capture goes on, of the type `live-finding`; those of the result come at its end. */
export const liveJsonl: LiveReporter = function* ({ findings }) {
  for (const finding of findings) yield record('live-finding', finding);
};

function record(type: string, fields: object): string {
  return `${JSON.stringify({ type, ...fields })}\n`;
}
