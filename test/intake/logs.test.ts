import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import type { InputSpec } from '../../src/intake/input.ts';
import { readEvents } from '../../src/intake/read-events.ts';
import { addressOf, type TraceEvent } from '../../src/model/event.ts';

const input = (text: string, path = '-'): InputSpec => ({
  path,
  lane: 'host',
  open: () => Readable.from([Buffer.from(text)]),
});

async function eventsOf(...inputs: readonly InputSpec[]): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const stream = readEvents(inputs, registry, { mergeWindowNs: 1e9 });
  for await (const batch of stream) events.push(...batch.events);
  return events;
}

const fault = (address: string, device = '05:00.0') =>
  `DMAR: [DMA Write NO_PASID] Request device [${device}] fault addr 0x${address} [fault reason 0x05] PTE Write access is not set`;
const facts = (event: TraceEvent | undefined) =>
  event && [event.kind, event.device, addressOf(event)?.toString(16), event.access, event.reason];
const addresses = (events: readonly TraceEvent[]) => events.map((event) => addressOf(event)?.toString(16));

describe('lines that were wrapped', () => {
  const whole = `kernel: ${fault('ffe4c000')}`;
  const cuts = [...whole.matchAll(/ /g)].map((blank) => blank.index).filter((at) => at > 60 && at < 130);

  test.each(cuts)('cut at the blank %i, the record is the same', async (cut) => {
    const [expected] = await eventsOf(input(whole));
    for (const quote of ['', '> ', '    ']) {
      const text = `${quote}${whole.slice(0, cut)}\n${quote}${whole.slice(cut + 1)}\n`;
      const events = await eventsOf(input(text));
      expect(events.map(facts)).toEqual([facts(expected)]);
      expect(events[0]?.source).toMatchObject({ line: 1, text: quote + whole.slice(0, cut) });
      expect(events[0]?.also?.map(({ line }) => line)).toEqual([2]);
      expect(events[0]?.vendorReason).toBe(expected?.vendorReason);
    }
  });

  test('with soft line ends of quoted-printable', async () => {
    const text =
      'pcieport 0000:00:01.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=3D0x00=\n10 address=3D0xfea00000 flags=3D0x0020]\n';
    const [event] = await eventsOf(input(text));
    expect([event?.device, event && addressOf(event)]).toEqual(['0000:00:01.0', 0xfea00000n]);
  });

  test('a soft line end inside the last number of a message', async () => {
    const text = '(XEN) [VT-D]DMAR:[DMA Write] Request device [0000:65:00.0] fault addr 34000=\n56000\n';
    expect(addresses(await eventsOf(input(text)))).toEqual(['3400056000']);
  });

  test('what follows a message that is whole is none of its words', async () => {
    const [expected] = await eventsOf(input(whole));
    const [event] = await eventsOf(input(`> ${whole}\n> and then it hangs, until somebody pulls the plug\n`));
    expect([event?.vendorReason, event?.also]).toEqual([expected?.vendorReason, undefined]);
  });

  test('at an assignment, as wide as a soft line end', async () => {
    const text =
      '> kgsl kgsl-3d0: |kgsl_iommu_fault_handler| x GPU PAGE FAULT: addr =\n> 500001000 pid= 1994 name=x drawctxt=12\n';
    expect(addresses(await eventsOf(input(text)))).toEqual(['500001000']);
  });

  test('soft line ends in the middle of a flag, and a number that looks like one of grep', async () => {
    const text = [
      'Nov 23 05:20:40 host kernel: [   13.047850] AMD-Vi: IO_PAGE_FAULT: domai=',
      'n =3D 0, device id =3D 0xa0, fault address =3D 0xfdf8f10144, flags =3D 0=',
      'x8',
      'Nov 23 05:20:40 host kernel: [   13.047851] [VT-D]INTR-REMAP: Request device [000=',
      '0:f0:1f.0] fault index 0',
    ];
    const events = await eventsOf(input(`${text.join('\n')}\n`));
    expect(events.map(({ device, requester, reason }) => [device ?? requester, reason])).toEqual([
      [0xa0, 'interrupt-request-blocked'],
      ['0000:f0:1f.0', undefined],
    ]);
  });

  test('registers of a fault, in front of the sign of equality', async () => {
    const unit = '> [   13.047850] arm-smmu 15000000.apps-smmu:';
    const text = [
      `${unit} Unhandled arm-smmu context fault from a600000.dwc3!`,
      `${unit} FAR `,
      '> = 0x00000000efe60800',
      `${unit} FSR    = 0x40000402 [TF R SS ]`,
      `${unit} FSYNR0    = 0x5f0003`,
    ];
    const events = await eventsOf(input(`${text.join('\n')}\n`));
    expect(events.map((event) => [event.device, addressOf(event)?.toString(16), event.isStall])).toEqual([
      ['a600000.dwc3', 'efe60800', true],
    ]);
  });

  test('between the hypervisor and its message', async () => {
    const text = [
      '> (XEN) [VT-D]iommu.c:839:',
      '> DMAR:[DMA Read] Request device [02:00.0] fault addr 3ebb6000, iommu reg = ffff82c3fff57000',
    ];
    const events = await eventsOf(input(`${text.join('\n')}\n`));
    expect(events.map(({ dialect, device }) => [dialect, device])).toEqual([['xen-vtd', '02:00.0']]);
  });

  test('into pieces of which the one in the middle says nothing', async () => {
    const text = [
      '>> [    2.918189] exynos-sysmmu 14860000.sysmmu: 14830000.decon:',
      '>> [WRITE]',
      '>> PAGE FAULT occurred at 0x7715b3e0',
      '>> [    2.918199] exynos-sysmmu 14860000.sysmmu: Page table base: 0x44a14000',
    ];
    const events = await eventsOf(input(text.join('\n')));
    expect(events.map((event) => [event.device, addressOf(event)?.toString(16), event.access])).toEqual([
      ['14830000.decon', '7715b3e0', 'w'],
    ]);
  });

  test('in front of an event that would be one by itself', async () => {
    const text = [
      '[   57.710260] snd_hda_intel 0000:03:00.1: AMD-Vi: Event logged',
      '[IO_PAGE_FAULT domain=0x000e address=0x7000 flags=0x0020]',
      'xhci_hcd 0000:00:14.0: WARN',
      'AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000e address=0x8000 flags=0x0020]',
    ];
    const events = await eventsOf(input(text.join('\n')));
    expect(events.map((event) => [event.device, addressOf(event)?.toString(16)])).toEqual([
      ['0000:03:00.1', '7000'],
      [undefined, '8000'],
    ]);
  });

  test('a second line of a message, which is no event', async () => {
    const text = [
      'arm-smmu 15000000.iommu: Unexpected global fault, this could be serious',
      'arm-smmu 15000000.iommu: GFSR 0x80000002, GFSYNR0 0x00000000,',
      '                         GFSYNR1 0x00000461, GFSYNR2 0x00000000',
    ];
    const events = await eventsOf(input(text.join('\n')));
    expect(events.map((event) => [event.device, event.also?.length])).toEqual([['0x461', 1]]);
  });

  test('trace events, also in front of a device whose number begins as a line number of grep does', async () => {
    const text = [
      'Then the page fault:',
      'irq/26-AMD-Vi-154     [006] .....   327.753942: io_page_fault: IOMMU:xhci_hcd',
      '0000:c2:00.0 iova=0x00000000fe980000 flags=0x0001',
      '',
      'and it recovers.',
    ];
    const events = await eventsOf(input(text.join('\n')));
    expect(events.map(facts)).toEqual([['fault', '0000:c2:00.0', 'fe980000', 'w', 'io-page-fault']]);
  });

  test('trace events that fill a paragraph', async () => {
    const text = [
      '> dev_fault: IOMMU:0000:00:03.0 type=2 reason=0',
      '> addr=0x0000ffff860e6000 pasid=1 group=74 flags=3 prot=2',
      '> dev_page_response: IOMMU:0000:00:03.0 code=0 pasid=1 group=74',
      '> dev_fault: IOMMU:0000:00:03.0 type=2 reason=0 addr=0x0000ffff860e7000',
      '> pasid=1 group=75 flags=3 prot=2 dev_page_response:',
      '> IOMMU:0000:00:03.0 code=0 pasid=1 group=75 smmu_mm_invalidate:',
      '> pasid=1 start=0xffff860e6000 end=0xffff860e8000',
    ];
    const events = await eventsOf(input(text.join('\n')));
    expect(events.map(({ kind, prgi }) => [kind, prgi])).toEqual([
      ['page-request', 74],
      ['page-response', 74],
      ['page-request', 75],
      ['page-response', 75],
    ]);
  });

  test('what stands behind a whole record stays out of it', async () => {
    const lines = [fault('1000'), 'address=0x2000 flags=0x0020] and more', '', fault('3000')];
    const events = await eventsOf(input(lines.join('\n')));
    expect(addresses(events)).toEqual(['1000', '3000']);
    expect(events.map((event) => event.also)).toEqual([undefined, undefined]);
  });
});

