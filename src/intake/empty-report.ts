import type { InputReport, InputSpec } from './input.ts';

/** The report of an input of which nothing was read yet. */
export function emptyReport(spec: InputSpec): InputReport {
  return {
    spec,
    bytes: 0,
    lines: 0,
    events: 0,
    framings: new Map(),
    dialects: new Map(),
    unread: 0,
    unreadSamples: [],
    overlong: 0,
    declaredEntries: undefined,
    commentLines: 0,
    isLastLineCut: false,
    lostEvents: 0,
    boots: [],
    bootCount: 0,
    ownSeconds: undefined,
    clock: undefined,
    scale: { unit: 'none', epoch: 0, digits: 0 },
    firstTime: undefined,
    lastTime: undefined,
    late: undefined,
    diagnostics: [],
    error: undefined,
  };
}
