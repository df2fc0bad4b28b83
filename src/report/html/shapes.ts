import type { Severity } from '../../model/finding.ts';
import { html, type Markup } from './markup.ts';

/**
 * Shapes and patterns that the page's drawings refer to. A severity is a word, a shape and a colour:
 * an octagon with a cross, a triangle, a circle.
 */
export const SHAPE_DEFINITIONS: Markup = html`<svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<symbol id="shape-error" viewBox="0 0 16 16"><path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path class="inner" d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6"/></symbol>
<symbol id="shape-warning" viewBox="0 0 16 16"><path d="M8 1l7.5 14H.5z"/><path class="inner" d="M8 6v4.4M8 12.2v1.2"/></symbol>
<symbol id="shape-note" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path class="inner" d="M8 7v5M8 3.8v1.4"/></symbol>
<symbol id="shape-good" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path class="inner" d="M4.4 8.4l2.4 2.6 4.8-5.6"/></symbol>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatching" d="M0 0v6"/></pattern>
</defs></svg>`;

export type Shape = Severity | 'good';

/** Only beside its word: a screen reader does not hear it. */
export function shape(name: Shape): Markup {
  return html`<svg class="shape ${name}" aria-hidden="true" focusable="false"><use href="#shape-${name}"/></svg>`;
}

export function severityBadge(severity: Severity): Markup {
  return html`<span class="badge ${severity}">${shape(severity)}${severity}</span>`;
}
