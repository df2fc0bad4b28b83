declare const __FAULTLOG_VERSION__: string | undefined;

/** From package.json, put in by the bundler; `0.0.0-source` when the sources run unbundled. */
export const VERSION: string = typeof __FAULTLOG_VERSION__ === 'string' ? __FAULTLOG_VERSION__ : '0.0.0-source';
