import { plural, sanitise } from '../base/text.ts';
import type { ClockOffset, Latency } from '../model/result.ts';
import type { LatencyBin, Rate, Stats, Step, StreamStats, WorstInstance } from '../model/stats.ts';
import { formatDuration } from '../model/time.ts';
import { laneLabel, offsetText, shortNames, subjectOf } from './wording.ts';

/** Devices and PASIDs that are shown; the busiest come first. */
const SHOWN_STREAMS = 20;
const BAR = 40;

/** `faultlog stats` for a person: sums, clocks, timeline, latencies, each device and PASID, the slowest answers. */
export function* statsText(stats: Stats, isVerbose: boolean): Generator<string> {
  yield* sums(stats);
  if (stats.clocks !== undefined) {
    yield '\n';
    yield* clocksText(stats.clocks);
  }
  if (stats.timeline.length > 1) yield* timelineText(stats);
  if (stats.histogram.length > 0) yield* histogramText('latency of all answers', stats.histogram);
  const shown = isVerbose ? stats.streams : stats.streams.slice(0, SHOWN_STREAMS);
  for (const stream of shown) yield* streamText(stream, stats.streams.length > 1);
  const hidden = stats.streams.length - shown.length;
  if (hidden > 0) yield `\n… and ${plural(hidden, 'more device or PASID', 'more devices and PASIDs')} (--verbose)\n`;
  if (stats.otherGroups !== undefined)
    yield `… and ${plural(stats.otherGroups, 'group')} of others, in the sums only\n`;
  if (stats.worst.length > 0) yield* worstText(stats);
}

/** How the lanes' clocks stand to each other, with the interval that causality leaves. */
export function* clocksText(clocks: readonly ClockOffset[]): Generator<string> {
  if (clocks.length === 0) return;
  yield 'clocks: what is to be added to the times of a lane to make them those of the lowest one\n';
  for (const clock of clocks) yield `  ${laneLabel(clock).padEnd(12)} ${clock.source}: ${offsetText(clock)}\n`;
}

function* sums(stats: Stats): Generator<string> {
  const { groups, requests, faults, spanNs, firstTime, lastTime, peakDepth } = stats;
  const span = spanNs === undefined ? '' : ` in ${formatDuration(spanNs)} (${firstTime ?? ''} to ${lastTime ?? ''} s)`;
  yield `${plural(groups, 'page-request group')} with ${plural(requests, 'request')}, ${plural(faults, 'fault')}${span}\n`;
  const states = Object.entries(stats.states).map(([state, count]) => `${count} ${state}`);
  if (states.length > 0) yield `states    ${states.join(', ')}\n`;
  const rates = [
    rateText('groups', stats.groupRate),
    rateText('answers', stats.answerRate),
    rateText('faults', stats.faultRate),
  ].filter((text) => text !== '');
  if (rates.length > 0) yield `rates     ${rates.join('; ')}\n`;
  if (peakDepth !== undefined && groups > 0) yield `in flight ${peakDepth} at most\n`;
  if (stats.latency !== undefined) yield `latency   ${latencyText(stats.latency)}\n`;
}

function rateText(what: string, rate: Rate | undefined): string {
  return rate === undefined ? '' : `${what} ${rate.meanPerSecond}/s, at most ${rate.peakPerSecond}/s`;
}

function latencyText({ count, minNs, p50Ns, p90Ns, p99Ns, maxNs }: Latency): string {
  const [min, p50, p90, p99, max] = [minNs, p50Ns, p90Ns, p99Ns, maxNs].map(formatDuration);
  return `${plural(count, 'answer')}: min ${min}, p50 ${p50}, p90 ${p90}, p99 ${p99}, max ${max}`;
}

function* timelineText({ timeline, stepNs }: Stats): Generator<string> {
  const step = stepNs === undefined ? '' : `, steps of ${formatDuration(stepNs)}`;
  yield `\ntimeline${step}\n`;
  const width = Math.max('time'.length, ...timeline.map(({ time }) => time.length));
  yield `  ${'time'.padStart(width)}  groups answers  faults  in flight (mean, peak)\n`;
  const most = Math.max(1, ...timeline.map(({ peakDepth }) => peakDepth));
  let unchanged = 0;
  for (const [index, each] of timeline.entries()) {
    if (isLikeNeighbours(timeline, index)) {
      unchanged += 1;
      continue;
    }
    if (unchanged > 0) yield `  ${'…'.padStart(width)}  ${plural(unchanged, 'step')} without change\n`;
    unchanged = 0;
    const depth = `${each.meanDepth.toPrecision(3).padStart(8)} ${String(each.peakDepth).padStart(6)}`;
    const counts = [each.groups, each.answers, each.faults].map((count) => String(count).padStart(7)).join(' ');
    const row = `  ${each.time.padStart(width)} ${counts}  ${depth}  ${bar(each.peakDepth, most)}`;
    yield `${row.trimEnd()}\n`;
  }
}

/** Nothing happens in this step, the one before and the one behind: the depth stays. */
function isLikeNeighbours(timeline: readonly Step[], index: number): boolean {
  return [-1, 0, 1].every((offset) => {
    const step = timeline[index + offset];
    return step !== undefined && step.groups === 0 && step.answers === 0 && step.faults === 0;
  });
}

function* histogramText(title: string, bins: readonly LatencyBin[]): Generator<string> {
  yield `\n${title}\n`;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  for (const { fromNs, toNs, count } of bins) {
    const range = `${formatDuration(fromNs)} to ${formatDuration(toNs)}`;
    yield `  ${range.padEnd(24)} ${String(count).padStart(8)}  ${bar(count, most)}\n`;
  }
}

/** The histogram of the only one is that of all. */
function* streamText(stream: StreamStats, hasOthers: boolean): Generator<string> {
  const device = stream.device === undefined ? '(no device named)' : sanitise(stream.device);
  const pasid = stream.pasid === undefined ? 'no PASID' : `PASID ${stream.pasid}`;
  const rate = stream.groupsPerSecond === undefined ? '' : `, ${stream.groupsPerSecond}/s`;
  yield `\n${device} ${pasid} (${stream.lane}): ${plural(stream.groups, 'group')}, ${plural(stream.requests, 'request')}${rate}\n`;
  yield `  ${Object.entries(stream.states)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ')}\n`;
  if (stream.latency !== undefined) yield `  ${latencyText(stream.latency)}\n`;
  if (hasOthers && stream.histogram.length > 0) {
    for (const line of histogramText('', stream.histogram)) if (line !== '\n\n') yield line;
  }
}

function* worstText({ worst, inputs }: Stats): Generator<string> {
  const names = shortNames(inputs);
  yield '\nlongest latency\n';
  for (const instance of worst) yield `  ${worstLine(instance, names)}\n`;
}

function worstLine(instance: WorstInstance, names: readonly string[]): string {
  const { request, response } = instance;
  const from = `${names[request.input] ?? ''}:${request.line}`;
  const to = response.input === request.input ? response.line : `${names[response.input] ?? ''}:${response.line}`;
  return `${formatDuration(instance.latencyNs).padEnd(12)} ${subjectOf(instance)} #${instance.instance}  ${from}→${to}`;
}

function bar(count: number, most: number): string {
  return '#'.repeat(Math.ceil((count / most) * BAR));
}
