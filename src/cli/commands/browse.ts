import type { BrowseOptions, CheckOptions } from '../command-options.ts';
import { parseLabelledFile } from '../lane-label.ts';
import { complain } from '../messages.ts';
import type { Session } from '../session.ts';
import { terminalOf } from '../terminal.ts';

/** `faultlog browse`: the terminal UI; where there is no terminal, the report of `check` and a hint. */
export async function runBrowse(session: Session, files: readonly string[], options: BrowseOptions): Promise<number> {
  const terminal = terminalOf(
    session,
    files.map(parseLabelledFile).some(({ path }) => path === '-'),
  );
  if (terminal === undefined) return report(session, files, options);
  const { browseInTerminal } = await import('../browse-in-terminal.ts');
  return browseInTerminal(session, terminal, files, options);
}

async function report(session: Session, files: readonly string[], options: BrowseOptions): Promise<number> {
  await complain(
    session,
    'browse needs a terminal to draw on and to read keys from: this is the report of check',
    'Run faultlog browse in a terminal; for scripts there is faultlog check --format json.',
  );
  const { runCheck } = await import('./check.ts');
  const checked: CheckOptions = { ...options, failOn: 'never', exitZero: true, maxUnread: 0 };
  return runCheck(session, files, checked);
}
