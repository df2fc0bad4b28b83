import { JoinSpace } from '../../src/analysis/join-space.ts';
import { LaneAnalysis } from '../../src/analysis/lane-analysis.ts';
import { joinLanes } from '../../src/analysis/lanes.ts';
import { newEvent, type TraceEvent } from '../../src/model/event.ts';
import type { Certainty } from '../../src/model/finding.ts';
import { pasid, prgi, requesterId } from '../../src/model/ids.ts';
import { DEFAULT_LIMITS } from '../../src/model/limits.ts';
import { nanoseconds } from '../../src/model/time.ts';

/**
 * One key seen at the host and in the guest. `send`: the device requests. `deliver`: the guest gets the oldest request
 * on its way. `answer`: the guest answers its oldest group (A2); `answer-newer`: the oldest of the newest
 * handler, where the handler was replaced in between. `arrive`: the oldest answer on its way reaches the host, which gives it to the oldest open group;
 * `refuse`: somebody on the way knows better and drops it.
 * `replace`: the host drains the PASID and answers what is open by itself.
 */
export type Action = 'send' | 'deliver' | 'answer' | 'answer-newer' | 'arrive' | 'refuse' | 'replace';

const ACTIONS: readonly Action[] = ['send', 'deliver', 'answer', 'answer-newer', 'arrive', 'refuse', 'replace'];

/** What the two lanes show; several executions may show the same. */
type Line = 'host-request' | 'guest-request' | 'guest-answer' | 'host-answer' | 'host-drain' | 'host-invalid';

interface World {
  readonly lines: readonly Line[];
  /** Epoch of each group when it was sent. */
  readonly epochs: readonly number[];
  readonly epoch: number;
  readonly open: readonly number[];
  readonly onTheirWay: readonly number[];
  readonly waiting: readonly number[];
  readonly answers: readonly number[];
  /** Places in `lines` of answers that were accepted for another group than they were given for. */
  readonly crossed: readonly number[];
}

const START: World = {
  lines: [],
  epochs: [],
  epoch: 0,
  open: [],
  onTheirWay: [],
  waiting: [],
  answers: [],
  crossed: [],
};

/** Every observation of executions of up to `length` recorded actions: what it shows, and what crossed in all or any of them. */
export function observations(
  length: number,
): Map<string, { lines: readonly Line[]; always: number[]; ever: number[] }> {
  const found = new Map<string, { lines: readonly Line[]; always: number[]; ever: number[] }>();
  const walk = (world: World, left: number): void => {
    const name = world.lines.join(' ');
    const known = found.get(name);
    if (known === undefined)
      found.set(name, { lines: world.lines, always: [...world.crossed], ever: [...world.crossed] });
    else {
      known.always = known.always.filter((at) => world.crossed.includes(at));
      known.ever = [...new Set([...known.ever, ...world.crossed])];
    }
    if (left === 0) return;
    for (const action of ACTIONS) {
      const next = step(world, action);
      if (next !== undefined) walk(next, action === 'refuse' ? left : left - 1);
    }
  };
  walk(START, length);
  return found;
}

function step(world: World, action: Action): World | undefined {
  const { lines, epochs, open, onTheirWay, waiting, answers, crossed } = world;
  switch (action) {
    case 'send': {
      const group = epochs.length;
      return {
        ...world,
        lines: [...lines, 'host-request'],
        epochs: [...epochs, world.epoch],
        open: [...open, group],
        onTheirWay: [...onTheirWay, group],
      };
    }
    case 'deliver': {
      const [group, ...rest] = onTheirWay;
      if (group === undefined) return undefined;
      return { ...world, lines: [...lines, 'guest-request'], onTheirWay: rest, waiting: [...waiting, group] };
    }
    case 'answer':
    case 'answer-newer': {
      const epoch = epochs[(action === 'answer' ? waiting[0] : waiting.at(-1)) ?? -1];
      const group = waiting.find((each) => epochs[each] === epoch);
      if (group === undefined || (action === 'answer-newer' && group === waiting[0])) return undefined;
      return {
        ...world,
        lines: [...lines, 'guest-answer'],
        waiting: waiting.filter((each) => each !== group),
        answers: [...answers, group],
      };
    }
    case 'arrive': {
      const [group, ...rest] = answers;
      if (group === undefined) return undefined;
      const [accepted, ...others] = open;
      return {
        ...world,
        lines: [...lines, 'host-answer'],
        answers: rest,
        open: others,
        crossed: accepted === undefined || accepted === group ? crossed : [...crossed, lines.length],
      };
    }
    case 'refuse':
      return answers.length === 0 ? undefined : { ...world, answers: answers.slice(1) };
    case 'replace':
      return {
        ...world,
        lines: [...lines, 'host-drain', ...open.map(() => 'host-invalid' as const)],
        epoch: world.epoch + 1,
        open: [],
      };
  }
}

/** What the engine says crossed: by place in `lines`. */
export function crossings(lines: readonly Line[]): Map<number, Certainty> {
  const host = laneOf('host');
  const guest = laneOf('guest');
  lines.forEach((line, at) => {
    const lane = line.startsWith('host') ? host : guest;
    for (const event of eventsOf(line, at)) lane.push('trace', event);
  });
  for (const lane of [host, guest]) lane.endReplay({ end: 'complete' });
  const { verdicts } = joinLanes([host, guest], {
    owners: [],
    offsets: new Map(),
    scaleOf: () => undefined,
    declaredClockOf: () => undefined,
    isOneInput: () => true,
  });
  const found = new Map<number, Certainty>();
  for (const observation of verdicts.get(host)?.found ?? []) {
    if (observation.kind === 'crossed-response') found.set(observation.response.source.line - 1, observation.certainty);
  }
  return found;
}

function laneOf(lane: 'host' | 'guest'): LaneAnalysis {
  return new LaneAnalysis(
    { lane, laneName: undefined },
    DEFAULT_LIMITS,
    [],
    { report: () => {}, name: () => {}, omits: () => false },
    new JoinSpace(),
  );
}

const REPORTER = 53;
const HANDLER = 142;

function eventsOf(line: Line, at: number): TraceEvent[] {
  switch (line) {
    case 'host-request':
    case 'guest-request': {
      const request = event('page-request', at, REPORTER);
      request.isLast = true;
      return [request];
    }
    case 'host-drain':
      return (['fence', 'iotlb', 'device-tlb'] as const).map((drainStep) => {
        const each = event('drain', at, HANDLER);
        each.drainStep = drainStep;
        if (drainStep === 'fence') each.pasid = undefined;
        return each;
      });
    default: {
      const response = event('page-response', at, HANDLER);
      response.code = line === 'host-invalid' ? 'invalid-request' : 'success';
      return [response];
    }
  }
}

function event(kind: TraceEvent['kind'], at: number, pid: number): TraceEvent {
  const made = newEvent(kind, 'test', 'wire');
  made.iommu = 'dmar0';
  made.device = '0000:01:00.0';
  made.requester = requesterId(0x100);
  made.pasid = pasid(1);
  if (kind !== 'drain') made.prgi = prgi(1);
  made.pid = pid;
  made.task = pid === REPORTER ? 'irq/24-dmar0-pr' : 'handler';
  made.source = { input: 0, line: at + 1, offset: 0, text: '' };
  made.time = nanoseconds((at + 1) * 1e6);
  return made;
}
