import { type AnalysisOptions, analyse } from '../../analysis/analyse.ts';
import { collectScenes } from '../../analysis/ladder-scenes.ts';
import { UsageError } from '../../base/errors.ts';
import { plural } from '../../base/text.ts';
import type { Filter } from '../../filter/filter.ts';
import { drawLadder } from '../../format/ladder.ts';
import type { InputSpec } from '../../intake/input.ts';
import type { WindowLimits } from '../../model/context-window.ts';
import { messagesOfEvents } from '../../model/ladder-messages.ts';
import { type LadderQuery, queryOfFinding, queryOfKey, queryOfRange } from '../../model/ladder-query.ts';
import type { LadderScene } from '../../model/ladder-scene.ts';
import type { Result } from '../../model/result.ts';
import { shortNames, subjectOf, worstFirst } from '../../report/wording.ts';
import { applyConfig } from '../apply-config.ts';
import { loadBaseline } from '../baseline-file.ts';
import type { LadderOptions } from '../command-options.ts';
import { EXIT } from '../exit-code.ts';
import { lanesOfFinding } from '../finding-ladders.ts';
import { formatGroupName } from '../group-name.ts';
import { sayWhatWasLeftOut, sayWhatWasNotRead } from '../messages.ts';
import { findGroup } from '../named-group.ts';
import { startProgress } from '../progress.ts';
import { MOST_KEPT_BYTES, type Reopenable, reopenable } from '../reopen.ts';
import { type Session, write } from '../session.ts';
import { limitsOf, loadOwners, offsetsOf, prepare, type Setup } from '../setup.ts';
import { filterOf } from '../shown.ts';
import { whereFilter, wordsOfRules } from '../where.ts';

/** Events that are drawn with the lines of a finding or a group; beyond the last number nobody reads a drawing. */
const LIMITS: WindowLimits = { margin: 60, edge: 6, most: 600 };

/** `faultlog ladder`: the sequence diagram of a finding, a group or a range, in the notation of semantics §6. */
export async function runLadder(session: Session, files: readonly string[], options: LadderOptions): Promise<number> {
  const where = options.where === undefined ? undefined : whereFilter(options.where, 'event', await wordsOfRules());
  const setup = await prepare(session, files, options);
  const owners = await loadOwners(session, options, setup.loaded);
  const settings: AnalysisOptions = {
    limits: limitsOf(options, setup.loaded.config),
    offsets: offsetsOf(options, setup.loaded.config, setup.inputs),
    ...(owners.length > 0 && { owners }),
    read: { ...setup.read, takesGroups: true },
  };
  if (where !== undefined) return drawFiltered(session, setup, where, settings, options);
  const source = isOfOnePass(options) ? { inputs: setup.inputs, again: () => setup.inputs } : kept(setup.inputs);
  const { query, title } = await subjectFor(session, setup, source, settings, options);
  const inputs = source.again();
  if (inputs === undefined) {
    throw new UsageError('the input is too large to be read twice', 'Save it into a file and draw that.');
  }
  const progress = startProgress(session, inputs, options.progress && options.quiet !== true);
  const { scenes, result } = await collectScenes(inputs, setup.parsers, [query], {
    ...settings,
    read: { ...setup.read, takesGroups: true, onProgress: progress.advance },
    ...LIMITS,
  }).finally(progress.end);
  return print(session, setup, { scene: scenes[0], result }, title, options);
}

async function drawFiltered(
  session: Session,
  setup: Setup,
  where: Filter,
  settings: AnalysisOptions,
  options: LadderOptions,
): Promise<number> {
  const { filteredScene } = await import('../filtered-ladder.ts');
  const progress = startProgress(session, setup.inputs, options.progress && options.quiet !== true);
  const drawn = await filteredScene(
    setup,
    where,
    options,
    { ...settings, read: { ...settings.read, onProgress: progress.advance } },
    LIMITS,
  ).finally(progress.end);
  return print(session, setup, drawn, '', options);
}

interface Drawn {
  readonly scene: LadderScene | undefined;
  readonly result: Result;
}

