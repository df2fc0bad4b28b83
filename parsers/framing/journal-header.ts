import type { HeaderFact } from '../../src/model/parser.ts';

/** Needles of the lines that `journalHeader` gets a fact from. */
export const JOURNAL_HEADER_NEEDLES = ['-- Boot ', '-- Reboot --'] as const;

const BOOT = /^-- Boot ([0-9a-f]{32}) --$/;

/**
 * Lines that journalctl puts between entries (systemd src/shared/logs-show.c and src/journal/journalctl.c, 215 to 257):
 *
 *     -- Boot 0123456789abcdef0123456789abcdef --        -- Reboot --        until 246
 *     -- Journal begins at Mon 2026-11-23 …              -- Logs begin at Mon 2026-11-23 …
 */
export function journalHeader(line: string): HeaderFact | undefined {
  if (!line.startsWith('-- ')) return undefined;
  const text = line.trimEnd();
  if (text === '-- Reboot --') return { kind: 'boot', id: undefined };
  const id = BOOT.exec(text)?.[1];
  if (id !== undefined) return { kind: 'boot', id };
  return /^-- (?:Logs begin|Journal begins|No entries)/.test(text) ? { kind: 'comment' } : undefined;
}
