import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { IMPORT_TABLE } from './architecture-table.ts';
import { architectureViolations, importsOf } from './check-architecture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function sourceFiles(): Map<string, string> {
  const paths = ['src', 'parsers'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const sources = paths.filter((path) => /\.tsx?$/.test(path)).sort();
  return new Map(sources.map((path) => [path, readFileSync(root + path, 'utf8')]));
}

describe('architecture', () => {
  test('every file keeps to the import table', () => {
    const files = sourceFiles();
    expect(files.size).toBeGreaterThan(30);
    expect(architectureViolations(files)).toEqual([]);
  });

  test('the import table has no cycle', () => {
    const visit = (area: string, trail: readonly string[]): void => {
      expect(trail, `${[...trail, area].join(' → ')}`).not.toContain(area);
      for (const next of IMPORT_TABLE[area]?.areas ?? []) visit(next, [...trail, area]);
    };
    for (const area of Object.keys(IMPORT_TABLE)) visit(area, []);
  });
});

describe('the checker itself', () => {
  const violations = (path: string, text: string, others: readonly [string, string][] = []) =>
    architectureViolations(new Map([[path, text], ...others]));

  test.each([
    [
      'src/base/x.ts',
      "import { a } from '../model/a.ts';",
      'src/base/x.ts: imports upward or sideways from src/model/a.ts',
    ],
    [
      'src/model/x.ts',
      "import type {\n  A,\n  B,\n} from '../replay/a.ts';",
      'src/model/x.ts: imports upward or sideways from src/replay/a.ts',
    ],
    [
      'src/rules/x.ts',
      "const a = await import('../cli/a.ts');",
      'src/rules/x.ts: imports upward or sideways from src/cli/a.ts',
    ],
    ['src/report/x.ts', "import { readFileSync } from 'node:fs';", 'src/report/x.ts: imports the package node:fs'],
    ['src/replay/x.ts', "import { z } from 'zod';", 'src/replay/x.ts: imports the package zod'],
    [
      'src/cli/x.ts',
      "import { registry } from '../../parsers/registry.ts';",
      'src/cli/x.ts: imports upward or sideways from parsers/registry.ts',
    ],
    [
      'parsers/dialects/x.ts',
      "import { a } from './y.ts';",
      'parsers/dialects/x.ts: imports its neighbour parsers/dialects/y.ts',
    ],
    [
      'parsers/decode/x.ts',
      "import '../dialects/y.ts';",
      'parsers/decode/x.ts: imports upward or sideways from parsers/dialects/y.ts',
    ],
    ['src/model/x.ts', "import { a } from './y';", 'src/model/x.ts: imports ./y without its extension'],
    ['src/model/x.ts', 'export default 1;', 'src/model/x.ts: has a default export'],
    ['src/base/x.ts', "export { a } from './y.ts';", 'src/base/x.ts: passes exports on (a barrel)'],
    ['src/base/x.ts', "export * from './y.ts';", 'src/base/x.ts: passes exports on (a barrel)'],
    ['src/report/x.ts', 'const path = process.env.HOME;', 'src/report/x.ts: touches process'],
    ['src/intake/x.ts', "console.log('read');", 'src/intake/x.ts: touches console'],
    ['src/secret/x.ts', '', 'src/secret/x.ts: the area src/secret is not in the import table'],
  ])('%s finds %j', (path, text, expected) => {
    expect(violations(path, text)).toEqual([expected]);
  });

  test('a rule that imports a rule is found', () => {
    const registry = "import { a } from './a.ts';\nimport { b } from './b.ts';\nimport type { Rule } from './rule.ts';";
    const files: [string, string][] = [
      ['src/rules/b.ts', "import type { Rule } from './rule.ts';"],
      ['src/rules/registry.ts', registry],
    ];
    expect(violations('src/rules/a.ts', "import { b } from './b.ts';", files)).toEqual([
      'src/rules/a.ts: a rule imports the rule src/rules/b.ts',
    ]);
  });

  test('what is allowed, and what stands in comments, is no violation', () => {
    const text =
      "// import { x } from '../cli/x.ts';\n/* process.exit() */\nimport { a } from '../base/a.ts';\nconst process = 1;";
    expect(violations('src/model/x.ts', text)).toEqual([]);
  });

  test('all forms of imports are seen', () => {
    const code =
      "import a from 'a';\nimport 'b';\nexport * from 'c';\nconst d = import('d');\nimport type { E } from 'e';";
    expect(importsOf(code).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
