import { UsageError } from '../../base/errors.ts';
import { sanitise } from '../../base/text.ts';
import type { ConfigFile } from '../../config/schema.ts';
import { formatDuration } from '../../model/time.ts';
import { checkTargets } from '../check-reports.ts';
import { wantsColour } from '../colour.ts';
import type { CheckOptions } from '../command-options.ts';
import { type LoadedConfig, loadConfig } from '../config-file.ts';
import { EXIT } from '../exit-code.ts';
import { writeTarget } from '../output-target.ts';
import type { Session } from '../session.ts';
import { limitsOf } from '../setup.ts';

/** One value of the effective configuration. */
interface ConfigValue {
  /** As in the configuration file, else as the option: `thresholds.timeout`, `failOn`. */
  readonly name: string;
  readonly value: unknown;
  readonly from: 'option' | 'config' | 'environment' | 'default';
  /** The option, the file or the variable. */
  readonly source?: string;
}

/** `faultlog check --print-config`: what a run with these arguments would use, and where each value comes from. */
export async function printConfig(session: Session, files: readonly string[], options: CheckOptions): Promise<number> {
  const [target = { format: 'text' as const }, more] = options.format ?? [];
  if (more !== undefined || (target.format !== 'text' && target.format !== 'json')) {
    throw new UsageError('--print-config prints text or json, once', 'Give --format text or --format json.');
  }
  const loaded = await loadConfig(session, options.config);
  const values = [
    ...thresholdsOf(options, loaded),
    ...judgementOf(options),
    ...configuredOf(options, loaded, files),
    ...outputOf(session, options),
  ];
  const text =
    target.format === 'json'
      ? `${JSON.stringify({ ...(loaded.path !== undefined && { config: loaded.path }), values }, undefined, 2)}\n`
      : textOf(values, loaded);
  await writeTarget(target, session, [text]);
  return EXIT.clean;
}

function thresholdsOf(options: CheckOptions, { config, path }: LoadedConfig): ConfigValue[] {
  const { timeoutNs, slowNs, mergeWindowNs, stormPerSecond } = limitsOf(options, config);
  const rows = [
    ['timeout', formatDuration(timeoutNs), '--timeout'],
    ['slow', formatDuration(slowNs), '--slow'],
    ['mergeWindow', formatDuration(mergeWindowNs), '--merge-window'],
    ['storm', stormPerSecond, '--storm'],
  ] as const;
  return rows.map(([name, value, option]) => {
    const isConfigured = config.thresholds?.[name] !== undefined;
    return { name: `thresholds.${name}`, value, ...sourceOf(options[name] !== undefined, option, isConfigured, path) };
  });
}

/** What only the command line says. */
function judgementOf(options: CheckOptions): ConfigValue[] {
  const { failOn, failOnPossible, exitZero, strictCoverage, maxUnread, errorOnEmpty, errorOnStale } = options;
  const rows: [string, unknown, string, unknown][] = [
    ['failOn', failOn, '--fail-on', 'error'],
    ['failOnPossible', failOnPossible ?? false, '--fail-on-possible', false],
    ['exitZero', exitZero ?? false, '--exit-zero', false],
    ['strictCoverage', strictCoverage ?? false, '--strict-coverage', false],
    ['maxUnread', maxUnread, '--max-unread', 0],
    ['errorOnEmpty', errorOnEmpty ?? false, '--error-on-empty', false],
    ['errorOnStale', errorOnStale ?? false, '--error-on-stale', false],
    ['framing', options.framing, '--framing', undefined],
    ['dialect', options.dialect, '--dialect', undefined],
  ];
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value, option, usual]) => ({ name, value, ...sourceOf(value !== usual, option, false, undefined) }));
}