describe('one fault in several lines', () => {
  test.each([
    [
      'of a Tegra, as NVIDIA prints it',
      [
        '[ 33.1] mc-err: [mcerr] (hda) csr_hdar: EMEM address decode error',
        '[ 33.1] mc-err: [mcerr] status = 0x20000015; addr = 0x00001000',
        '[ 33.1] mc-err: [mcerr] secure: no, access-type: read, SMMU fault: none',
        '[ 33.2] mc-err: (255) csw_nvl7w: MC request violates VPR requirements',
      ],
      [
        ['fault', 'csr_hdar', '1000', 'r', 'emem-address-decode-error'],
        ['fault', 'csw_nvl7w', undefined, undefined, 'mc-request-violates-vpr-requirements'],
      ],
    ],
    [
      'of an Android SMMU, whose stream comes last and whose registers come twice',
      [
        'arm-smmu 15000000.apps-smmu: FAR    = 0x0000000000001000',
        'arm-smmu 15000000.apps-smmu: FSR    = 0x40000402 [TF R SS ]',
        'arm-smmu 15000000.apps-smmu: Unhandled context fault: iova=0x00001000, cb=0, fsr=0x40000402, fsynr0=0x200011, fsynr1=0x0',
        'arm-smmu 15000000.apps-smmu: Client info: BID=0x0, PID=0x0, MID=0x0',
        'arm-smmu 15000000.apps-smmu: FAR    = 0000000000001000',
        'arm-smmu 15000000.apps-smmu: SID=0x880',
        'arm-smmu 15000000.apps-smmu: FAR    = 0000000000002000',
      ],
      [['fault', '0x880', '1000', 'w', 'translation']],
    ],
    [
      'of QEMU, traced and printed',
      [
        'vtd_dmar_fault sid 0xb00 fault 6 addr 0x1187a9000 write 0',
        'qemu-system-x86_64: vtd_iommu_translate: detected translation failure (dev=0b:00:00, iova=0x1187a9000)',
        'qemu-system-x86_64: vtd_iommu_translate: detected translation failure (dev=0b:00:00, iova=0x1187aa000)',
      ],
      [
        ['fault', '0b:00.0', '1187a9000', 'r', 'read-access-not-set'],
        ['fault', '0b:00.0', '1187aa000', undefined, 'translation-failure'],
      ],
    ],
  ] as const)('%s', async (_, lines, expected) => {
    expect((await eventsOf(input(lines.join('\n')))).map(facts)).toEqual(expected);
  });
});

