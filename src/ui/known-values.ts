import type { Capture } from '../store/capture.ts';

/** Values that are offered. */
const MOST_VALUES = 200;

/** What a capture has in a field of a filter, for completion; nothing where that would have to be looked for. */
export function knownValues(capture: Capture, names: readonly string[], field: string): Iterable<string> {
  return [...valuesOf(capture, names, field)].slice(0, MOST_VALUES);
}

function valuesOf({ streams, inputs, events, groups }: Capture, names: readonly string[], field: string): Set<string> {
  const found = new Set<string>();
  const add = (value: string | number | undefined): void => {
    if (value !== undefined && value !== '') found.add(String(value));
  };
  switch (field) {
    case 'device':
      for (const { device } of streams) add(device);
      break;
    case 'pasid':
      for (const { pasid } of streams) add(pasid);
      break;
    case 'owner':
      for (const { owner } of groups.owners) add(owner);
      break;
    case 'lane':
      for (const { lane, laneName } of inputs) add(laneName === undefined ? lane : `${lane}:${laneName}`);
      break;
    case 'file':
      for (const name of names) add(name);
      break;
    default:
      for (const value of events.textsOf(field)) add(value);
  }
  return found;
}
