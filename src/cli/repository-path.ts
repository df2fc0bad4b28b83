import { relative, resolve, sep } from 'node:path';

/**
 * A path as a checkout in `cwd` names it: relative, `/` between folders. What lies outside loses its root or its
 * way upward (`/tmp/a.txt` gives `tmp/a.txt`), standard input is `stdin`.
 */
export function repositoryPath(path: string, cwd: string): string {
  if (path === '-') return 'stdin';
  const whole = resolve(cwd, path);
  const inside = relative(cwd, whole).split(sep);
  const parts = inside[0] === '..' ? whole.split(sep) : inside;
  const named = parts.filter((part) => part !== '' && !part.endsWith(':'));
  return named.length === 0 ? 'input' : named.join('/');
}
