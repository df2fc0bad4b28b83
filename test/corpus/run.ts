/** `npm run test:corpus`: reads the real material beside the repository, where it is, and says what differs from its index. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkCaptures } from './captures.ts';
import { checkPublicLogs } from './public-logs.ts';

const shared = process.argv[2] ?? fileURLToPath(new URL('../../../shared', import.meta.url));

if (!existsSync(shared)) {
  console.log(`skipped: no ${shared}`);
} else {
  const parts = [
    ['public logs', await checkPublicLogs(`${shared}/public-logs`)],
    ['captures', await checkCaptures(`${shared}/captures`)],
  ] as const;
  for (const [name, { files, differences }] of parts) {
    for (const difference of differences) console.log(difference);
    console.log(`${name}: ${files} files, ${differences.length} differences`);
    if (differences.length > 0) process.exitCode = 1;
  }
}
