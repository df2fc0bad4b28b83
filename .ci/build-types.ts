import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const RELATIVE_IMPORT = /(from\s+'|import\(')(\.[^']*)\.tsx?'/g;

/** Declarations of what `import 'faultlog'` gives, and of nothing else, in `dist/types`. */
export function writeTypes(root: string): void {
  const all = mkdtempSync(join(tmpdir(), 'faultlog-types-'));
  try {
    const tsc = join(root, 'node_modules/.bin/tsc');
    execFileSync(tsc, ['-p', join(root, '.ci/tsconfig.types.json'), '--outDir', all], { stdio: 'inherit' });
    const source = join(all, 'src');
    for (const path of reachable(join(source, 'index.d.ts'))) {
      const target = join(root, 'dist/types', relative(source, path));
      mkdirSync(dirname(target), { recursive: true });
      // A declaration names the JavaScript that it declares.
      writeFileSync(target, readFileSync(path, 'utf8').replaceAll(RELATIVE_IMPORT, "$1$2.js'"));
    }
  } finally {
    rmSync(all, { recursive: true });
  }
}

function reachable(entry: string): ReadonlySet<string> {
  const found = new Set([entry]);
  for (const path of found) {
    for (const [, , target = ''] of readFileSync(path, 'utf8').matchAll(RELATIVE_IMPORT)) {
      found.add(join(dirname(path), `${target}.d.ts`));
    }
  }
  return found;
}
