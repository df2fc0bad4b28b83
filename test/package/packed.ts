import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../readme-blocks.ts';
import { npmOutput } from './npm.ts';

const packed = z.array(
  z.object({
    filename: z.string(),
    unpackedSize: z.number(),
    files: z.array(z.object({ path: z.string(), size: z.number(), mode: z.number() })),
  }),
);

export interface Packed {
  readonly tarball: string;
  readonly unpackedSize: number;
  readonly paths: readonly string[];
}

/** What `npm pack` makes of the built tree, in `folder`. */
export function pack(folder: string): Packed {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [one] = packed.parse(JSON.parse(npmOutput(args, { cwd: ROOT })));
  if (one === undefined) throw new Error('npm pack made nothing');
  return {
    tarball: join(folder, one.filename),
    unpackedSize: one.unpackedSize,
    paths: one.files.map(({ path }) => path),
  };
}
