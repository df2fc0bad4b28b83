import type { Boot, InputReport } from '../intake/input.ts';
import type { InputSummary } from '../model/result.ts';
import { formatTime, nanoseconds } from '../model/time.ts';

function bootOf(
  { number, id, line, events, ...times }: Boot,
  time: (value: number | undefined) => string | undefined,
): NonNullable<InputSummary['boots']>[number] {
  const [firstTime, lastTime] = [time(times.firstTime), time(times.lastTime)];
  return {
    number,
    ...(id === undefined ? {} : { id }),
    line,
    events,
    ...(firstTime === undefined ? {} : { firstTime }),
    ...(lastTime === undefined ? {} : { lastTime }),
  };
}

/** What the result says of an input. */
export function summaryOf(report: InputReport): InputSummary {
  const framings = [...report.framings].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const time = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : formatTime(nanoseconds(value), report.scale);
  const firstTime = time(report.firstTime);
  const lastTime = time(report.lastTime);
  return {
    path: report.spec.path,
    lane: report.spec.lane,
    ...(report.spec.laneName === undefined ? {} : { laneName: report.spec.laneName }),
    ...(framings.length === 0 ? {} : { framing: framings.join('+') }),
    dialects: Object.fromEntries(report.dialects),
    bytes: report.bytes,
    lines: report.lines,
    events: report.events,
    unread: report.unread,
    ...(report.overlong === 0 ? {} : { overlong: report.overlong }),
    lostEvents: report.lostEvents,
    ...(report.bootCount < 2 ? {} : { boots: report.boots.map((boot) => bootOf(boot, time)) }),
    ...(report.clock === undefined ? {} : { clock: report.clock }),
    ...(firstTime === undefined ? {} : { firstTime }),
    ...(lastTime === undefined ? {} : { lastTime }),
    ...(report.error === undefined ? {} : { error: report.error.message }),
  };
}
