import type { AnalysisOptions } from '../analysis/analyse.ts';
import { DEFAULT_LIMITS } from '../model/limits.ts';
import type { AnalyseOptions } from './types.ts';

/** Options with the defaults of `faultlog check`. */
export function analysisOptions(options: AnalyseOptions): AnalysisOptions {
  const { limits, owners, offsets, framing, dialect, kprobes } = options;
  return {
    limits: { ...DEFAULT_LIMITS, ...limits },
    ...(owners !== undefined && { owners }),
    ...(offsets !== undefined && { offsets: new Map(Object.entries(offsets)) }),
    read: {
      ...(framing !== undefined && { framing }),
      ...(dialect !== undefined && { dialect }),
      ...(kprobes !== undefined && { probeNames: new Map(Object.entries(kprobes)) }),
    },
  };
}
