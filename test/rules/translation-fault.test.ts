import { describe, expect, it } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';

const fault = (how: 'Read' | 'Write', page: number, reason = '0x06] PTE Read access is not set'): string =>
  `[    1.000000] DMAR: [DMA ${how} NO_PASID] Request device [00:04.0] fault addr 0x${page.toString(16)}000 [fault reason ${reason}`;

async function messages(lines: readonly string[]): Promise<string[]> {
  const { findings } = await analyseTexts([`${lines.join('\n')}\n`]);
  return findings.filter(({ id }) => id === 'FL401').map(({ message, count }) => `${count ?? 1} ${message}`);
}

describe('FL401', () => {
  it('names every kind of access that was blocked at a page', async () => {
    const reason = '0x71] SM: Present bit in first-level paging entry is clear';
    const lines = [fault('Read', 0x3000f, reason), fault('Write', 0x3000f, reason), fault('Write', 0x30010, reason)];
    expect(await messages(lines)).toEqual([
      '2 Unrecoverable fault: read and write access of 00:04.0 at 0x3000f000 was blocked (SM: Present bit in first-level paging entry is clear), 2 records of this page.',
      '1 Unrecoverable fault: write access of 00:04.0 at 0x30010000 was blocked (SM: Present bit in first-level paging entry is clear).',
    ]);
  });

  it('counts apart what comes after more places than it keeps', async () => {
    const lines = Array.from({ length: 10_005 }, (_, page) => fault('Read', page + 1));
    const said = await messages(lines);
    expect(said).toHaveLength(10_000);
    expect(said.filter((each) => !each.startsWith('1 Unrecoverable fault: '))).toEqual([
      '6 6 more unrecoverable faults beyond the first 9999 combinations of device, reason and page, which are told apart.',
    ]);
  });
});
