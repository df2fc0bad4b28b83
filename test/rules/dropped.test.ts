import { describe, expect, it } from 'vitest';
import { answer, request, trace } from '../replay/trace-lines.ts';
import { analyseTexts } from '../truth/analyse-text.ts';

async function messages(id: string, ...texts: readonly string[]): Promise<unknown[]> {
  const { findings } = await analyseTexts(texts);
  return findings
    .filter((finding) => finding.id === id)
    .map(({ device, pasid, prgi, message }) => ({ device, pasid, prgi, message }));
}

const QUEUE_ERROR =
  '[   11.000000] DMAR: VT-d detected Invalidation Queue Error: Reason f\n[   11.000010] DMAR: QI HEAD: Page Group Response qw0 = 0x101000019, qw1 = 0x14\n';

describe('FL302 from the head of the invalidation queue', () => {
  it('names the group that the rejected descriptor names', async () => {
    expect(await messages('FL302', QUEUE_ERROR)).toEqual([
      {
        device: '01:00.0',
        pasid: 1,
        prgi: 2,
        message:
          'The IOMMU stopped at the response success for PRGI 2 of PASID 1 on 01:00.0 (line 2): it rejected that descriptor, and the response never left.',
      },
    ]);
  });

  it('names the device in full where a trace beside it does', async () => {
    const lines = [request(10, { prgi: 2 }), answer(10.01, { prgi: 2 })];
    expect(
      (await messages('FL302', trace(lines), QUEUE_ERROR)).map((found) => (found as { device: string }).device),
    ).toEqual(['0000:01:00.0']);
  });

  it('stands for the line that names it: the queue’s error is one FL404', async () => {
    expect((await messages('FL404', QUEUE_ERROR)).map((found) => (found as { message: string }).message)).toEqual([
      'The IOMMU reports trouble: VT-d detected Invalidation Queue Error: Reason f.',
    ]);
  });
});

describe('FL304', () => {
  const overflow = '[    9.500000] IOMMU: dmar0: PRQ overflow detected\n';

  it('does not count groups that the log cannot show', async () => {
    expect(await messages('FL304', overflow)).toEqual([
      {
        device: 'dmar0',
        pasid: undefined,
        prgi: undefined,
        message:
          'dmar0 lost page requests: its queue overflowed (line 1); which groups were open then this log does not show (a trace with prq_report does).',
      },
    ]);
  });

  it('counts them where a trace shows them', async () => {
    const lines = [
      request(10, { last: false }),
      '    irq/24-dmar0-pr-52     [000] .....    10.100000: queue_discard_partial: (iopf_queue_discard_partial+0x4/0x130)',
    ];
    const [found] = await messages('FL304', trace(lines));
    expect((found as { message: string }).message).toBe(
      'dmar0 lost page requests: its queue overflowed (line 6); 1 group still collecting and 0 sealed groups were open at that time.',
    );
  });
});
