import type { Container } from '../../src/model/parser.ts';
import { gzip } from './gzip.ts';
import { recognisedContainers } from './recognised.ts';
import { zstd } from './zstd.ts';

/** All containers; the recognised ones last, because they are only known by name. */
export const containers: readonly Container[] = [gzip, zstd, ...recognisedContainers];
