import { basename, resolve } from 'node:path';
import { parseDuration } from '../base/duration.ts';
import { UsageError } from '../base/errors.ts';
import type { ConfigFile } from '../config/schema.ts';
import type { BootChoice } from '../intake/boots.ts';
import type { InputSpec } from '../intake/input.ts';
import { LEAST_RANGED_BYTES, type RangeReaders } from '../intake/range-packet.ts';
import { withTables } from '../intake/with-tables.ts';
import { type AnalysisLimits, DEFAULT_LIMITS } from '../model/limits.ts';
import type { Owner } from '../model/owner.ts';
import type { ParserRegistry } from '../model/parser.ts';
import type { LimitOptions, ReadingOptions } from './command-options.ts';
import { type LoadedConfig, loadConfig, readNamedFile } from './config-file.ts';
import { type LabelledFile, parseLabelledFile } from './lane-label.ts';
import { complain } from './messages.ts';
import { prepareInputs, unreadableInput } from './open-input.ts';
import { didYouMean, oneOf } from './option-values.ts';
import type { Session } from './session.ts';

/** What every command that reads captures starts from. */
export interface Setup {
  readonly parsers: ParserRegistry;
  readonly loaded: LoadedConfig;
  /** In the order given; also those that cannot be read, which then fail when opened. */
  readonly inputs: readonly InputSpec[];
  /** Inputs that were already complained about. */
  readonly refused: ReadonlySet<InputSpec>;
  readonly read: ReadSettings;
}

/** The part of the reading options that is the same for all commands. */
export interface ReadSettings {
  readonly mergeWindowNs: number;
  readonly framing?: string;
  readonly dialect?: string;
  readonly probeNames?: ReadonlyMap<string, string>;
  readonly boot?: BootChoice;
  readonly ranges?: RangeReaders;
}

/** Reads the configuration and looks at every input. Throws if not one of them can be read. */
export async function prepare(session: Session, files: readonly string[], options: ReadingOptions): Promise<Setup> {
  const [known, loaded] = await Promise.all([session.loadParsers(), loadConfig(session, options.config)]);
  const parsers = withTables(known, loaded.config.tables);
  const labelled = checkedFiles(
    files.length > 0 ? files.map((file) => labelOf(file, loaded.config)) : configuredInputs(loaded),
    session.cwd,
  );
  checkName(
    '--framing',
    options.framing,
    parsers.framings.map(({ name }) => name),
  );
  checkName(
    '--dialect',
    options.dialect,
    parsers.dialects.map(({ name }) => name),
  );
  const { mergeWindowNs } = limitsOf(options, loaded.config);
  const kprobes = Object.entries(loaded.config.kprobes ?? {});
  const settings: ReadSettings = {
    mergeWindowNs,
    ...(options.framing !== undefined && { framing: options.framing }),
    ...(options.dialect !== undefined && { dialect: options.dialect }),
    ...(kprobes.length > 0 && { probeNames: new Map(kprobes) }),
  };
  if (options.follow === true && options.boot !== undefined) {
    throw new UsageError('--boot and --follow exclude each other', 'What is followed is the boot that runs.');
  }
  const opened =
    options.follow === true
      ? await openFollowed(session, labelled, parsers, mergeWindowNs)
      : await openAll(session, labelled, parsers);
  if (mayBeLarge(opened.inputs)) (await import('./young-generation.ts')).growYoungGeneration();
  const ranges = await rangesFor(opened.inputs, options.jobs, session.worker);
  const read = { ...settings, ...(ranges !== undefined && { ranges }) };
  if (options.boot === undefined) return { parsers, loaded, ...opened, read };
  const { chooseBoot } = await import('./choose-boot.ts');
  const { inputs, boot } = await chooseBoot(opened, parsers, read, options.boot);
  return { parsers, loaded, inputs, refused: opened.refused, read: { ...read, boot } };
}

export function mayBeLarge(inputs: readonly InputSpec[]): boolean {
  return inputs.some(({ sizeBytes = LEAST_RANGED_BYTES }) => sizeBytes >= LEAST_RANGED_BYTES);
}

/** Threads for large files; their code is loaded only if there is one. */
async function rangesFor(
  inputs: readonly InputSpec[],
  jobs: number | undefined,
  worker: URL | undefined,
): Promise<RangeReaders | undefined> {
  if (jobs === 1 || !inputs.some(({ file, sizeBytes = 0 }) => file !== undefined && sizeBytes >= LEAST_RANGED_BYTES)) {
    return undefined;
  }
  const { rangeThreads } = await import('./range-threads.ts');
  const bytes = Math.max(...inputs.map(({ sizeBytes = 0 }) => sizeBytes));
  return rangeThreads(jobs, bytes, worker);
}

/** Defaults, overridden by the configuration, overridden by options. */
export function limitsOf(options: LimitOptions, config: ConfigFile): AnalysisLimits {
  const { timeout, slow, mergeWindow, storm } = config.thresholds ?? {};
  return {
    timeoutNs: options.timeout ?? duration(timeout) ?? DEFAULT_LIMITS.timeoutNs,
    slowNs: options.slow ?? duration(slow) ?? DEFAULT_LIMITS.slowNs,
    mergeWindowNs: options.mergeWindow ?? duration(mergeWindow) ?? DEFAULT_LIMITS.mergeWindowNs,
    stormPerSecond: options.storm ?? storm ?? DEFAULT_LIMITS.stormPerSecond,
  };
}

