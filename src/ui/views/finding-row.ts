import type { Certainty, Finding } from '../../model/finding.ts';
import { subjectOf } from '../../report/wording.ts';
import { fitText, fitTextRight } from '../text/clean.ts';
import { type Line, line, selected, span } from '../text/line.ts';
import { severitySpan } from '../theme.ts';

/** The mark of the cursor's row, so that it shows without colour and inverse letters. */
export const CURSOR = '>';

const CERTAINTY_WIDTH = 8;
const TIME_WIDTH = 14;
const NAME_WIDTH = 27;

/** A finding on one row: severity, rule, certainty, what it is about, when. */
export function findingLine(finding: Finding, width: number, isSelected: boolean): Line {
  const { severity, id, name, certainty, count = 1 } = finding;
  const times = count > 1 ? ` ×${count}` : '';
  const hasName = width >= 110;
  const hasCertainty = width >= 60;
  const hasTime = width >= 50;
  const about = subjectOf(finding);
  const fixed =
    2 +
    10 +
    6 +
    (hasName ? NAME_WIDTH + 1 : 0) +
    (hasCertainty ? CERTAINTY_WIDTH + 1 : 0) +
    (hasTime ? TIME_WIDTH + 1 : 0);
  const room = Math.max(8, width - fixed);
  const row = line(
    isSelected ? `${CURSOR} ` : '  ',
    severitySpan(severity),
    ` ${id} `,
    ...(hasName ? [`${fitText(name, NAME_WIDTH)} `] : []),
    ...(hasCertainty ? [span(`${fitText(certainty, CERTAINTY_WIDTH)} `, certaintyStyle(certainty))] : []),
    fitText((hasName || about !== '' ? about : name) + times, room),
    ...(hasTime ? [` ${fitTextRight(finding.time ?? '', TIME_WIDTH)}`] : []),
  );
  return isSelected ? selected(row) : row;
}

function certaintyStyle(certainty: Certainty): 'strong' | 'faint' | undefined {
  switch (certainty) {
    case 'certain':
      return 'strong';
    case 'likely':
      return undefined;
    case 'possible':
      return 'faint';
    default:
      return certainty satisfies never;
  }
}
