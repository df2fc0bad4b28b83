import { expect, test } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';

const messages = async (text: string): Promise<string[]> =>
  (await analyseTexts([text])).findings.map((finding) => finding.message);

test('a reason that the kernel prints as a number has its name beside it', async () => {
  const words = ['0x0000310200000010', '0x000002088000007f', '0x0000000000000000', '0x0000000000000000'];
  const at = '[  478.907684] arm-smmu-v3 arm-smmu-v3.2.auto:';
  expect(await messages([`${at} event 0x10 received:`, ...words.map((word) => `${at} \t${word}`)].join('\n'))).toEqual([
    'Unrecoverable fault: read access of 0x3102 at 0x0 was blocked (translation, event 0x10).',
  ]);
});

test('an error of the queue whose source the unit cannot tell accuses no device', async () => {
  const error = (sid: string): string => `[   33.592640] DMAR: VT-d detected Invalidation Time-out Error: SID ${sid}\n`;
  const devices = async (text: string): Promise<unknown> =>
    (await analyseTexts([text])).findings.map(({ id, device }) => ({ id, device }));
  expect(await devices(error('100'))).toEqual([{ id: 'FL404', device: '01:00.0' }]);
  expect(await devices(error('ffff'))).toEqual([{ id: 'FL404', device: undefined }]);
});
