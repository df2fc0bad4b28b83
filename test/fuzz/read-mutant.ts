import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';

/** A file of some kilobytes is read in a few milliseconds of the processor's time; this much is a hang. */
const HANG_MS = 3000;

/** Analyses bytes as one input, in pieces of some size. Throws if that takes too long, or fails other than by a report. */
export async function readMutant(bytes: Buffer, pieceBytes: number): Promise<void> {
  const start = process.cpuUsage();
  const open = async function* (): AsyncGenerator<Uint8Array, void, void> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  };
  const result = await analyse([{ path: 'mutant', lane: 'host', open }], registry, { limits: DEFAULT_LIMITS });
  JSON.stringify(result);
  const { user, system } = process.cpuUsage(start);
  const elapsed = (user + system) / 1000;
  if (elapsed > HANG_MS) throw new Error(`took ${Math.round(elapsed)} ms for ${bytes.length} bytes`);
}
