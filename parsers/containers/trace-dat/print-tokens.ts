/** A token of a print format's C source. */
export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'operator' | 'end';
  /** Of a text: its characters, escapes resolved. */
  readonly text: string;
}

/** Number, text, name, operator. */
const TOKEN =
  /\s*(?:(0[xX][0-9a-fA-F]+|\d+)[uUlL]*|((?:"(?:[^"\\]|\\.)*"\s*)+)|'(\\?.)'|([A-Za-z_]\w*)|(->|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>?:(){},.[\]=]))/y;

/** The source up to its end, or up to what is no C; adjacent texts are joined. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
    const [, number, text, character, name, operator] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (text !== undefined) tokens.push({ kind: 'text', text: unquoted(text) });
    else if (character !== undefined) {
      tokens.push({ kind: 'number', text: String(unescaped(character).charCodeAt(0)) });
    } else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else tokens.push({ kind: 'operator', text: operator ?? '' });
  }
  return tokens;
}

function unquoted(literals: string): string {
  return [...literals.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, body = '']) => unescaped(body)).join('');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['0', '\0'],
]);

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => ESCAPES.get(character) ?? character);
}