describe('lines that ran together', () => {
  const stamped = [1, 2, 3].map((n) => `[   1${n}.000000] ${fault(`${n}000`)}`);
  const dated = [1, 2, 3].map((n) => `Nov 23 05:20:4${n} host kernel: ${fault(`${n}000`)}`);
  const ctime = [1, 2, 3].map((n) => `[Mon Nov 23 05:20:4${n} 2026] ${fault(`${n}000`)}`);

  test.each([
    ['with times', stamped],
    ['with dates', dated],
    ['of dmesg -T', ctime],
  ])('on one line, %s', async (_, lines) => {
    const events = await eventsOf(input(`${lines.join(' ')}\n`));
    expect(events.map(facts)).toEqual((await eventsOf(input(lines.join('\n')))).map(facts));
    expect(events.map((event) => event.time)).toEqual([0, 1e9, 2e9]);
    expect(events.map((event) => event.source.line)).toEqual([1, 1, 1]);
  });

  test.each(Array.from({ length: 30 }, (_, n) => 50 + n))('filled as a paragraph of %i columns', async (width) => {
    const words = ['see', 'what', 'it', 'prints:', ...stamped.join(' ').split(' '), 'and', 'so', 'on'];
    const text = filled(words, width).map((line) => `> ${line}`);
    const events = await eventsOf(input(text.join('\n')));
    expect(events.map((event) => [event.device, event.access, addressOf(event)?.toString(16)])).toEqual(
      ['1000', '2000', '3000'].map((address) => ['05:00.0', 'w', address]),
    );
  });

  test("a daemon's date and the kernel's time are one prefix", async () => {
    const line = `Nov 23 05:20:40 host kernel: [   14.000000] ${fault('1000')}`;
    const monotonic = `[   15.000000] host kernel: [   14.000000] ${fault('2000')}`;
    const events = await eventsOf(input(`${line}\n${monotonic}\n`));
    expect(addresses(events)).toEqual(['1000', '2000']);
  });
});