async function print(
  session: Session,
  setup: Setup,
  { scene, result }: Drawn,
  title: string,
  options: LadderOptions,
): Promise<number> {
  const hasFailed = await sayWhatWasNotRead(session, result.inputs, setup, options.quiet === true);
  await sayWhatWasLeftOut(session, result, options.quiet === true);
  const drawing = scene === undefined ? '' : draw(scene, setup.inputs, session, options);
  if (drawing === '') throw nothingToDraw(options);
  await write(session.stdout, `${title}${drawing}`);
  return hasFailed ? EXIT.failed : EXIT.clean;
}

/** What is to be drawn, and a comment line above it. */
interface Subject {
  readonly query: LadderQuery;
  readonly title: string;
}

/** A range needs no look ahead; findings and instances are known when all is read. */
function isOfOnePass({ finding, group }: LadderOptions): boolean {
  return finding === undefined && group === undefined;
}

function kept(inputs: readonly InputSpec[]): Reopenable {
  return reopenable(inputs, MOST_KEPT_BYTES);
}

async function subjectFor(
  session: Session,
  setup: Setup,
  source: Reopenable,
  settings: AnalysisOptions,
  options: LadderOptions,
): Promise<Subject> {
  if (options.finding !== undefined) return findingSubject(session, setup, source, settings, options, options.finding);
  if (options.group !== undefined) {
    const found = await findGroup(source.inputs, setup.parsers, settings, options.group);
    return { query: queryOfKey(found.key, found.places), title: `# ${formatGroupName(found.name)}\n` };
  }
  return { query: queryOfRange(filterOf(options)), title: '' };
}

async function findingSubject(
  session: Session,
  setup: Setup,
  source: Reopenable,
  settings: AnalysisOptions,
  options: LadderOptions,
  number: number,
): Promise<Subject> {
  const baseline = await loadBaseline(session, setup.loaded, options);
  const analysed = await analyse(source.inputs, setup.parsers, settings);
  const { result } = await applyConfig(session, analysed, setup.loaded.config, baseline, false);
  const findings = worstFirst(result.findings);
  const finding = findings[number - 1];
  if (finding === undefined) {
    throw new UsageError(
      `there is no finding ${number}: the analysis has ${plural(findings.length, 'finding')}`,
      'faultlog check lists them; they are counted from 1, the worst first.',
    );
  }
  const about = [finding.id, finding.name, `(${finding.certainty}):`, subjectOf(finding)].join(' ');
  return {
    query: queryOfFinding(finding, lanesOfFinding(finding, setup.inputs)),
    title: `# finding ${number}: ${finding.severity} ${about.replaceAll(/\s+/g, ' ').trim()}\n`,
  };
}

function draw(scene: LadderScene, inputs: readonly InputSpec[], session: Session, options: LadderOptions): string {
  const { messages, omitted } = messagesOfEvents(scene.events, { labelOf: scene.labelOf });
  const names = shortNames(inputs);
  const width = options.width ?? session.stdout.columns;
  const drawing = drawLadder(messages, {
    scale: scene.scale,
    unicode: options.unicode === true,
    lines: options.lines === true,
    inputName: (input) => names[input] ?? String(input + 1),
    ...(width !== undefined && { width }),
    ...(options.times !== 'none' && { times: options.times }),
  });
  if (drawing === '') return '';
  const notes = scene.clockNotes.map((note) => `# ${note}\n`);
  if (scene.omitted > 0) notes.push(`# ${plural(scene.omitted, 'event')} left out\n`);
  if (omitted > 0 && options.verbose === true) {
    notes.push(`# ${plural(omitted, 'further observation')} of the same messages not drawn\n`);
  }
  return drawing + notes.join('');
}

function nothingToDraw({ finding, group, where }: LadderOptions): UsageError {
  if (where !== undefined) {
    return new UsageError(
      'there is no event to draw that passes the filter',
      'faultlog events --where lists what passes.',
    );
  }
  if (finding !== undefined) {
    return new UsageError(
      `finding ${finding} names no event that can be drawn`,
      `faultlog check shows its lines; another one may be drawn.`,
    );
  }
  if (group !== undefined) return new UsageError(`there is nothing to draw for ${formatGroupName(group)}`);
  return new UsageError(
    'there is no event to draw in this range',
    'faultlog events lists them; leave out --device, --pasid, --from or --to.',
  );
}
