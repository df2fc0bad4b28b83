import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { registry } from '../../../parsers/registry.ts';
import { readEvents } from '../../../src/intake/read-events.ts';
import { PREFIXES, QUOTINGS, type Wrap } from './wraps.ts';

/*
 * Whatever a message stands in, it is the same event but for its clock: the samples of all log dialects, and messages of
 * several lines, in everything that `wraps.ts` knows.
 */

const SMMU = 'arm-smmu-v3 arm-smmu-v3.0.auto: ';
const SEVERAL_LINES: readonly (readonly string[])[] = [
  [
    `${SMMU}event 0x10 received:`,
    `${SMMU}\t0x0000760000001810`,
    `${SMMU}\t0x000002088000008a`,
    `${SMMU}\t0x000000002321c000`,
    `${SMMU}\t0x0000000000000000`,
    `${SMMU}event: F_TRANSLATION client: 0000:76:00.0 sid: 0x7600 ssid: 0x1 iova: 0x2321c000 ipa: 0x0`,
    `${SMMU}unpriv data read s1 "Input address caused fault" stall stag: 0x8a`,
  ],
  [
    `${SMMU}unexpected PRI request received:`,
    `${SMMU}\tsid 0x00007600.0x00001: [31L] unprivileged RW access at iova 0x000000002321c000`,
  ],
  [
    'arm-smmu 5000000.iommu: Unexpected global fault, this could be serious',
    'arm-smmu 5000000.iommu: \tGFSR 0x80000002, GFSYNR0 0x00000000, GFSYNR1 0x00000410, GFSYNR2 0x00000000',
  ],
  [
    'arm-smmu 15000000.apps-smmu: Unhandled arm-smmu context fault from a600000.dwc3!',
    'arm-smmu 15000000.apps-smmu: FAR    = 0x00000000efe60800',
    'arm-smmu 15000000.apps-smmu: FSR    = 0x40000402 [TF R SS ]',
    'arm-smmu 15000000.apps-smmu: FSYNR0    = 0x5f0003',
  ],
  [
    'dmar: DMAR:[DMA Read] Request device [02:00.0] fault addr a0c58000',
    'DMAR:[fault reason 02] Present bit in context entry is clear',
  ],
  ['IOMMU: dmar15: Page request in Privilege Mode', 'dmar15: Invalid page request: 2000026a080101 7f2b3c4d50ff'],
  [
    'iommu ivhd0: AMD-Vi: Event logged [ILLEGAL_DEV_TABLE_ENTRY device=0000:06:00.0 pasid=0x00000 address=0x135300000 flags=0x0080]',
    'AMD-Vi: DTE[0]: 7d90000000000003',
    'AMD-Vi: DTE[1]: 0000100103fc0009',
  ],
  ['AMD-Vi: Event logged [Device not attached to domain properly]', 'AMD-Vi:   device=0000:01:00.0 domain=0x0000'],
  [
    'kgsl kgsl-3d0: GPU PAGE FAULT: addr = 500001000 pid= 1994 name=x drawctxt=12 context pid = 1994',
    'kgsl kgsl-3d0: context=gfx3d_user TTBR0=0xfebeb000 (read translation fault)',
  ],
  [
    'rk_iommu ff940300.iommu: Page fault at 0x7f4bda00 of type read',
    'rk_iommu ff940300.iommu: iova = 0x7f4bda00: dte_index: 0x1fd pte_index: 0xbd page_offset: 0xa00',
  ],
];

/** What is no event by itself; where a boot begins is told by times as well. */
const OTHERS: ReadonlySet<string> = new Set(['silent', 'continuation', 'capture-gap']);
const samples = registry.dialects
  .filter(({ kind }) => kind === 'log')
  .flatMap((dialect) => dialect.samples.filter(({ gives }) => !OTHERS.has(gives)))
  .map(({ line }) => [line]);
const RECORDS: readonly (readonly string[])[] = [...samples, ...SEVERAL_LINES];
/** Ends what stands above, for messages that may go on. */
const BETWEEN = 'usb 1-1: new high-speed USB device number 2 using xhci_hcd';

/** All events of a text, without clock, place and the text that a cut may have shortened. */
async function eventsOf(bytes: string | Buffer): Promise<object[]> {
  const open = () => Readable.from([Buffer.from(bytes)]);
  const events: object[] = [];
  for await (const batch of readEvents([{ path: '-', lane: 'host', open }], registry, { mergeWindowNs: 1e9 })) {
    for (const { source, also, time, cpu, task, pid, vendorReason, ...event } of batch.events) {
      events.push(JSON.parse(JSON.stringify(event)));
    }
  }
  return events;
}

function linesOf(wrap: Wrap): string[] {
  return RECORDS.flatMap((record) => [...record.map(wrap), wrap(BETWEEN, 9)]);
}

const asPrinted: Wrap = (text) => text;
const expected = await eventsOf(`${linesOf(asPrinted).join('\n')}\n`);
const dmesg: Wrap = PREFIXES.dmesg ?? asPrinted;
const journal: Wrap = PREFIXES['RFC 3164'] ?? asPrinted;

test('each record is an event, parts of one apart', async () => {
  const alone = await Promise.all(RECORDS.map((record) => eventsOf(`${record.join('\n')}\n`)));
  expect(alone.filter((events) => events.length !== 1)).toEqual([]);
  expect(expected.length).toBeGreaterThan(RECORDS.length * 0.95);
});

