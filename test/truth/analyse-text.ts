import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { registry } from '../../parsers/registry.ts';
import { analyse } from '../../src/analysis/analyse.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { GroupRow } from '../../src/model/group.ts';
import { type AnalysisLimits, DEFAULT_LIMITS } from '../../src/model/limits.ts';

export interface Analysed {
  readonly findings: readonly Finding[];
  readonly groups: readonly GroupRow[];
}

/** Analyses texts as the inputs of one capture, in this process. */
export async function analyseTexts(
  texts: readonly (string | Uint8Array)[],
  limits: Partial<AnalysisLimits> = {},
): Promise<Analysed> {
  return analyseInputs(
    texts.map((text, index): InputSpec => {
      const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text);
      return { path: `part-${index}.txt`, lane: 'host', sizeBytes: bytes.length, open: () => Readable.from([bytes]) };
    }),
    limits,
  );
}

/** Analyses files, in this process. */
export async function analyseFiles(paths: readonly string[], limits: Partial<AnalysisLimits> = {}): Promise<Analysed> {
  const inputs = paths.map(
    (path): InputSpec => ({ path: basename(path), lane: 'host', open: () => createReadStream(path) }),
  );
  return analyseInputs(inputs, limits);
}

async function analyseInputs(inputs: readonly InputSpec[], limits: Partial<AnalysisLimits>): Promise<Analysed> {
  const groups: GroupRow[] = [];
  const result = await analyse(inputs, registry, {
    limits: { ...DEFAULT_LIMITS, ...limits },
    onGroup: (row) => groups.push(row),
  });
  return { findings: result.findings, groups };
}
