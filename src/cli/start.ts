import type { Writable } from 'node:stream';
import type { ParserRegistry } from '../model/parser.ts';
import { EXIT } from './exit-code.ts';
import { removeUnfinishedFiles } from './output-target.ts';
import { run } from './run.ts';
import type { OutputStream } from './session.ts';

/** Runs the process: its streams and signals around one command. */
export async function start(worker: URL, loadParsers: () => Promise<ParserRegistry>): Promise<void> {
  let onInterrupt: (() => void) | undefined;
  let wasInterrupted = false;
  const take = (): void => {
    const listener = onInterrupt ?? interrupt;
    onInterrupt = undefined;
    wasInterrupted = true;
    listener();
  };
  process.on('SIGINT', take).on('SIGTERM', take);
  // Errors of a write come back through its callback; without a listener they would end the process before.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const code = await run({
    args: process.argv.slice(2),
    program: [process.execPath, ...process.argv.slice(1, 2)],
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    now: new Date(),
    onInterrupt(listener) {
      onInterrupt = listener;
    },
    worker,
    loadParsers,
  });
  process.exitCode = code;
  // Inputs may still be open (a pipe that goes on): nothing is to be read any more, and all output is written.
  if (wasInterrupted || code === EXIT.readerGone || code === EXIT.failed) process.exit();
}

/** Stops at once: no half-written file, no progress line, the terminal as it was. */
function interrupt(): void {
  removeUnfinishedFiles();
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  process.exit(EXIT.interrupted);
}

function outputOf(stream: Writable & { readonly isTTY?: boolean; readonly columns?: number }): OutputStream {
  return { stream, isTerminal: stream.isTTY === true, columns: stream.isTTY === true ? stream.columns : undefined };
}