test('a message of several lines is one event', async () => {
  const words = ['event 0x10 received:', '\t0x0000010000000010', '\t0x0000020000000000', '\t0x0', '\t0x1000'];
  const lines = words.map((text) => `[   14.000000] arm-smmu-v3 2b400000.iommu: ${text}\n`);
  const stream = readEvents([input(lines.join(''))], registry, { mergeWindowNs: 1e9 });
  let events = 0;
  for await (const batch of stream) events += batch.events.length;
  expect([events, stream.reports[0]?.events]).toEqual([1, 1]);
});

test('a probe of a return is read where a web page escaped it', async () => {
  const [event] = await eventsOf(
    input(
      '   task-160   [001] .....    13.289517: respond_ret: (ioctl+0x4d1/0x515 &lt;- iommu_page_response) ret=-22\n',
    ),
  );
  expect(event).toMatchObject({ kind: 'response-refused', returnValue: -22 });
});

describe('text that names an IOMMU', () => {
  const unreadOf = async (lines: readonly string[]) => {
    const stream = readEvents([input(lines.join('\n'))], registry, { mergeWindowNs: 1e9 });
    for await (const batch of stream) expect(batch.events).toEqual([]);
    return stream.reports[0]?.unreadSamples.map(({ text }) => text);
  };

  test('is unread where it is the kernel’s', async () => {
    const lines = [
      'DMAR: a text that no kernel printed before',
      'pci 0000:00:02.0: lost its iommu',
      '[    1.000000] something about the iommu',
      'Nov 23 05:20:40 host kernel: something about the IOMMU',
    ];
    expect(await unreadOf(lines)).toEqual(lines);
  });

  test('is unread where it is a trace event behind a prefix of nobody', async () => {
    const payload = 'dmar0/0000:01:00.0 seq# 6: rid=0x100 addr=0x100 rw--l pasid=0x1 index=0x1';
    const lines = [
      `irq/25-dmar0-pr-45         13.286975: prq_report: ${payload}`,
      `node-7 irq/25-dmar0-pr-45 {1} 13.286975123: prq_report: ${payload}`,
    ];
    expect(await unreadOf(lines)).toEqual(lines);
  });

  test('and prose where it is none', async () => {
    const lines = [
      'After 13.286975: prq_report: is what the tracer prints',
      'With the IOMMU enabled the host prints:',
      'Fixes: 6f7db75e1c46 ("iommu/vt-d: Add second level page table interface")',
      'iommu/vt-d: Flush the table',
      'Something like this shows that there is an IOMMU: look for it',
    ];
    expect(await unreadOf(lines)).toEqual([]);
  });
});

describe('remarks', () => {
  test('a log line behind # is read, what a tracer says there is not', async () => {
    const lines = [
      '# tracer: nop',
      `# [   14.000000] ${fault('1000')}`,
      '# see what arm-smmu 15000000.iommu: says',
      `#  ${fault('2000')}`,
    ];
    expect(addresses(await eventsOf(input(lines.join('\n'))))).toEqual(['1000', '2000']);
  });
});

