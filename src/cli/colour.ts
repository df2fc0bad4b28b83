import type { OutputStream, Session } from './session.ts';

/** Whether to colour this stream: flag, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
export function wantsColour(flag: boolean | undefined, session: Session, output: OutputStream): boolean {
  if (flag !== undefined) return flag;
  const { NO_COLOR, FORCE_COLOR, TERM } = session.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return output.isTerminal && TERM !== 'dumb';
}
