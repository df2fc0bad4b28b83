import { basename } from 'node:path';
import { registry } from '../../parsers/registry.ts';
import { openBrowsedText } from '../../src/cli/browse-texts.ts';
import { type CaptureSettings, loadCaptureHere } from '../../src/cli/load-capture.ts';
import { prepareInputs } from '../../src/cli/open-input.ts';
import { reopenable } from '../../src/cli/reopen.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { rules } from '../../src/rules/registry.ts';
import { World } from '../../src/ui/world.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { ROOT } from '../readme-blocks.ts';

/** The world of captures, named by their paths from the root of the repository, when they are read. */
export function openWorld(...paths: readonly string[]): Promise<World> {
  return openJudgedWorld({}, ...paths);
}

/** The same, judged in some way. */
export async function openJudgedWorld(
  settings: Pick<CaptureSettings, 'judge'>,
  ...paths: readonly string[]
): Promise<World> {
  const session = sampleSession({ cwd: ROOT });
  const inputs = await Promise.all(
    paths.map((path) =>
      prepareInputs({ path, lane: /guest/.test(basename(path)) ? 'guest' : 'host' }, session, registry),
    ),
  );
  const source = reopenable(inputs.flat(), 0);
  const openRaw = openBrowsedText(source, registry.containers ?? [], ROOT, () => capture.progress.isLoaded);
  const { capture } = loadCaptureHere(source.inputs, registry, { limits: DEFAULT_LIMITS, ...settings }, openRaw);
  await capture.whenReady();
  return new World({ capture, rule: (name) => rules.find(({ id }) => id === name) });
}
