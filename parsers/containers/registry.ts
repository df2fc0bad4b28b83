import type { Container } from '../../src/model/parser.ts';
import { gzip } from './gzip.ts';
import { ladderContainer } from './ladder.ts';
import { binary, recognisedContainers } from './recognised.ts';
import { traceDat } from './trace-dat.ts';
import { zstd } from './zstd.ts';

/** All containers: compressed bytes, binary recordings, what is only recognised, what is no text, and texts that are read as a whole. */
export const containers: readonly Container[] = [
  gzip,
  zstd,
  traceDat,
  ...recognisedContainers,
  binary,
  ladderContainer,
];
