import type { Container } from '../../src/model/parser.ts';
import { gzip } from './gzip.ts';
import { binary, recognisedContainers } from './recognised.ts';
import { zstd } from './zstd.ts';

/** All containers; those that are only recognised last, and last of all what is no text. */
export const containers: readonly Container[] = [gzip, zstd, ...recognisedContainers, binary];