/** Words in lines of at most `width` characters. */
function filled(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

describe('framings that change from line to line', () => {
  test('each line is read, the clock is that of the first event', async () => {
    const lines = [
      `[   13.000000] ${fault('1000')}`,
      `Nov 23 05:20:40 host kernel: [   14.000000] ${fault('2000')}`,
      `> \u001b[32m[   15.000000] \u001b[0m${fault('3000')}`,
      `3,497,16000000,-;${fault('4000')}`,
      `host login: [   17.000000] ${fault('5000')}`,
      fault('6000'),
      `<3>[   18.000000] ${fault('7000')}`,
      '',
    ];
    const events = await eventsOf(input(lines.join('\n')));
    expect(addresses(events)).toEqual(['1000', '2000', '3000', '4000', '5000', '6000', '7000']);
    expect(events.map((event) => event.time)).toEqual([0, 1e9, 2e9, 3e9, 4e9, 5e9, 5e9]);
  });
});

describe('a terminal that cuts lines at its last column', () => {
  const messageOf = (name: string): string => `arm-smmu 5000000.${name}: Unhandled context fault: fsr=0x402, iova=`;
  test.each([80, 100, 120])('of %i columns, in front of an address and within it', async (width) => {
    for (let at = -6; at < 13; at += 1) {
      const head = messageOf('m'.repeat(width - at - messageOf('').length));
      const text = `${head}0x7f2215000, fsynr=0x1, cbfrsynra=0x8, cb=5`;
      const events = await eventsOf(input(`${text.slice(0, width)}\n${text.slice(width)}\n`));
      expect([at, ...addresses(events)]).toEqual([at, '7f2215000']);
    }
  });
});

describe('wrappings inside of wrappings', () => {
  const answered = [
    '> > [   13.000000] DMAR: [DMA Read NO_PASID] Request device [03:00.0] fault addr',
    '> > 0x7f2210000 [fault reason 0x06] PTE Read access is not set',
    '>   AMD-Vi: Event logged [IO_PAGE_FAULT device=00:13.1',
    '>   domain=0x000b address=0x41ab00000 flags=0x0050]',
  ];
  const plain = answered.map((line) => line.replace(/^[> ]+/, ''));
  const escaped = (line: string): string => line.replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const numbered = (lines: readonly string[], end: string): string[] =>
    lines.map((line, index) => `${index + 1}${end}${line}`);
  test.each<[string, readonly string[]]>([
    ['an answer on a web page', answered.map((line) => `${escaped(line)}<br>`)],
    ['an answer in JSON', answered.map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout' }))],
    ['an answer by cat -n', numbered(answered, '\t').map((line) => `     ${line}`)],
    ['an answer by grep -n', numbered(answered, ':')],
    ['wrapped lines by grep -n', numbered(plain, ':')],
    ['indented lines by grep -n', numbered(plain, ':    ')],
    ['an answer in a diff', answered.map((line) => `+${line}`)],
    ['indented lines in a diff', plain.map((line) => `+ ${line}`)],
    ['an answer in a comment', answered.map((line) => ` * ${line}`)],
    [
      'blanks at the end, encoded',
      plain.map((line) => (line.includes('=') ? line.replaceAll('=', '=3D') : `${line}=20`)),
    ],
  ])('%s', async (_, lines) => {
    const events = await eventsOf(input(`${lines.join('\n')}\n`));
    expect(addresses(events)).toEqual(['7f2210000', '41ab00000']);
  });

  test('what ends as a code is a value where another is none', async () => {
    const line = 'arm-smmu 5000000.iommu: Unhandled context fault: fsr=0x402, iova=0x5000, fsynr=0x1, cb=20';
    const [event] = await eventsOf(input(`${line}\n`));
    expect(event?.source.text).toBe(line);
    expect(addressOf(event as TraceEvent)).toBe(0x5000n);
  });
});

describe('order', () => {
  test('a journal whose newest line stands first is turned round', async () => {
    const lines = [3, 2, 1].map((n) => `Nov 23 05:20:4${n}.000000 host kernel: ${fault(`${n}000`)}`);
    expect(addresses(await eventsOf(input(lines.join('\n'))))).toEqual(['1000', '2000', '3000']);
  });

  test('the parts of a rotated log are one capture, whatever order they are named in', async () => {
    const part = (second: number, address: string) => `[   ${second}.000000] ${fault(address)}\n`;
    const events = await eventsOf(
      input(part(10, '4000'), 'kern.log'),
      input(part(90, '1000') + part(91, '2000'), 'kern.log.2.gz'),
      input(part(99, '3000'), 'kern.log.1'),
    );
    expect(addresses(events)).toEqual(['1000', '2000', '3000', '4000']);
    const byDate = await eventsOf(input(part(1, '2000'), 'kern-20261123'), input(part(2, '1000'), 'kern-20261116.xz'));
    expect(addresses(byDate)).toEqual(['1000', '2000']);
  });

  test('times that are differences order nothing', async () => {
    const sample = (delta: string, address: string): string =>
      `  edudma  248 [000]  ${delta}: printk:console: ${fault(address)}\n`;
    const deltas = [
      '0.000000',
      '0.500000',
      '0.000100',
      '0.700000',
      '0.000100',
      '0.600000',
      '0.000200',
      '0.800000',
      '0.000100',
    ];
    const stream = readEvents(
      [input(deltas.map((delta, index) => sample(delta, `${index + 1}000`)).join(''))],
      registry,
      { mergeWindowNs: 1e9 },
    );
    const events: TraceEvent[] = [];
    for await (const batch of stream) events.push(...batch.events);
    expect(addresses(events)).toEqual(deltas.map((_, index) => `${index + 1}000`));
    expect(events.map(({ time }) => time)).toEqual(deltas.map(() => undefined));
    expect(stream.reports.flatMap(({ diagnostics }) => diagnostics.map(({ text }) => text))).toEqual([
      'Its times are differences to the line before: only the order of the lines is known',
    ]);
  });

  test('logs without a year go on at New Year', async () => {
    const lines = [`Dec 31 23:59:59 host kernel: ${fault('1000')}`, `Jan  1 00:00:01 host kernel: ${fault('2000')}`];
    const events = await eventsOf(input(lines.join('\n')));
    expect(events.map((event) => event.time)).toEqual([0, 2e9]);
  });

  test('logs of different clocks are not merged', async () => {
    const wall = `2026-11-23T05:20:40+00:00 host kernel: ${fault('1000')}\n`;
    const own = `[   13.000000] ${fault('2000')}\n`;
    const events = await eventsOf(input(own, 'dmesg.txt'), input(wall, 'kern.log'));
    expect(events.map((event) => [addressOf(event), event.time])).toEqual([
      [0x1000n, 0],
      [0x2000n, 0],
    ]);
  });
});

test('the lines of the program that prints messages are none', async () => {
  const lines = [
    '+\tpr_err("[%s NO_PASID] Request device [%02x:%02x.%d] fault addr 0x%llx [fault reason 0x%02x] %s\\n",',
    '+\tdev_err(dev, "Event logged [IO_PAGE_FAULT domain=0x%04x address=0x%llx flags=0x%04x]\\n",',
    ' \t"Unhandled context fault: fsr=0x%x, iova=0x%08lx, fsynr=0x%x, cbfrsynra=0x%x, cb=%d\\n",',
    ' \t\tdev_err(smmu->dev, "Unexpected global fault, this could be serious\\n");',
    ' \t\t\t"arm-smmu 5000000.iommu: Unexpected global fault, this could be serious\\n");',
    '-\tdev_err(iommu->dev, "Page fault at %pad of type %s\\n",',
    '# echo "DMAR: [DMA Read NO_PASID] Request device [01:00.0] fault addr 0x0 [fault reason 0x06] PTE" >/dev/kmsg',
    "echo 'rk_iommu fe043e00.iommu: Page fault at 0x1000 of type read' | sudo tee /dev/kmsg",
  ];
  const message = 'arm-smmu 5000000.iommu: Unexpected global fault, this could be serious';
  const events = await eventsOf(input(`${lines.join('\n')}\n${message}\n`));
  expect(events.map(({ source }) => source.line)).toEqual([lines.length + 1]);
});
