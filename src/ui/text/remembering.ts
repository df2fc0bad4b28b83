/**
 * `compute`, which remembers what it gave for the texts asked for last: at least `most` of them, at most twice as many. What
 * it gives must not be changed by anybody.
 */
export function remembering<Value>(compute: (text: string) => Value, most: number): (text: string) => Value {
  let recent = new Map<string, Value>();
  let before = new Map<string, Value>();
  return (text) => {
    const known = recent.get(text);
    if (known !== undefined) return known;
    const value = before.get(text) ?? compute(text);
    if (recent.size >= most) {
      before = recent;
      recent = new Map();
    }
    recent.set(text, value);
    return value;
  };
}
