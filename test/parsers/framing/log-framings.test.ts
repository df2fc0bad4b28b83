import { describe, expect, test } from 'vitest';
import { registry } from '../../../parsers/registry.ts';
import { newFramedLine } from '../../../src/model/parser.ts';
import { frameLine } from './frame-line.ts';

const TEXT = 'DMAR: DRHD: handling fault status reg 2';
const WALL = String(Date.UTC(2026, 10, 23, 5, 20, 40) / 1000);
const YEARLESS = String((Date.UTC(1972, 10, 23, 5, 20, 40) - Date.UTC(1972)) / 1000);

/** Line without the text, framing, clock, time. */
const rows: readonly (readonly [string, string, string, string | undefined])[] = [
  ['[   13.047851] ', 'dmesg', 'own', '13.047851'],
  ['<3>[   13.047851] ', 'dmesg', 'own', '13.047851'],
  ['kern  :err   : [   13.047851] ', 'dmesg', 'own', '13.047851'],
  ['daemon:warn  : [   13.047851] ', 'dmesg', 'own', '13.047851'],
  ['[   13.047851 <    0.000458>] ', 'dmesg', 'own', '13.047851'],
  ['[<    0.000458>] ', 'dmesg', 'own', undefined],
  ['[  +0.000458] ', 'dmesg', 'own', undefined],
  ['[Nov23 05:20] ', 'dmesg', 'own', undefined],
  ['[   13.047851][ T803/C2] ', 'dmesg', 'own', '13.047851'],
  ['[   13.047851] [pid:134,cpu0,irq/13-arm-smmu]', 'dmesg', 'own', '13.047851'],
  ['[   13.047851s][pid:134,cpu0,irq/13-arm-smmu]', 'dmesg', 'own', '13.047851'],
  ['[   13.047851] (1)[2345:kworker/1:1]', 'dmesg', 'own', '13.047851'],
  ['[   13.047851]-(1)[0:swapper/1]', 'dmesg', 'own', '13.047851'],
  ['[   13.047851] [4:     libksud.so: 8487] ', 'dmesg', 'own', '13.047851'],
  ['[   13.047851 / 11-23 05:20:40.123] ', 'dmesg', 'own', '13.047851'],
  ['Nov 23 05:20:40 host kernel: [   13.047851] (1)[2345:kworker/1:1]', 'syslog', 'own', '13.047851'],
  ['[Mon Nov 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[Mon Nov 23 05:20:40 2026 <    0.000458>] ', 'dmesg-ctime', 'wall', WALL],
  ['kern  :err   : [Mon Nov 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[Mo Nov 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[lun. nov. 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[lun 23 nov 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[Пн ноя 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[pon lis 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[一 11月 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[月 11月 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[Pzt Kas 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', WALL],
  ['[Di Nov 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', undefined],
  ['[Xy Zzz 23 05:20:40 2026] ', 'dmesg-ctime', 'wall', undefined],
  ['2026-11-23T05:20:40,155858+00:00 ', 'dmesg-iso', 'wall', `${WALL}.155858`],
  ['kern  :err   : 2026-11-23T06:20:40,155858+01:00 ', 'dmesg-iso', 'wall', `${WALL}.155858`],
  ['3,497,13048309,-;', 'kmsg', 'own', '13.048309'],
  ['3,497,13048309,-,caller=T803;', 'kmsg', 'own', '13.048309'],
  ['Nov 23 05:20:40 host kernel: ', 'syslog', 'yearless', YEARLESS],
  ['Nov 23 05:20:40.048251 host kernel: ', 'syslog', 'yearless', `${YEARLESS}.048251`],
  ['Nov 23 05:20:40 kernel: ', 'syslog', 'yearless', YEARLESS],
  ['<3>Nov 23 05:20:40 host kernel: ', 'syslog', 'yearless', YEARLESS],
  ['Nov 23 05:20:40 host kern.warn kernel: ', 'syslog', 'yearless', YEARLESS],
  ['Nov 23 2026 05:20:40 host kernel: ', 'syslog', 'wall', WALL],
  ['Nov 23 05:20:40 host kernel: [   13.047851] ', 'syslog', 'own', '13.047851'],
  ['Nov 23 05:20:40 host kernel: [   13.047851][  T12] ', 'syslog', 'own', '13.047851'],
  ['Nov 23 05:20:40 host kernel[0]: ', 'syslog', 'yearless', YEARLESS],
  ['<3>1 2026-11-23T05:20:40.122002+00:00 host kernel - - -  ', 'syslog-5424', 'wall', `${WALL}.122002`],
  ['<3>1 2026-11-23T05:20:40Z host kernel - - [a b="\\]"][c] ', 'syslog-5424', 'wall', WALL],
  ['131 <3>1 2026-11-23T05:20:40Z host kernel - - - [   13.047851] ', 'syslog-5424', 'own', '13.047851'],
  ['<3>1 - host kernel - - - ', 'syslog-5424', 'wall', undefined],
  ['2026-11-23T05:20:40.122002+00:00 host kernel: ', 'log-iso', 'wall', `${WALL}.122002`],
  ['2026-11-23T00:20:40-0500 host kernel: ', 'log-iso', 'wall', WALL],
  ['2026-11-23 05:20:40 host kernel: [   13.047851] ', 'log-iso', 'own', '13.047851'],
  ['<3>2026-11-23T05:20:40+00:00 host kernel: ', 'log-iso', 'wall', WALL],
  ['Mon 2026-11-23 05:20:40 UTC host kernel: ', 'journal-full', 'wall', WALL],
  ['Mon 2026-11-23 05:20:40.122002 CET host kernel: ', 'journal-full', 'wall', `${WALL}.122002`],
  ['[   15.713198] host kernel: ', 'journal-monotonic', 'own', '15.713198'],
  ['[   15.713198 <    0.005567 >] host kernel: ', 'journal-monotonic', 'own', '15.713198'],
  [`${WALL}.048251 host kernel: `, 'journal-unix', 'wall', `${WALL}.048251`],
  ['11-23 05:20:40.155     0     0 E         : ', 'logcat', 'yearless', `${YEARLESS}.155`],
  ['2026-11-23 05:20:40.155 root     0     0 E kernel  : ', 'log-iso', 'wall', `${WALL}.155`],
  ['11-23 05:20:40.155 E/kernel  (    0): [   13.047851] ', 'logcat', 'own', '13.047851'],
  ['(XEN) ', 'xen-console', 'own', undefined],
  ['(XEN) [2026-11-23 05:20:40.123] ', 'xen-console', 'wall', `${WALL}.123`],
  ['(XEN) [   13.047851] ', 'xen-console', 'own', '13.047851'],
  ['(d1) [   13.047851] ', 'xen-console', 'own', '13.047851'],
];

