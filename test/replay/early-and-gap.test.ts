import { describe, expect, it } from 'vitest';
import { analyseTexts } from '../truth/analyse-text.ts';

const HEAD = '# tracer: nop\n#\n';
const HANDLER = '      prilab-run-329     [001] d..1.  ';
const REPORTER = ' irq/24-dmar0-pr-52      [000] .....  ';

function trace(held: number, written: number, lines: readonly string[]): string {
  return `${HEAD}# entries-in-buffer/entries-written: ${held}/${written}   #P:2\n#\n${lines.join('\n')}\n`;
}

function request(time: string, sequence: number, prgi: number, more: { last?: boolean; pasid?: number } = {}): string {
  const { last = true, pasid = 1 } = more;
  return `${REPORTER}${time}: prq_report: dmar0/0000:01:00.0 seq# ${sequence}: rid=0x100 addr=0x${sequence}00 rw--${last ? 'l' : '-'} pasid=0x${pasid} index=0x${prgi}`;
}

function answer(time: string, prgi: number, pasid = 1): string {
  const low = (BigInt(pasid) << 32n) | 0x1000019n;
  return `${HANDLER}${time}: qi_submit: page_grp_resp dmar0: 0x${low.toString(16)} 0x${(prgi << 3).toString(16)} 0x0 0x0`;
}

async function errorsOf(...texts: readonly string[]): Promise<readonly string[]> {
  const { findings } = await analyseTexts(texts);
  return findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ id, certainty }) => `${id} ${certainty}`)
    .filter((found) => !found.startsWith('FL901'));
}

/** Each was found by the generated captures (`test/sim`); the clause is semantics §3.1 with §5 "a gap makes no accusation". */
describe('answers that are traced before their request, and what a gap hides of them', () => {
  it('does not miss the answer to the first request after overwritten events: it may be among them', async () => {
    const lines = [
      request('100.000010', 7, 1),
      request('100.200000', 8, 2),
      answer('100.300000', 2),
      request('115.000000', 9, 2),
      answer('115.000100', 2),
    ];
    expect(await errorsOf(trace(5, 6, lines))).toEqual([]);
    expect(await errorsOf(trace(5, 5, lines))).toEqual(['FL301 certain']);
  });

  it('does not miss an answer that went to a group which a gap left uncertain', async () => {
    const lines = [
      request('100.000000', 6, 3),
      answer('100.000500', 3),
      request('100.100000', 7, 1),
      'CPU:1 [LOST 1 EVENTS]',
      // Its own answer, traced early; the one to the request above was lost.
      answer('100.200000', 1),
      request('100.200010', 8, 1),
      request('115.000000', 9, 2),
      answer('115.000100', 2),
    ];
    expect(await errorsOf(trace(7, 7, lines))).toEqual([]);
  });

  it('makes no incomplete group of a request whose refusal may be lost, and no stranger in the next group', async () => {
    const lines = [
      request('100.000000', 6, 2),
      answer('100.000500', 2),
      'CPU:0 [LOST 3 EVENTS]',
      request('100.100000', 7, 3, { last: false, pasid: 2 }),
      request('100.200000', 8, 3),
      answer('100.300000', 3),
    ];
    expect(await errorsOf(trace(5, 5, lines))).toEqual([]);
  });

  it('takes members for strangers only with a doubt if an overflow of unknown time may lie between them', async () => {
    const lines = [
      request('100.000000', 6, 3, { last: false, pasid: 2 }),
      request('100.200000', 7, 3),
      answer('100.300000', 3),
    ];
    const log = '[   99.131170] IOMMU: dmar0: PRQ overflow detected\n';
    expect(await errorsOf(trace(3, 3, lines))).toEqual(['FL205 certain']);
    expect(await errorsOf(trace(3, 3, lines), log)).toEqual(['FL304 certain', 'FL205 possible']);
  });
});
