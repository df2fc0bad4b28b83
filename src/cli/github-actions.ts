import type { Session } from './session.ts';

export function isGithubActions({ env }: Pick<Session, 'env'>): boolean {
  return env.GITHUB_ACTIONS === 'true';
}

/**
 * Lines in which GitHub's runner finds no command: neither `::name::` at the begin of a line nor `##[name]` anywhere.
 * For text that cannot stand between lines that switch commands off, because it is written as it comes.
 */
export function withoutCommandMarks(text: string): string {
  return text.replaceAll(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '## [');
}
