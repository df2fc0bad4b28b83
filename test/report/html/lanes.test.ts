import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { run } from '../../../src/cli/run.ts';
import { statsSchema } from '../../../src/model/stats.ts';
import { sampleSession } from '../../cli/sample-session.ts';
import { reportPage } from './report-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-lanes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const request = (time: string, name: string, rid: string, index: number): string =>
  ` irq/24-dmar0-pr-53      [000] .....   ${time}: prq_report: dmar0/${name} seq# ${index}: rid=${rid} addr=0x${index}000 rw--l pasid=0x1 index=0x${index}`;
const response = (time: string, rid: string, index: number): string =>
  `     kworker/u8:3-33      [000] .....   ${time}: qi_submit: page_grp_resp dmar0: ${rid}00019 0x${(8 * index).toString(16)} 0x0 0x0`;

/** The guest's clock is 100 s behind; it lost events in the middle of the host's 8 ms. */
const host = join(folder, 'host.txt');
const guest = join(folder, 'guest.txt');
writeFileSync(
  host,
  `${[
    '# tracer: nop',
    request('200.001000', '0000:01:00.0', '0x100', 1),
    response('200.003000', '0x1010', 1),
    request('200.005000', '0000:01:00.0', '0x100', 2),
    response('200.009000', '0x1010', 2),
  ].join('\n')}\n`,
);
writeFileSync(
  guest,
  `${[
    '# tracer: nop',
    request('100.001200', '0000:00:05.0', '0x28', 1),
    response('100.002800', '0x1028', 1),
    'CPU:0 [LOST 3 EVENTS]',
    request('100.006200', '0000:00:05.0', '0x28', 2),
    response('100.008800', '0x1028', 2),
  ].join('\n')}\n`,
);
/** Of other keys, so that no message relates its clock. */
const alone = join(folder, 'alone-guest.txt');
writeFileSync(alone, readFileSync(guest, 'utf8').replaceAll('pasid=0x1', 'pasid=0x7').replaceAll('0x1028', '0x7028'));
const traceSchema = z.object({ traceEvents: z.array(z.object({ ph: z.string(), ts: z.number().optional() })) });
const lanes = ['--offset', 'guest=+100', `host=${host}`, `guest=${guest}`];

describe('lanes on clocks of their own', () => {
  test('statistics are of the time of the lowest lane', async () => {
    const session = sampleSession({ args: ['stats', '--format', 'json', ...lanes] });
    expect(await run(session)).toBe(0);
    const stats = statsSchema.parse(JSON.parse(session.printed()));
    expect(stats).toMatchObject({ firstTime: '200.001000', lastTime: '200.009000', spanNs: 8_000_000, groups: 2 });
  });

  test('a gap of an upper lane stands where it was on the clock of the lowest', async () => {
    const { code, page } = await reportPage(lanes);
    expect(code).toBe(0);
    expect(page).toContain('Timeline over 8 ms');
    const [, x, width] = /<rect class="gap" x="([\d.]+)" y="6" width="([\d.]+)"/.exec(page) ?? [];
    // From 1.8 ms to 5.2 ms of 8 ms, between columns 64 and 950.
    expect(Number(x)).toBeCloseTo(64 + (886 * 1.8) / 8, 0);
    expect(Number(width)).toBeCloseTo((886 * 3.4) / 8, 0);
  });

  test('faults of an upper lane count when they happened on the clock of the lowest', async () => {
    const fault = ` irq/24-AMD-Vi-67      [000] .....   100.005000: io_page_fault: IOMMU:pci 0000:00:05.0 iova=0x7f001000 flags=0x0000`;
    const faulty = join(folder, 'faulty-guest.txt');
    writeFileSync(faulty, `${readFileSync(guest, 'utf8').trimEnd()}\n${fault}\n`);
    const files = ['--offset', 'guest=+100', `host=${host}`, `guest=${faulty}`];
    const session = sampleSession({ args: ['stats', '--format', 'json', ...files] });
    expect(await run(session)).toBe(0);
    const stats = statsSchema.parse(JSON.parse(session.printed()));
    expect(stats).toMatchObject({ timelineLane: { lane: 'host' }, spanNs: 8_000_000, faults: 1 });
    const at = stats.timeline.filter(({ faults }) => faults > 0).map(({ time }) => Number(time));
    expect(at).toHaveLength(1);
    expect(at[0]).toBeGreaterThan(200.0048);
    expect(at[0]).toBeLessThanOrEqual(200.005);
    const { page } = await reportPage(files);
    expect(page).toContain(
      '<p>Times of guest are on the clock of host, as late as their offsets allow (see Coverage).</p>',
    );
  });

  test('a lane whose clock is not related is not drawn, and the page says so', async () => {
    const { page } = await reportPage([`host=${host}`, `guest=${alone}`]);
    expect(page).toContain(
      '<p>Not drawn is what happened in guest: nothing relates that clock to the one of host.</p>',
    );
    expect(page).not.toContain('<rect class="gap"');
    expect(page).toContain('Timeline over 8 ms');
  });

  test('the exported timeline has the clock of the ladders', async () => {
    const session = sampleSession({ args: ['export', '--format', 'chrome', `host=${host}`, `guest=${guest}`] });
    expect(await run(session)).toBe(0);
    const { traceEvents } = traceSchema.parse(JSON.parse(session.printed()));
    const ladder = sampleSession({ args: ['ladder', '--times', 'absolute', `host=${host}`, `guest=${guest}`] });
    expect(await run(ladder)).toBe(0);
    const drawn = new Set(ladder.printed().match(/(?<= )200\.\d{6}/g));
    const exported = traceEvents.flatMap(({ ph, ts }) =>
      ph === 'X' && ts !== undefined ? [(ts / 1e6).toFixed(6)] : [],
    );
    expect(new Set(exported.filter((time) => drawn.has(time)))).toEqual(drawn);
  });
});
