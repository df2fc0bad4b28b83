import type { Severity } from '../model/finding.ts';

/** Paints text for a terminal, or leaves it as it is. */
export interface Paint {
  strong(text: string): string;
  faint(text: string): string;
  severity(severity: Severity, text: string): string;
  good(text: string): string;
}

const plain = (text: string): string => text;
const sgr = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`;
const red = sgr(31, 39);
const yellow = sgr(33, 39);
const cyan = sgr(36, 39);

export function paintFor(colour: boolean): Paint {
  if (!colour) return { strong: plain, faint: plain, severity: (_, text) => text, good: plain };
  const bySeverity: Readonly<Record<Severity, (text: string) => string>> = { error: red, warning: yellow, note: cyan };
  return {
    strong: sgr(1, 22),
    faint: sgr(2, 22),
    severity: (severity, text) => bySeverity[severity](text),
    good: sgr(32, 39),
  };
}
