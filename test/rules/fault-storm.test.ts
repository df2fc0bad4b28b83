import { describe, expect, test } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';

const storms = async (text: string): Promise<string[]> => {
  const { findings } = await analyseTexts([text]);
  return findings.filter((finding) => finding.id === 'FL403').map((finding) => finding.message);
};

describe('FL403', () => {
  test('counts any second, not only those that begin with a fault after a pause', async () => {
    const text = fault(10) + burst(10.9, 600) + burst(11.05, 600);
    expect(await storms(text)).toEqual(['Fault storm: 1200 faults within one second, above the limit of 1000.']);
  });

  test('says of more faults than it keeps that there are at least so many', async () => {
    const text = Array.from({ length: 40_000 }, () => fault(10)).join('');
    expect(await storms(text)).toEqual([
      'Fault storm: at least 16384 faults within one second, above the limit of 1000.',
    ]);
  });

  test('keeps as many as a higher limit needs', async () => {
    const text = Array.from({ length: 40_000 }, () => fault(10)).join('');
    const messages = async (stormPerSecond: number): Promise<string[]> =>
      (await analyseTexts([text], { stormPerSecond })).findings.flatMap(({ id, message }) =>
        id === 'FL403' ? [message] : [],
      );
    expect(await messages(20_000)).toEqual([
      'Fault storm: at least 20001 faults within one second, above the limit of 20000.',
    ]);
    expect(await messages(40_000)).toEqual([]);
  });

  test('is quiet at the limit', async () => {
    expect(await storms(burst(10, 1000) + burst(11, 1000))).toEqual([]);
  });

  test('is quiet where the clock does not count seconds', async () => {
    const ticks = Array.from(
      { length: 1200 },
      (_, index) =>
        `  dma-7  [001] .....  ${2_000_000_000 + index}: io_page_fault: IOMMU:nvme 0000:01:00.0 iova=0x00000000fffe1000 flags=0x0001\n`,
    );
    expect(await storms(ticks.join(''))).toEqual([]);
  });

  test('takes messages that Xen suppressed for faults only where there are faults, and as possible', async () => {
    const other = '(XEN) [2026-11-01 10:00:00] grant_table.c:803:d0v1 Bad flags (0) or dom (0); expected d0\n';
    const limited = '(XEN) [2026-11-01 10:00:05] printk: 131 messages suppressed.\n';
    const record =
      '(XEN) [2026-11-01 10:00:06] [VT-D]DMAR:[DMA Write] Request device [0000:65:00.0] fault addr 1200000000\n';
    const found = async (text: string): Promise<unknown> =>
      (await analyseTexts([text])).findings.flatMap(({ id, certainty, message }) =>
        id === 'FL403' ? [{ certainty, message }] : [],
      );
    expect(await found(other + limited + other)).toEqual([]);
    expect(await found(other + limited + record)).toEqual([
      {
        certainty: 'possible',
        message: 'Xen suppressed 131 messages in 1 place and does not say which: faults may be missing from this log.',
      },
    ]);
  });

  test('does not number faults that the IOMMU had no register for', async () => {
    expect(await storms('[    8.000000] DMAR: DRHD: handling fault status reg 3\n')).toEqual([
      'Faults are missing from this log: fault-recording-overflow in 1 place, it does not say how many.',
    ]);
  });
});

function burst(start: number, count: number): string {
  return Array.from({ length: count }, (_, index) => fault(start + index * 1e-4)).join('');
}

function fault(time: number): string {
  return `  dma-7  [001] .....  ${time.toFixed(6)}: io_page_fault: IOMMU:nvme 0000:01:00.0 iova=0x00000000fffe1000 flags=0x0001\n`;
}
