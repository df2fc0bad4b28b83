import type { Reporter } from './reporter.ts';

/** The result as one JSON document (`resultSchema`). */
export const reportJson: Reporter = (result) => [`${JSON.stringify(result, undefined, 2)}\n`];