describe('log framings', () => {
  test.each(rows)('%s', (prefix, name, clock, time) => {
    const framed = frameLine(prefix + TEXT);
    expect([framed.framing, framed.time]).toEqual([name, time]);
    expect(framed.payload.endsWith(TEXT)).toBe(true);
    if (!prefix.includes('kernel  :')) expect(framed.payload).toBe(TEXT);
    const out = newFramedLine();
    registry.framings.find((framing) => framing.name === name)?.parse(prefix + TEXT, out);
    expect(out.clock).toBe(clock);
  });

  test.each([
    ['[   13.047851] [pid:134,cpu0,irq/13-arm-smmu]', 0, 134, 'irq/13-arm-smmu'],
    ['[   13.047851] (1)[2345:kworker/1:1]', 1, 2345, 'kworker/1:1'],
    ['[   13.047851] [4:     libksud.so: 8487] ', 4, 8487, 'libksud.so'],
  ] as const)('a vendor tells who printed it: %s', (prefix, cpu, pid, task) => {
    const out = newFramedLine();
    registry.framings.find(({ name }) => name === 'dmesg')?.parse(prefix + TEXT, out);
    expect([out.cpu, out.pid, out.task]).toEqual([cpu, pid, task]);
  });

  test.each([
    '[   13.047851] ',
    'host login: [   13.047851] ',
    '[   13.04[   13.047851] ',
    'Write error: -32,Broken pipe[   13.047851][    C1] ',
  ])('plain text takes the time that stands in it: %s', (prefix) => {
    const out = newFramedLine();
    registry.framings.at(-1)?.parse(`x${prefix}${TEXT}`, out);
    expect([out.seconds, out.nanos, `x${prefix}${TEXT}`.slice(out.payload)]).toEqual([13, 47_851_000, TEXT]);
  });

  test.each([
    'Nov 23 25:20:40 host kernel: ',
    'Nov 40 05:20:40 host kernel: ',
    'Non 23 05:20:40 host kernel: ',
    '2026-13-23T05:20:40 host kernel: ',
    '3,497,13048309;',
    '[Mon Nov 23 05:20:40] ',
  ])('no date: %s', (prefix) => {
    expect(frameLine(prefix + TEXT)).toEqual({ framing: 'plain', payload: prefix + TEXT });
  });
});

