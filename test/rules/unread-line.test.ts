import { describe, expect, it } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';

const unread = async (lines: readonly string[]) => {
  const { findings } = await analyseTexts([`${lines.join('\n')}\n`]);
  return findings
    .filter(({ id }) => id === 'FL903')
    .map(({ message, evidence }) => [message, evidence.map(({ line }) => line)]);
};

const stamped = (text: string, n: number) => `[    1.00000${n}] ${text}`;
const same = (text: string, times: number) => Array.from({ length: times }, (_, n) => stamped(`${text} 0x${n}000`, n));

describe('FL903', () => {
  it('counts one line', async () => {
    expect(await unread([stamped('DMAR: dmar0: a new text', 1)])).toEqual([
      ['1 line that names an IOMMU could not be read.', [1]],
    ]);
  });

  it('shows one line of a shape', async () => {
    expect(await unread(same('DMAR: new text at', 7))).toEqual([
      ['7 lines that name an IOMMU could not be read, all like the one shown.', [1]],
    ]);
  });

  it('shows the commonest shape first', async () => {
    const lines = [...same('DMAR: one text at', 2), ...same('AMD-Vi: other text at', 3)];
    expect(await unread(lines)).toEqual([
      ['5 lines that name an IOMMU could not be read: 3 + 2 like those shown.', [3, 1]],
    ]);
  });

  it('says how many it does not show', async () => {
    const lines = 'abcdef'.split('').flatMap((letter, n) => same(`DMAR: text-${letter.repeat(3)}z at`, 7 - n));
    expect(await unread(lines)).toEqual([
      [
        '27 lines that name an IOMMU could not be read: 7 + 6 + 5 + 4 + 3 like those shown, 2 like no other that is shown.',
        [1, 8, 14, 19, 23],
      ],
    ]);
  });

  it('is quiet on what drivers say when they are set up', async () => {
    const lines = ['DMAR: Host address width 39', 'pci 0000:00:04.0: Adding to iommu group 3'];
    expect(await unread(lines.map(stamped))).toEqual([]);
  });
});
