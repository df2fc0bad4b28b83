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

/** Texts that are remembered: some screens full. */
const MOST_TEXTS = 1000;

/**
 * What Ink asks again and again of the texts of a frame, most of which stood in the frame before: their width, and their parts.
 * They take more time than all else that it does.
 */
const REMEMBERED: Readonly<Record<string, string>> = {
  'string-width': `
    import measure from 'string-width';
    import { widthOf } from './src/ui/text/clean.ts';
    import { remembering } from './src/ui/text/remembering.ts';
    const STYLE = /\\u001b\\[[\\d;]*m/g;
    const styledWidthOf = remembering((text) => widthOf(text.replace(STYLE, '')), ${MOST_TEXTS});
    export default (text, options) => (options === undefined ? styledWidthOf(text) : measure(text, options));`,
  '@alcalzone/ansi-tokenize': `
    import { styledCharsFromTokens as read, tokenize as cut } from '@alcalzone/ansi-tokenize';
    import { remembering } from './src/ui/text/remembering.ts';
    export * from '@alcalzone/ansi-tokenize';
    const partsOf = remembering(cut, ${MOST_TEXTS});
    const known = new WeakMap();
    export const tokenize = (text, end) => (end === undefined ? partsOf(text) : cut(text, end));
    export const styledCharsFromTokens = (tokens) => {
      if (!known.has(tokens)) known.set(tokens, read(tokens));
      return known.get(tokens);
    };`,
};

const inkRemembers: Plugin = {
  name: 'ink remembers texts',
  setup({ initialOptions, onResolve, onLoad }) {
    const root = initialOptions.absWorkingDir ?? process.cwd();
    onResolve({ filter: /^(string-width|@alcalzone\/ansi-tokenize)$/ }, ({ path, importer, namespace }) =>
      namespace !== 'remembered' && /\/node_modules\/(ink|widest-line)\//.test(importer)
        ? { path, namespace: 'remembered' }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'remembered' }, ({ path }) => ({
      contents: REMEMBERED[path] ?? '',
      resolveDir: root,
    }));
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
  plugins: [yogaWithoutFetch, inkRemembers],
  define: {
    __FAULTLOG_VERSION__: JSON.stringify(manifest.version),
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '""',
  },
} as const satisfies BuildOptions;

/** Loaded by Ink only where `process.env.DEV` is true. */
export const NEVER_LOADED = ['react-devtools-core'];
