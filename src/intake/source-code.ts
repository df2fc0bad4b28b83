/** A conversion of printf, the end of a string in C, a call that prints. */
const CODE = /%(?:#|0\d+)?l{0,2}[xdusp]|\\n"(?:\);?|,)?\s*$|\b(?:dev|pr|netdev|pci)_(?:err|warn|info|crit)\w*\(/;

/** True for a line of the program that prints a message, as patches have it, and not of a log. */
export function isSourceCode(line: string, from: number): boolean {
  return CODE.test(from === 0 ? line : line.slice(from));
}
