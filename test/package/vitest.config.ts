import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests of what is published. They install from the npm registry, so they are no part of `npm test`. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/package/**/*.test.ts'],
    env: { LC_ALL: 'C', TZ: 'UTC', NO_COLOR: '1' },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
