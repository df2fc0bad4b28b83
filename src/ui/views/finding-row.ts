import type { Certainty, Finding } from '../../model/finding.ts';
import { subjectOf } from '../../report/wording.ts';
import { fitText, fitTextRight } from '../text/clean.ts';
import { type Line, line, selected, span } from '../text/line.ts';
import { severitySpan } from '../theme.ts';

/** The mark of the cursor's row, so that it shows without colour and inverse letters. */
export const CURSOR = '>';
const CURSOR_WIDTH = 2;

const SEVERITY_WIDTH = 10;
const ID_WIDTH = 6;
const NAME_WIDTH = 23;
const CERTAINTY_WIDTH = 9;
/** From so many columns on devices, PASIDs and PRGIs are written out. */
const WIDE = 110;

/** A finding on one row: severity, rule, certainty, what it is about, when. `known`: the baseline knows it. */
export function findingLine(finding: Finding, width: number, isSelected: boolean, isKnown: boolean): Line {
  const { severity, id, name, certainty, count = 1, time = '' } = finding;
  const timeWidth = width < 50 ? 0 : Math.max(11, time.length) + 1;
  const nameWidth = width < 70 ? 0 : NAME_WIDTH;
  const certaintyWidth = width < 60 ? 0 : CERTAINTY_WIDTH;
  const fixed = CURSOR_WIDTH + SEVERITY_WIDTH + ID_WIDTH + nameWidth + certaintyWidth + timeWidth;
  const times = `${isKnown ? 'known ' : ''}${count > 1 ? `×${count} ` : ''}`;
  const about = width < WIDE ? shortSubject(finding) : subjectOf(finding);
  const row = line(
    isSelected ? `${CURSOR} ` : '  ',
    severitySpan(severity),
    ` ${id} `,
    nameWidth === 0 ? '' : fitText(name, nameWidth),
    span(certaintyWidth === 0 ? '' : fitText(certainty, certaintyWidth), certaintyStyle(certainty)),
    fitText(times + (about === '' && nameWidth === 0 ? name : about), Math.max(8, width - fixed)),
    timeWidth === 0 ? '' : fitTextRight(time, timeWidth),
  );
  return isSelected ? selected(row) : row;
}

/** What it is about as a ladder writes it: `01:00.0 P1 G3`. */
function shortSubject({ device, pasid, prgi, owner }: Finding): string {
  const parts = [
    device?.replace(/^0000:/, ''),
    pasid === undefined ? undefined : `P${pasid}`,
    prgi === undefined ? undefined : `G${prgi}`,
    owner === undefined ? undefined : `(${owner})`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
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
