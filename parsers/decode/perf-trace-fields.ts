const FIELD = /(\w+): (?:"([^"]*)"|(-?\d+))(?:, |$)/y;

/**
 * A record's fields as `perf trace` prints them, `NAME: VALUE, …`, in the form of the trace option `fields`. Those that are 0
 * are left out there; `numbers` are the ones that are needed all the same. Undefined for anything else.
 */
export function fieldsOfPerfTrace(text: string, numbers: readonly string[]): string | undefined {
  const fields = new Map(numbers.map((name) => [name, '0x0']));
  for (let at = 0; at < text.length; at = FIELD.lastIndex) {
    FIELD.lastIndex = at;
    const [, name = '', word, number] = FIELD.exec(text) ?? [];
    if (name === '') return undefined;
    fields.set(name, word ?? `0x${BigInt.asUintN(64, BigInt(number ?? 0)).toString(16)}`);
  }
  return [...fields].map(([name, value]) => `${name}=${value}`).join(' ');
}
