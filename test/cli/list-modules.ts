import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** Preloaded (`node --import`) to write the URL of every module that is loaded into the file of LOADED_MODULES. */
const list = process.env.LOADED_MODULES;
if (list === undefined) throw new Error('LOADED_MODULES names no file');
registerHooks({
  load(url, context, next) {
    appendFileSync(list, `${url}\n`);
    return next(url, context);
  },
});