/** Stated clock offsets by lane; an option overrides the configuration. Throws a UsageError for a lane that no input has. */
export function offsetsOf(
  options: LimitOptions,
  config: ConfigFile,
  inputs: readonly InputSpec[],
): ReadonlyMap<string, number> {
  const offsets = new Map(Object.entries(config.offsets ?? {}));
  const lanes = new Set(
    inputs.flatMap(({ lane, laneName }) => (laneName === undefined ? [lane] : [lane, `${lane}:${laneName}`])),
  );
  const stated = new Set<string>();
  for (const { lane, seconds } of options.offset ?? []) {
    if (![...lanes].some((known) => known === lane)) {
      throw new UsageError(
        `--offset ${lane}: no input has this lane`,
        `Label one: ${lane}=FILE. The inputs have ${[...lanes].join(', ')}.`,
      );
    }
    if (lane === 'host') {
      throw new UsageError(
        '--offset host: the other lanes are set against the host',
        "Give the other lane's offset instead, with the opposite sign.",
      );
    }
    if (stated.has(lane)) {
      throw new UsageError(`--offset ${lane}: stated twice`, 'State one offset for each lane.');
    }
    stated.add(lane);
    offsets.set(lane, seconds);
  }
  return offsets;
}

function duration(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

/** Owners of the option, else of the configuration; papaparse and zod are loaded only if there are any. */
export async function loadOwners(
  session: Session,
  options: LimitOptions,
  loaded: LoadedConfig,
): Promise<readonly Owner[]> {
  const configured = loaded.config.owners;
  if (options.owners === undefined && configured === undefined) return [];
  const { ownersOfRows, parseOwners } = await import('../config/owners.ts');
  if (options.owners !== undefined) {
    const path = resolve(session.cwd, options.owners);
    return parseOwners(readNamedFile(path, options.owners, 'the owners file'), options.owners);
  }
  if (typeof configured === 'string') {
    const path = resolve(loaded.directory, configured);
    return parseOwners(readNamedFile(path, configured, 'the owners file'), configured);
  }
  return ownersOfRows(configured ?? [], loaded.path ?? 'owners');
}

async function openFollowed(
  session: Session,
  files: readonly LabelledFile[],
  parsers: ParserRegistry,
  mergeWindowNs: number,
): Promise<Pick<Setup, 'inputs' | 'refused'>> {
  const { followedInputs } = await import('./follow/followed-input.ts');
  return followedInputs(session, files, parsers, mergeWindowNs);
}

async function openAll(
  session: Session,
  files: readonly LabelledFile[],
  parsers: ParserRegistry,
): Promise<Pick<Setup, 'inputs' | 'refused'>> {
  const inputs: InputSpec[] = [];
  const refused = new Set<InputSpec>();
  for (const file of files) {
    try {
      inputs.push(...(await prepareInputs(file, session, parsers)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (files.length === 1) throw error;
      await complain(session, error.message, error.hint);
      const input = unreadableInput(file, error);
      inputs.push(input);
      refused.add(input);
    }
  }
  if (refused.size === inputs.length) throw new UsageError('none of the inputs can be read', 'See the messages above.');
  return { inputs, refused };
}

function labelOf(argument: string, config: ConfigFile): LabelledFile {
  const file = parseLabelledFile(argument);
  if (file.path !== argument) return file;
  const rule = Object.entries(config.lanes ?? {}).find(([pattern]) => matchesName(pattern, argument));
  return rule === undefined ? file : { ...parseLabelledFile(`${rule[1]}=${argument}`), path: argument };
}

function matchesName(pattern: string, path: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return expression.test(path) || expression.test(basename(path));
}

function configuredInputs({ config, directory }: LoadedConfig): readonly LabelledFile[] {
  const inputs = config.inputs ?? [];
  if (inputs.length === 0) {
    throw new UsageError(
      'no input is named',
      'Name a trace or a kernel log: faultlog check trace.txt; - reads standard input.',
    );
  }
  return inputs.map(({ path, lane = 'host' }) => parseLabelledFile(`${lane}=${resolve(directory, path)}`));
}

/** Throws a UsageError for a file that is named twice, also by another path, and for labels that name one lane two ways. */
function checkedFiles(files: readonly LabelledFile[], cwd: string): readonly LabelledFile[] {
  const seen = new Set<string>();
  for (const { path } of files) {
    const file = path === '-' ? path : resolve(cwd, path);
    if (seen.has(file)) {
      const name = path === '-' ? 'standard input (-)' : path;
      throw new UsageError(`${name} is given twice`, 'Name each input once; its events would count double.');
    }
    seen.add(file);
  }
  const guests = files.filter(({ lane }) => lane === 'guest');
  const named = guests.find(({ laneName }) => laneName !== undefined);
  const unnamed = guests.find(({ laneName }) => laneName === undefined);
  if (named !== undefined && unnamed !== undefined) {
    throw new UsageError(
      `the labels guest= (${unnamed.path}) and guest:${named.laneName}= (${named.path}) overlap`,
      `Name both guests, like guest:NAME=${unnamed.path}, or none.`,
    );
  }
  return files;
}

function checkName(option: string, name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  throw new UsageError(
    `${option} ${name}: there is none of this name`,
    `${didYouMean(name, known)}Known are ${oneOf(known)}.`,
  );
}
