import { analyseTexts } from '../../truth/analyse-text.ts';
import { compareFindings } from '../../truth/compare-findings.ts';
import { type Damaged, linesOf, withCopies, withLoss, withoutHead, withoutTail } from '../../truth/damage.ts';
import { simulate } from '../../truth/simulate.ts';
import { isAboutCopy, isFirstLife, surplusAccusations } from '../../truth/surplus-accusations.ts';
import { readVisible } from '../../truth/visible.ts';
import { renderDmesg } from '../log-line.ts';
import type { Random } from '../random.ts';
import { expectedOf, isAmbiguous, isListed, recordLab } from './compare.ts';
import { isOverCut, isPastTimeout } from './excuses.ts';
import { reportLines, spokenOf, unsorted } from './other-texts.ts';
import type { LabRun } from './script.ts';

const SHORT_TIMEOUT_NS = 100e6;
/** How far the kernel log's clock is from the trace's, where the trace does not declare that it is the same. */
const ANY_CLOCK_US = 412_345;

/**
 * What is wrong with the verdicts on other recordings of a run: with a short timeout, as other tools print it, with lines of two
 * CPUs out of order, beside its kernel log, and damaged in ways that must not make anybody a culprit.
 */
export async function variantDifferences(run: LabRun, hasProbes: boolean, random: Random): Promise<readonly string[]> {
  const capture = recordLab(run, hasProbes);
  if (isAmbiguous(run, capture)) return [];
  const { text } = capture;
  const whole = await analyseTexts([text]);
  const found: string[] = [];
  const add = (name: string, texts: readonly string[]): void => {
    found.push(...texts.map((each) => `${name}: ${each}`));
  };
  add('timeout 100 ms', await withShortTimeout(text));
  const same = spokenOf(whole);
  for (const [name, other] of [
    ['report', reportLines(text)],
    ['unsorted', unsorted(text, random)],
  ] as const) {
    const spoken = spokenOf(await analyseTexts([other]));
    // Only the header of the trace file says that nothing is missing at the end.
    const isSure = name !== 'report';
    add(name, differences(isSure ? same : same.map(asNearEnd), isSure ? spoken : spoken.map(asNearEnd)));
  }
  // An overflow whose place against the trace is not known leaves open what it took.
  const isPlaced = hasProbes || !run.lab.trace.dmesg.some((line) => line.text.includes('PRQ overflow'));
  if (run.lab.trace.dmesg.length > 0 && isPlaced) {
    add('beside dmesg', await besideLog(run, text, same, ANY_CLOCK_US));
    add('beside dmesg of its clock', await besideLog(run, `# clock: perf\n${text}`, same, 0));
  }
  const lines = linesOf(text).length;
  const at = (): number => random.between(2, lines);
  const cuts: readonly (readonly [string, Damaged])[] = [
    ['cut tail', withoutTail(text, at())],
    ['cut head', withoutHead(text, at())],
    ['losses', withLoss(text, at(), random.between(1, 40), random.chance(0.5) ? random.between(0, 1) : undefined)],
    ['copies', withCopies(text, new Set([at(), at(), at()]))],
  ];
  for (const [name, damaged] of cuts) {
    const surplus = await surplusAccusations(whole, damaged, (finding) =>
      name === 'cut head'
        ? isFirstLife(finding, damaged.text) || isPastTimeout(finding) || isOverCut(finding, text, damaged)
        : name === 'copies'
          ? isAboutCopy(finding, damaged)
          : name === 'losses' && isPastTimeout(finding),
    );
    add(name, surplus);
  }
  return found;
}

async function withShortTimeout(text: string): Promise<readonly string[]> {
  const visible = readVisible(text);
  const expected = expectedOf(simulate(visible), visible, SHORT_TIMEOUT_NS);
  const { findings } = await analyseTexts([text], { timeoutNs: SHORT_TIMEOUT_NS });
  return compareFindings(expected, findings.filter(isListed));
}

/** The log names what the trace does not show: it may add refusals and overflows, and take away no accusation but an FL101's. */
async function besideLog(
  { lab }: LabRun,
  text: string,
  alone: readonly string[],
  offsetUs: number,
): Promise<readonly string[]> {
  const log = renderDmesg(lab.trace.dmesg, { offsetUs, driftPpm: 0 }).text;
  const beside = spokenOf(await analyseTexts([text, log]));
  const isOfLog = (line: string): boolean =>
    /^FL(107|304|905|40\d)|^FL103 possible warning|^group .* refused /.test(line);
  // A refused request that only the log shows is an instance of its key too.
  const rest = (lines: readonly string[]): string[] =>
    lines.filter((line) => !isOfLog(line)).map((line) => line.replace(/^(group \S+ \S+ \S+) \d+/, '$1'));
  return differences(rest(alone), rest(beside));
}

/** Without the trace's own word that it is complete, what the host did not pass on near the end may still have gone on. */
function asNearEnd(line: string): string {
  return line.replace(/^(FL30[25] \w+ error|FL10[1-5] \w+ warning) .*/, '');
}

function differences(expected: readonly string[], found: readonly string[]): string[] {
  return [
    ...expected.filter((line) => line !== '' && !found.includes(line)).map((line) => `missing ${line}`),
    ...found.filter((line) => line !== '' && !expected.includes(line)).map((line) => `more ${line}`),
  ];
}