describe('behind a prefix', () => {
  test.each(Object.entries(PREFIXES))('%s', async (_, wrap) => {
    expect(await eventsOf(`${linesOf(wrap).join('\n')}\n`)).toEqual(expected);
  });

  test('of another tool on each line', async () => {
    const all = Object.values(PREFIXES);
    let at = 0;
    const lines = RECORDS.flatMap((record) => {
      const wrap = all[at++ % all.length] ?? asPrinted;
      return [...record, BETWEEN].map(wrap);
    });
    expect(await eventsOf(`${lines.join('\n')}\n`)).toHaveLength(expected.length);
  });
});

describe.each([
  ['bare', asPrinted],
  ['dmesg', dmesg],
  ['a journal', journal],
] as const)('%s', (_, prefix) => {
  // A number in front of bare text may as well end the line above.
  const quotings = Object.entries(QUOTINGS).filter(([name]) => prefix !== asPrinted || name !== 'uniq -c');

  test.each(quotings)('%s', async (_name, quote) => {
    const lines = linesOf((text, n) => quote(prefix(text, n), n));
    expect(await eventsOf(`${lines.join('\n')}\n`)).toEqual(expected);
  });

  test.each([72, 76, 80])('wrapped by a mail client at %i columns', async (width) => {
    for (const quote of ['', '> ', '>> ']) {
      const lines = linesOf(prefix).flatMap((line) => wrapped(line, width - quote.length).map((part) => quote + part));
      expect(await eventsOf(`This is what I see:\n${lines.join('\n')}\n`)).toEqual(expected);
    }
  });

  test('in quoted-printable', async () => {
    for (const quote of ['', '> ']) {
      const lines = linesOf((text, n) => quote + prefix(text, n)).flatMap(quotedPrintable);
      expect(await eventsOf(`This is what I see:\n${lines.join('\n')}\n`)).toEqual(expected);
    }
  });
});

describe('in another encoding', () => {
  const text = `${linesOf(dmesg).join('\r\n')}\r\n`;

  test.each([
    ['UTF-16, little-endian', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le')],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['Windows-1252', Buffer.from(`Gerät – “${text}`.replace('–', '\u0096').replace('“', '\u0093'), 'latin1')],
  ])('%s', async (_, bytes) => {
    expect(await eventsOf(bytes)).toEqual(expected);
  });
});

describe('newest first', () => {
  const two = (value: number) => String(value).padStart(2, '0');
  const stamps: Readonly<Record<string, (second: number, n: number) => string>> = {
    dmesg: (second, n) => `[${String(second).padStart(5)}.00${n}000]`,
    'dmesg -T': (second) => `[Mon Nov 23 05:${two(Math.floor(second / 60))}:${two(second % 60)} 2026]`,
    'RFC 3164': (second) => `Nov 23 05:${two(Math.floor(second / 60))}:${two(second % 60)} host kernel:`,
    'journalctl -o short-iso-precise': (second, n) =>
      `2026-11-23T05:${two(Math.floor(second / 60))}:${two(second % 60)}.00${n}000+01:00 host kernel:`,
  };

  test.each(Object.entries(stamps))('%s', async (_, stamp) => {
    const lines = RECORDS.flatMap((record, at) =>
      [...record, BETWEEN].map((text, n) => `${stamp(100 + 2 * at, n)} ${text}`),
    );
    const inOrder = await eventsOf(`${lines.join('\n')}\n`);
    expect(inOrder.length).toBeGreaterThanOrEqual(expected.length);
    for (const quote of ['', '> ']) {
      const quoted = lines.toReversed().map((line) => `${quote}${line}\n`);
      expect(await eventsOf(quoted.join(''))).toEqual(inOrder);
    }
  });
});

describe('on a console, torn by', () => {
  const head = (text: string) => text.slice(0, Math.floor(text.length * 0.6));
  const rest = (text: string) => text.slice(head(text).length);
  const writers: Readonly<Record<string, string>> = {
    'the kernel': `\n${dmesg(BETWEEN, 9)}\n`,
    'the kernel, on the same line': `${dmesg(BETWEEN, 9)}\n`,
    systemd: '[  OK  ] Started Daemon.\n',
    'a prompt': '\nlabguest login: \n',
  };

  test.each(Object.entries(writers))('%s', async (_, writer) => {
    const between = `${dmesg(BETWEEN, 0)}\n`;
    for (const [line = ''] of samples) {
      // Of what says something with and without its end nobody can tell that it was torn.
      const parts = await Promise.all([dmesg(head(line), 0), rest(line)].map(eventsOf));
      if (parts.some((events) => events.length > 0)) continue;
      const whole = await eventsOf(`${between}${dmesg(line, 1)}\n${between}`);
      expect(await eventsOf(`${between}${dmesg(head(line), 1)}${writer}${rest(line)}\n${between}`)).toEqual(whole);
    }
  });
});

test('in a fence of Markdown', async () => {
  expect(await eventsOf(`It prints:\n\n\`\`\`text\n${linesOf(dmesg).join('\n')}\n\`\`\`\n`)).toEqual(expected);
});

/** Cut at blanks, as format=flowed and most mail clients do; a longer word stands alone. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** RFC 2045 §6.7: 76 columns at most, no code cut in two. */
function quotedPrintable(text: string): string[] {
  const lines: string[] = [];
  let rest = text.replaceAll('=', '=3D');
  while (rest.length > 76) {
    const code = rest.lastIndexOf('=', 74);
    const cut = code > 72 ? code : 75;
    lines.push(`${rest.slice(0, cut)}=`);
    rest = rest.slice(cut);
  }
  return [...lines, rest];
}