/** Lists and tables of the file, entry by entry, and the options that replace them. */
function configuredOf(options: CheckOptions, { config, path }: LoadedConfig, files: readonly string[]): ConfigValue[] {
  const ofFile = (name: string, value: unknown): ConfigValue => ({
    name,
    value,
    ...sourceOf(false, '', true, path),
  });
  const values: ConfigValue[] = [];
  if (files.length > 0) values.push({ name: 'inputs', value: files, from: 'option', source: 'arguments' });
  const replaced = new Set([
    ...(files.length > 0 ? ['inputs'] : []),
    ...(options.owners === undefined ? [] : ['owners']),
    ...(options.baseline === undefined ? [] : ['baseline']),
  ]);
  const offsets = new Map((options.offset ?? []).map(({ lane, seconds }) => [lane, seconds]));
  for (const [key, value] of Object.entries(config)) {
    if (key === '$schema' || key === 'thresholds' || replaced.has(key)) continue;
    for (const [name, part] of entriesOf(key, value)) {
      if (key !== 'offsets' || !offsets.has(name.slice('offsets.'.length))) values.push(ofFile(name, part));
    }
  }
  for (const [lane, seconds] of offsets) {
    values.push({ name: `offsets.${lane}`, value: seconds, from: 'option', source: '--offset' });
  }
  for (const name of ['owners', 'baseline'] as const) {
    const value = options[name];
    if (value !== undefined) values.push({ name, value, from: 'option', source: `--${name}` });
  }
  return values;
}

function entriesOf(key: string, value: ConfigFile[keyof ConfigFile]): [string, unknown][] {
  if (typeof value !== 'object') return [[key, value]];
  return Object.entries(value).map(([name, part]) => [`${key}.${name}`, part]);
}

function outputOf(session: Session, options: CheckOptions): ConfigValue[] {
  const { env, stdout } = session;
  const colour = wantsColour(options.color, session, stdout);
  const variable =
    (env.NO_COLOR ?? '') !== '' ? 'NO_COLOR' : (env.FORCE_COLOR ?? '') !== '' ? 'FORCE_COLOR' : undefined;
  const values: ConfigValue[] = [
    options.color === undefined && variable !== undefined
      ? { name: 'color', value: colour, from: 'environment', source: variable }
      : {
          name: 'color',
          value: colour,
          ...sourceOf(options.color !== undefined, colour ? '--color' : '--no-color', false, undefined),
        },
  ];
  const { format: _, ...rest } = options;
  const isJoined = checkTargets(session, rest, []).some(({ format }) => format === 'github');
  if (isJoined) values.push({ name: 'format', value: 'github', from: 'environment', source: 'GITHUB_ACTIONS' });
  const summary = env.GITHUB_STEP_SUMMARY;
  if (isJoined && summary !== undefined && summary !== '') {
    values.push({ name: 'jobSummary', value: summary, from: 'environment', source: 'GITHUB_STEP_SUMMARY' });
  }
  return values;
}

function sourceOf(
  isGiven: boolean,
  option: string,
  isConfigured: boolean,
  path: string | undefined,
): Pick<ConfigValue, 'from' | 'source'> {
  if (isGiven) return { from: 'option', source: option };
  if (isConfigured) return { from: 'config', ...(path !== undefined && { source: path }) };
  return { from: 'default' };
}

function textOf(values: readonly ConfigValue[], { path }: LoadedConfig): string {
  const shown = values.map(({ name, value, from, source }) => [
    sanitise(name),
    sanitise(typeof value === 'string' ? value : JSON.stringify(value)),
    sanitise(source === undefined || from === 'config' ? from : source),
  ]);
  const widthOf = (column: number): number => Math.max(...shown.map((row) => row[column]?.length ?? 0));
  const [name, value] = [widthOf(0), Math.min(60, widthOf(1))];
  const lines = shown.map(([a = '', b = '', c = '']) => `${a.padEnd(name)}  ${b.padEnd(value)}  ${c}\n`);
  return `${path === undefined ? 'no configuration file' : `config ${sanitise(path)}`}\n${lines.join('')}`;
}