describe('wrappings', () => {
  const unwrap = (line: string) => (registry.wrappings ?? []).reduce((text, wrapping) => wrapping.unwrap(text), line);

  test.each([
    `> ${TEXT}`,
    `>>> > ${TEXT}`,
    `| ${TEXT}`,
    `\t    ${TEXT}`,
    `\u001b[33mDMAR: \u001b[0m\u001b[31mDRHD: handling fault status reg 2\u001b[0m`,
    `\u001b]0;title\u0007${TEXT}`,
    `[0;1;31m${TEXT}[0m`,
    `\`${TEXT}\``,
    `- \`${TEXT}\``,
    `**${TEXT}**`,
    `* ${TEXT}`,
    `\u2022 ${TEXT}`,
    `"${TEXT}",`,
    `| ${TEXT} |`,
    `${TEXT}<br>`,
    `\u200b${TEXT.replaceAll(' ', '\u00a0')}`,
    `12:${TEXT}`,
    `12-${TEXT}`,
    `    12\t${TEXT}`,
    `/var/log/kern.log.1:${TEXT}`,
    `dmesg.txt:12:${TEXT}`,
    `+${TEXT}`,
    `-${TEXT}`,
  ])('%j', (line) => {
    expect(unwrap(line)).toBe(TEXT);
  });

  test.each([
    ['\\[DMA Write NO\\_PASID\\]', '[DMA Write NO_PASID]'],
    ['&lt;3&gt;[IO_PAGE_FAULT &amp;&quot;', '<3>[IO_PAGE_FAULT &"'],
    ['device=3D00:12.0 flags=3D0x0020]=20', 'device=00:12.0 flags=0x0020] '],
    ['      3 [   13.047851] DMAR: x', '[   13.047851] DMAR: x'],
    ['      3 Nov 23 05:20:40 host kernel: x', 'Nov 23 05:20:40 host kernel: x'],
    ['  3 usb 1-1: x', '3 usb 1-1: x'],
    ['12345 [TF R SS ]', '12345 [TF R SS ]'],
    ['[ma mrt 23 05:20:40 2026] x', '[ma mrt 23 05:20:40 2026] x'],
    ['-fno-strict', '-fno-strict'],
    ['\u201cquoted\u201d', 'quoted'],
    ['Host: x', 'Host: x'],
    ['device=00:12.0 address=0x20', 'device=00:12.0 address=0x20'],
    ['device=0000:20:00.0 domain=20', 'device=0000:20:00.0 domain=20'],
  ])('%j', (line, text) => {
    expect(unwrap(line)).toBe(text);
  });

  test('each takes its own samples, and leaves a plain line alone', () => {
    for (const wrapping of registry.wrappings ?? []) {
      expect(wrapping.unwrap(TEXT)).toBe(TEXT);
      for (const sample of wrapping.samples) expect(wrapping.unwrap(sample)).not.toBe(sample);
    }
  });
});
