import type { BuildOptions } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };

/** What the package and the single executable have in common. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  sourcemap: false,
  metafile: true,
  legalComments: 'none',
  define: {
    __FAULTLOG_VERSION__: JSON.stringify(manifest.version),
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '""',
  },
} as const satisfies BuildOptions;

/** Loaded by Ink only where `process.env.DEV` is true. */
export const NEVER_LOADED = ['react-devtools-core'];
