import type { LadderLine } from './lines.ts';
import { type WrittenTime, writtenTime } from './rows.ts';

/** What comment lines of a ladder state besides its drawing. */
export interface Legend {
  /** `# M1 = vm3`, `# D2 = 0000:02:00.0`, `# Dev = 0000:01:00.0`: the name of a short name. */
  readonly names: ReadonlyMap<string, string>;
  /** `# PR12 = M1 G344 P1048575`: what an abbreviated message stands for. */
  readonly messages: ReadonlyMap<string, string>;
  /** `# step 9: 1234.567890`. */
  readonly stepTimes: ReadonlyMap<number, WrittenTime>;
}

const NAME = /^\s*#\s*(M\d+|D\d+|Dev)\s*=\s*(\S.*?)\s*$/;
const MESSAGE = /^\s*#\s*((?:PR|PS|SM)\d+)\+?~?\s*=\s*(\S.*?)\s*$/;
const STEP = /^\s*#\s*step\s+(\d{1,9})\s*[:=]\s*/;
const TIME = /^(\+?)(\d{1,12})(?:\.(\d{1,9}))?(?=\s|$|,)/;

export function readLegend(lines: readonly LadderLine[]): Legend {
  const names = new Map<string, string>();
  const messages = new Map<string, string>();
  const stepTimes = new Map<number, WrittenTime>();
  for (const line of lines) {
    if (!line.text.trimStart().startsWith('#')) continue;
    const text = line.raw.replace(/^(?:>\s?)+/, '');
    const [, short, name] = NAME.exec(text) ?? [];
    if (short !== undefined && name !== undefined) names.set(short, name);
    const [, message, meaning] = MESSAGE.exec(text) ?? [];
    if (message !== undefined && meaning !== undefined) messages.set(message, meaning);
    const step = STEP.exec(text);
    const time = step === null ? null : TIME.exec(text.slice(step[0].length));
    if (step !== null && time !== null) stepTimes.set(Number(step[1]), writtenTime(time));
  }
  return { names, messages, stepTimes };
}
