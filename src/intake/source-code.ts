/** A conversion of printf, the end of a string in C, a call that prints. */
const CODE = /%(?:#|0\d+)?l{0,2}[xdusp]|\\n"(?:\);?|,)?\s*$|\b(?:dev|pr|netdev|pci)_(?:err|warn|info|crit)\w*\(/;
/** A shell's command that writes the message to the log. */
const WRITTEN = /["']\s*(?:>|\|\s*(?:sudo\s+)?tee\b)[^"']*\/dev\/kmsg\b/;

/** True for a line of the program that prints a message, as patches have it, and not of a log. */
export function isSourceCode(line: string, from: number): boolean {
  const text = from === 0 ? line : line.slice(from);
  return CODE.test(text) || WRITTEN.test(text);
}
