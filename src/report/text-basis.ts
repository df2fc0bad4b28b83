import { plural, sanitise } from '../base/text.ts';
import type { InputSummary, Result } from '../model/result.ts';
import { formatDuration } from '../model/time.ts';
import type { Paint } from './paint.ts';
import {
  beyondBoundsParts,
  displayPath,
  groupTotal,
  headUnknownText,
  laneLabel,
  offsetText,
  placeOf,
  unreadText,
} from './wording.ts';

/** What happened to the groups, and what the capture cannot tell. */
export function coverageLines(result: Result): readonly string[] {
  const lines: string[] = [];
  const states = Object.entries(result.counts.groups).filter(([, count]) => count > 0);
  if (states.length > 0) {
    const parts = states.map(([state, count]) => `${count} ${state}`).join(', ');
    lines.push(`groups    ${groupTotal(result)}: ${parts}`);
  }
  const { latency } = result;
  if (latency !== undefined && latency.count > 0) {
    const [min, p50, p99, max] = [latency.minNs, latency.p50Ns, latency.p99Ns, latency.maxNs].map(formatDuration);
    lines.push(`latency   ${plural(latency.count, 'answer')}: min ${min}, p50 ${p50}, p99 ${p99}, max ${max}`);
  }
  lines.push(`coverage  ${coverageText(result)}`);
  if (result.baselined !== undefined) lines.push(`baseline  ${leftOut(result.baselined)} known and left out`);
  if (result.ignored !== undefined) lines.push(`ignored   ${leftOut(result.ignored)} left out by the configuration`);
  return lines;
}

/** `3 findings (FL102 2, FL204 1)`. */
function leftOut(counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(counts).map(([id, count]) => `${id} ${count}`);
  return `${plural(total, 'finding')} (${parts.join(', ')})`;
}

function coverageText(result: Result): string {
  const { coverage } = result;
  const parts: string[] = [];
  if (coverage.gaps.length > 0) {
    const lost = coverage.gaps.reduce((sum, gap) => sum + (gap.lost ?? 0), 0);
    const first = coverage.gaps[0];
    const where = first === undefined ? '' : `, the first at ${placeOf(result, first)}`;
    const howMany = lost > 0 ? ` (${plural(lost, 'event')} lost at least)` : '';
    parts.push(`${plural(coverage.gaps.length, 'gap')}${howMany}${where}`);
  }
  if (coverage.unread > 0) parts.push(unreadText(coverage.unread));
  if (coverage.headUnknown > 0) parts.push(headUnknownText(coverage.headUnknown));
  if (coverage.openAtEnd > 0) parts.push(`${plural(coverage.openAtEnd, 'group')} open at the end`);
  parts.push(...beyondBoundsParts(result));
  return parts.length === 0 ? 'complete: nothing lost, nothing unread, nothing open at the end' : parts.join('; ');
}

/** The inputs with their clocks, the limits and the version: all that is needed to repeat the verdict. */
export function basisLines(result: Result, paint: Paint): readonly string[] {
  const { limits, tool } = result;
  const limitTexts = [
    `timeout ${formatDuration(limits.timeoutNs)}`,
    `slow ${formatDuration(limits.slowNs)}`,
    `merge window ${formatDuration(limits.mergeWindowNs)}`,
    `storm ${limits.stormPerSecond}/s`,
  ];
  return [
    ...result.inputs.map((input, index) => `${inputLabel(result, index)}${inputText(input)}`),
    ...clockLines(result),
    `limits    ${limitTexts.join(', ')}`,
    `${paint.faint('version')}   ${tool.name} ${tool.version}`,
  ];
}

/** What is added to the times of lanes, as far as it is known. */
function clockLines({ clocks = [] }: Result): readonly string[] {
  if (clocks.length === 0) return [];
  const texts = clocks.map((clock) => `${laneLabel(clock)} ${clock.source}, ${offsetText(clock)}`);
  return [`clocks    ${texts.join('; ')}`];
}

/** Numbered as messages name them, where there are several. */
function inputLabel({ inputs }: Result, index: number): string {
  return (inputs.length > 1 ? `input ${index + 1}` : 'input').padEnd(10);
}

/** The boots of logs that hold several: number, where it begins, its times and events. */
export function bootLines(result: Pick<Result, 'inputs'>): readonly string[] {
  return result.inputs.flatMap(({ boots = [] }, input) =>
    boots.map(({ number, id, line, events, firstTime, lastTime }) => {
      const times = firstTime === undefined || lastTime === undefined ? '' : `, ${firstTime} to ${lastTime} s`;
      const name = id === undefined ? '' : `, journal ${id}`;
      return `${`boot ${number}`.padEnd(10)}${placeOf(result, { input, line })}${times}, ${plural(events, 'event')}${name}`;
    }),
  );
}

function inputText(input: InputSummary): string {
  const parts = [`lane ${laneLabel(input)}`];
  parts.push(input.framing === undefined ? 'no known framing' : input.framing);
  if (input.clock !== undefined) parts.push(`clock ${sanitise(input.clock)}`);
  if (input.firstTime !== undefined && input.lastTime !== undefined)
    parts.push(`${input.firstTime} to ${input.lastTime} s`);
  const dialects = Object.entries(input.dialects).map(([name, count]) => `${name} ${count}`);
  parts.push(
    `${plural(input.events, 'event')} in ${plural(input.lines, 'line')}${dialects.length > 0 ? ` (${dialects.join(', ')})` : ''}`,
  );
  if (input.boots !== undefined) parts.push(`${plural(input.boots.length, 'boot')} (--verbose lists, --boot chooses)`);
  if (input.error !== undefined) parts.push(`not read to its end: ${sanitise(input.error)}`);
  return `${displayPath(input.path)}: ${parts.join(', ')}`;
}
