import { readFile } from 'node:fs/promises';
import type { BuildOptions, Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };

const FETCH_TESTS = /"function"!=typeof fetch/g;

/**
 * Yoga decodes the code that it has in it with `fetch`, for which Node loads an HTTP client: a quarter of the time until the
 * first paint. Without it, Yoga decodes by itself.
 */
const yogaWithoutFetch: Plugin = {
  name: 'yoga without fetch',
  setup({ onLoad }) {
    onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (text.match(FETCH_TESTS)?.length !== 2) throw new Error(`${path}: not the code that was expected`);
      return { contents: text.replaceAll(FETCH_TESTS, 'true') };
    });
  },
};

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
  plugins: [yogaWithoutFetch],
  define: {
    __FAULTLOG_VERSION__: JSON.stringify(manifest.version),
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '""',
  },
} as const satisfies BuildOptions;

/** Dependencies that are bundled all the same: unbundled, Node takes twice as long to find and compile their 400 files. */
export const BUNDLED: readonly string[] = ['ink', 'react'];

/** Loaded by Ink only where `process.env.DEV` is true. */
export const NEVER_LOADED = ['react-devtools-core'];
