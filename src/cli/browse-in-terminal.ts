import { resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import type { Baseline } from '../config/baseline.ts';
import type { ConfigFile } from '../config/schema.ts';
import type { InputSpec } from '../intake/input.ts';
import { rules } from '../rules/registry.ts';
import { openBrowser } from '../ui/browse.tsx';
import { loadBaseline } from './baseline-file.ts';
import { openBrowsedText } from './browse-texts.ts';
import { wantsColour } from './colour.ts';
import type { BrowseOptions } from './command-options.ts';
import { EXIT } from './exit-code.ts';
import { type CaptureSettings, loadCaptureHere, watchCapture } from './load-capture.ts';
import { type LoadingThread, startLoading } from './loading-thread.ts';
import { writeTarget } from './output-target.ts';
import { MOST_KEPT_BYTES, reopenable } from './reopen.ts';
import type { Session } from './session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare } from './setup.ts';
import { isUtf8, type Terminal } from './terminal.ts';
import { TerminalSession } from './terminal-session.ts';

/** Opens the UI at once, reads the inputs behind it, and returns the exit code when it is left. */
export async function browseInTerminal(
  session: Session,
  terminal: Terminal,
  files: readonly string[],
  options: BrowseOptions,
): Promise<number> {
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const settings = {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: setup.read,
    ...(await judgeOf(session, setup.loaded.config, await loadBaseline(session, setup.loaded, options))),
  };
  const source = reopenable(setup.inputs, MOST_KEPT_BYTES);
  const containers = setup.parsers.containers ?? [];
  const openRaw = openBrowsedText(source, containers, session.cwd, () => capture.progress.isLoaded);
  const thread = loadingThread(session, setup.inputs, files, options);
  const { capture } =
    thread === undefined
      ? loadCaptureHere(source.inputs.map(inPieces), setup.parsers, settings, openRaw)
      : watchCapture(source.inputs, thread, settings, openRaw);
  const around = new TerminalSession(terminal, (path, text) => save(session, path, text));
  around.open();
  try {
    const browser = openBrowser({
      capture,
      rule: findRule,
      host: around.host,
      look: { hasColour: wantsColour(options.color, session, session.stdout), isAscii: !isUtf8(session) },
      size: { columns: terminal.screen.columns, rows: terminal.screen.rows },
      stdout: terminal.screen,
      isScreenReader: session.env.INK_SCREEN_READER === 'true',
    });
    around.attach(browser);
    await browser.closed;
  } finally {
    around.close();
    capture.close();
  }
  return capture.progress.error === undefined ? EXIT.clean : EXIT.failed;
}

/** Severities and ignores of the configuration, and the baseline; their code is loaded only if there are any. */
async function judgeOf(
  session: Session,
  config: ConfigFile,
  baseline: Baseline | undefined,
): Promise<Pick<CaptureSettings, 'judge'>> {
  const isPoliced = config.severity !== undefined || config.ignore !== undefined;
  if (!isPoliced && baseline === undefined) return {};
  const { applyPolicy } = await import('../config/policy.ts');
  const { applyBaseline } = await import('../config/baseline.ts');
  return {
    judge(analysed) {
      const result = isPoliced ? applyPolicy(analysed, config, session.now).result : analysed;
      if (baseline === undefined) return { result };
      const outcome = applyBaseline(result, baseline, analysed, session.now);
      return { result: outcome.result, known: new Map(outcome.known.map(({ finding, entry }) => [finding, entry])) };
    },
  };
}

/** Undefined where an input can be read in this thread only (a pipe), or there is no file for a thread. */
function loadingThread(
  session: Session,
  inputs: readonly InputSpec[],
  files: readonly string[],
  options: BrowseOptions,
): LoadingThread | undefined {
  if (inputs.some(({ canReopen }) => canReopen !== true)) return undefined;
  return startLoading(session.worker, { files, options, cwd: session.cwd });
}

/** Read as a stream, so that keys are served in between. */
function inPieces({ openBytes: _, ...spec }: InputSpec): InputSpec {
  return spec;
}

function findRule(wanted: string) {
  const word = wanted.toLowerCase();
  return rules.find(({ id, name }) => id.toLowerCase() === word || name === word);
}

async function save(session: Session, path: string, text: string): Promise<void> {
  await writeTarget({ format: 'text', path: resolve(session.cwd, path) }, session, [text]).catch((error: unknown) => {
    if (!(error instanceof UsageError) || error.hint === undefined) throw error;
    // The UI has one line for it.
    throw new Error(`${error.message}. ${error.hint}`, { cause: error });
  });
}
