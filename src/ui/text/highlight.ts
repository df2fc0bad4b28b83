import { clean } from './clean.ts';
import { type Span, type StyleName, span } from './line.ts';
import { hasCapitals } from './matches.ts';

/** Text with what was searched standing out from `style`. */
export function highlighted(text: string, pattern: string | undefined, style?: StyleName): readonly Span[] {
  const shown = clean(text);
  if (pattern === undefined || pattern === '') return [span(shown, style)];
  const searched = hasCapitals(pattern) ? shown : shown.toLowerCase();
  // Some letters change their length with their case: their places are not those of the text.
  if (searched.length !== shown.length) return [span(shown, style)];
  const spans: Span[] = [];
  let start = 0;
  for (let at = searched.indexOf(pattern); at >= 0; at = searched.indexOf(pattern, start)) {
    if (at > start) spans.push(span(shown.slice(start, at), style));
    spans.push(span(shown.slice(at, at + pattern.length), 'match'));
    start = at + pattern.length;
  }
  if (start < shown.length || spans.length === 0) spans.push(span(shown.slice(start), style));
  return spans;
}
