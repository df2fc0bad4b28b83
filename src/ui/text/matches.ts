/** Whether a text has the pattern: plain text, in which small letters stand for capitals too. */
export function matcherOf(pattern: string): (text: string) => boolean {
  if (hasCapitals(pattern)) return (text) => text.includes(pattern);
  return (text) => text.toLowerCase().includes(pattern);
}

export function hasCapitals(pattern: string): boolean {
  return pattern !== pattern.toLowerCase();
}
