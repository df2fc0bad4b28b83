import { CommanderError } from 'commander';
import { InvariantError } from '../base/assert.ts';
import { UsageError } from '../base/errors.ts';
import { VERSION } from '../base/version.ts';
import type { Outcome } from './declare/shared-options.ts';
import { EXIT } from './exit-code.ts';
import { complain } from './messages.ts';
import { buildProgram, usageErrorOf } from './program.ts';
import { OutputError, ReaderGoneError, type Session, write } from './session.ts';

/** Runs one command line and returns its exit code. Says on standard error what went wrong. */
export async function run(session: Session): Promise<number> {
  const outcome: Outcome = { code: EXIT.clean };
  try {
    await buildProgram(session, outcome).parseAsync(session.args, { from: 'user' });
    return outcome.code;
  } catch (error) {
    // What cannot even be complained about has its code all the same.
    return await codeOfFailure(session, error).catch(() => EXIT.failed);
  }
}

async function codeOfFailure(session: Session, error: unknown): Promise<number> {
  if (error instanceof ReaderGoneError) return EXIT.readerGone;
  const usage = error instanceof CommanderError ? usageErrorOf(error, session.args) : error;
  if (usage === undefined) return EXIT.clean;
  if (usage instanceof OutputError) {
    await complain(session, 'the output cannot be written', `${usage.message}.`);
    return EXIT.failed;
  }
  if (usage instanceof UsageError) {
    await complain(session, usage.message, usage.hint, usage.place);
    return EXIT.failed;
  }
  await write(session.stderr, bugReport(error));
  return EXIT.failed;
}

/** A bug of ours: everything that a report needs. */
function bugReport(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const context = error instanceof InvariantError ? `  context: ${JSON.stringify(error.context)}\n` : '';
  return (
    `faultlog: internal error: please report this, with the lines below and, if you can, the input\n${stack}\n${context}` +
    `  faultlog ${VERSION}, node ${process.version}, ${process.platform} ${process.arch}\n`
  );
}
