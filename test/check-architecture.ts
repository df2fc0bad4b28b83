import { posix } from 'node:path';
import { type AreaRule, IMPORT_TABLE } from './architecture-table.ts';

/** Text of each source file by its path from the root, with `/`. */
export type SourceFiles = ReadonlyMap<string, string>;

/** One line for each broken rule of the house, in the order of files. */
export function architectureViolations(
  files: SourceFiles,
  table: Readonly<Record<string, AreaRule>> = IMPORT_TABLE,
): string[] {
  const rules = ruleFiles(files);
  return [...files].flatMap(([path, text]) => {
    const area = areaOf(path);
    const rule = table[area];
    if (rule === undefined) return [`${path}: the area ${area} is not in the import table`];
    const code = withoutComments(text);
    return [
      ...importsOf(code).flatMap((imported) => importViolation(path, imported, rule, rules)),
      ...styleViolations(path, code, rule),
    ];
  });
}

function areaOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

/** Modules of static, side-effect, dynamic and type imports and of re-exports. */
export function importsOf(code: string): string[] {
  const forms = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g,
    /\brequire\s*\(\s*['"`]([^'"`]+)['"`]/g,
  ];
  return forms.flatMap((form) => [...code.matchAll(form)].flatMap((match) => match[1] ?? []));
}

function importViolation(path: string, imported: string, rule: AreaRule, rules: ReadonlySet<string>): string[] {
  if (!imported.startsWith('.')) {
    return rule.packages.includes(packageOf(imported)) ? [] : [`${path}: imports the package ${imported}`];
  }
  if (!/\.tsx?$/.test(imported)) return [`${path}: imports ${imported} without its extension`];
  const target = posix.join(posix.dirname(path), imported);
  const area = areaOf(target);
  if (rules.has(path) && rules.has(target)) return [`${path}: a rule imports the rule ${target}`];
  if (area === areaOf(path)) return rule.isIsolated === true ? [`${path}: imports its neighbour ${target}`] : [];
  return rule.areas.includes(area) ? [] : [`${path}: imports upward or sideways from ${target}`];
}

/** `node:fs` of `node:fs`, `@scope/name` of `@scope/name/part`. */
function packageOf(imported: string): string {
  if (imported.startsWith('node:')) return imported;
  return imported
    .split('/')
    .slice(0, imported.startsWith('@') ? 2 : 1)
    .join('/');
}

function styleViolations(path: string, code: string, rule: AreaRule): string[] {
  const found: string[] = [];
  if (/^\s*export\s+default\b/m.test(code)) found.push(`${path}: has a default export`);
  if (rule.isFace !== true && /^\s*export\s*(?:type\s*)?(?:\*|\{[^}]*\}\s*from)/m.test(code))
    found.push(`${path}: passes exports on (a barrel)`);
  if (rule.touchesWorld !== true) {
    const world = /(?<![\w.'"`-])(process|console)\s*\./.exec(code);
    if (world !== null) found.push(`${path}: touches ${world[1]}`);
  }
  return found;
}

/** Rules are what the registry of rules lists. */
function ruleFiles(files: SourceFiles): ReadonlySet<string> {
  const registry = withoutComments(files.get('src/rules/registry.ts') ?? '');
  const imported = importsOf(registry).map((name) => posix.join('src/rules', name));
  return new Set(imported.filter((path) => path !== 'src/rules/rule.ts'));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}
