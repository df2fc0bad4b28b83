import { stableHash } from '../base/hash.ts';
import type { Finding } from '../model/finding.ts';

/**
 * Names findings such that a new recording of the same bug gives the same names: by rule, device, whether there is a
 * PASID, the shape of the message, and the ordinal among equals. Never by a time, a line or a number.
 */
export class Fingerprints {
  readonly #kinds = new Map<string, { readonly hash: string; count: number }>();

  /** The fingerprint of the next finding of its kind. `shape` is that of the message, unless the rule states one. */
  next({ id, device = '', pasid, message }: Finding, shape = shapeOf(message)): string {
    const identity = [id, device, pasid === undefined ? 'no-pasid' : 'pasid', shape].join('|');
    let kind = this.#kinds.get(identity);
    if (kind === undefined) {
      kind = { hash: stableHash(identity), count: 0 };
      this.#kinds.set(identity, kind);
    }
    kind.count += 1;
    return stableHash(`${kind.hash}|${kind.count}`);
  }
}

/** A message without what changes from recording to recording: numbers, times, addresses, the plural that they ask for, the input. */
export function shapeOf(message: string): string {
  return message
    .replaceAll(/0x[0-9a-f]+|\d+(?:\.\d+)?(?: (?:ns|µs|ms|s)\b)?/g, '#')
    .replaceAll(/\b([a-z]{2,}?)(?:ies|y|s)\b/g, '$1')
    .replaceAll(/\bwere\b/g, 'wa')
    .replaceAll(' of input #', '');
}
