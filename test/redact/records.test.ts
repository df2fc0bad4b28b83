import { expect, test } from 'vitest';
import { analyse } from '../../src/index.ts';
import { comparable } from '../../src/redact/same-findings.ts';
import { redacted, undone, unpackedText } from './redacted.ts';

const MESSAGES = [
  'Linux version 6.12.107 (alice@corp.example)',
  'DMAR: DRHD: handling fault status reg 2',
  'DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x7f2b3c4d5000 [fault reason 0x06] PTE Read access is not set',
  'sda: model "Payroll"',
  'DMAR: [DMA Write NO_PASID] Request device [00:05.0] fault addr 0x7f2b3c4d6000 [fault reason 0x05] PTE Write access is not set',
];
const BOOT = '9efedd6d129746bc88ac2b5bb1452bc8';

const fields = (message: string, index: number): readonly (readonly [string, string])[] => [
  ['__CURSOR', `s=d70d3f7a64f5474ea896a4e65dc48601;i=${index};b=${BOOT};m=5be975;t=660eb5ad521fd;x=cbfb691439d981b8`],
  ['__REALTIME_TIMESTAMP', `179541377402752${index}`],
  ['__MONOTONIC_TIMESTAMP', `1540557${index}`],
  ['_BOOT_ID', BOOT],
  ['_HOSTNAME', 'labguest'],
  ['_TRANSPORT', 'kernel'],
  ['SYSLOG_IDENTIFIER', 'kernel'],
  ['_SOURCE_MONOTONIC_TIMESTAMP', `1540557${index}`],
  ['MESSAGE', message],
];
const each = (line: (message: string, index: number) => string): string => MESSAGES.map(line).join('');
const json = (message: string, index: number): string => JSON.stringify(Object.fromEntries(fields(message, index)));

const captures = {
  'journalctl -o json': each((message, index) => `${json(message, index)}\n`),
  'journalctl -o json, messages as bytes': each((message, index) => {
    const bytes = { ...Object.fromEntries(fields(message, index)), MESSAGE: [...Buffer.from(message)] };
    return `${JSON.stringify(bytes)}\n`;
  }),
  'journalctl -o json-pretty': each(
    (message, index) => `${JSON.stringify(Object.fromEntries(fields(message, index)), undefined, '\t')}\n`,
  ),
  'journalctl -o json-sse': each((message, index) => `data: ${json(message, index)}\n\n`),
  'journalctl -o export': each(
    (message, index) =>
      `${fields(message, index)
        .map((field) => `${field.join('=')}\n`)
        .join('')}\n`,
  ),
  'journalctl -o verbose': each((message, index) => {
    const [[, cursor = ''] = []] = fields(message, index);
    const rest = fields(message, index)
      .slice(3)
      .map((field) => `    ${field.join('=')}\n`);
    return `Mon 2026-11-23 06:03:37.76230${index} UTC [${cursor}]\n${rest.join('')}`;
  }),
  'dmesg -J': `{\n   "dmesg": [\n${MESSAGES.map(
    (message, index) =>
      `      {\n         "pri": 4,\n         "time": 13.04830${index},\n         "msg": ${JSON.stringify(message)}\n      }`,
  ).join(',')}\n   ]\n}\n`,
  'dmesg -J --time-format iso': `{\n   "dmesg": [\n${MESSAGES.map(
    (message, index) =>
      `      {\n         "pri": 4,\n         "time": "2026-11-23T05:20:38,80142${index}+00:00",\n         "msg": ${JSON.stringify(message)}\n      }`,
  ).join(',')}\n   ]\n}\n`,
  'syslog without line ends': each(
    (message, index) => `<4>2026-11-23T05:20:38.80142${index}+00:00 labguest kernel: ${message}`,
  ),
  'bpftrace -f json': each(
    (message, index) =>
      `${JSON.stringify({ type: 'printf', data: `1304830${index}000 cpu=0 comm=irq/24 printk: ${message}\n` })
        .replaceAll('":"', '": "')
        .replace(',"', ', "')}\n`,
  ),
};

test.each(Object.entries(captures))(
  '%s: the same findings at the same times, no name, and the way back',
  async (_, text) => {
    const plain = await unpackedText(Buffer.from(text));
    const { text: written, outcome } = await redacted(plain);
    const before = await analyse([{ text }]);
    expect(before.counts.events).toEqual({ fault: 2 });
    expect(before.inputs[0]?.firstTime).toBeDefined();
    expect(comparable(await analyse([{ text: written }]))).toEqual(comparable(before));
    expect(outcome).toMatchObject({ failedLines: 0, droppedBytes: 0 });
    expect(written).not.toMatch(/labguest|alice|Payroll|7f2b3c4d|9efedd6d/);
    expect(await undone(written, outcome.key)).toBe(plain);
  },
);
