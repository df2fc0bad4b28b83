import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { registry } from '../../../parsers/registry.ts';
import { readEvents } from '../../../src/intake/read-events.ts';
import { addressOf, type TraceEvent } from '../../../src/model/event.ts';

async function eventsOf(text: string): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const open = () => Readable.from([Buffer.from(text)]);
  for await (const batch of readEvents([{ path: '-', lane: 'host', open }], registry, { mergeWindowNs: 1e9 })) {
    events.push(...batch.events);
  }
  return events;
}

const facts = ({ dialect, kind, device, time, cpu, task, pid, prgi, access, ...event }: TraceEvent) => [
  dialect,
  kind,
  device,
  addressOf({ ...event, device, time, cpu, task, pid, prgi, access, dialect, kind })?.toString(16),
  access,
  time,
  cpu,
  task,
  pid,
];

describe('perf data convert --to-json', () => {
  const sample = (timestamp: number, comm: string, fields: Record<string, unknown>) => ({
    timestamp,
    pid: 67,
    tid: 67,
    cpu: 2,
    comm,
    callchain: [{ ip: '0xffffffff87704233', symbol: 'report_iommu_fault', dso: '[kernel.kallsyms]' }],
    ...fields,
  });

  test('each sample is the event that its fields tell', async () => {
    const samples = [
      sample(753899401741, 'irq/24-AMD-Vi', {
        device: '0000:00:04.0',
        driver: 'pci',
        iova: '0x000000007f001000',
        flags: '0x0001',
      }),
      sample(753899402741, 'irq/24-AMD-Vi', {
        msg: 'pci 0000:00:05.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0000 address=0x1000 flags=0x0000]',
      }),
      sample(753899403741, 'dd', { iova: '0x00000000fffcb000', paddr: '0x0000000003be4000', size: '4096' }),
      sample(753899404741, 'irq/28-dmar0', { qw0: '0x26a081019', qw1: '0xf8', qw2: '0x0', qw3: '0x0', iommu: 'dmar0' }),
    ];
    const text = JSON.stringify({ 'linux-perf-json-version': 1, headers: {}, samples }, undefined, '\t');
    const events = await eventsOf(text);
    expect(events.map(facts)).toEqual([
      ['iommu-events', 'fault', '0000:00:04.0', '7f001000', 'w', 899401741, 2, 'irq/24-AMD-Vi', 67],
      ['amd-vi', 'fault', '0000:00:05.0', '1000', 'r', 899402741, 2, 'irq/24-AMD-Vi', 67],
      ['intel-qi-submit', 'page-response', undefined, undefined, undefined, 899404741, 2, 'irq/28-dmar0', 67],
    ]);
  });
});

test('bpftrace -f json: what the program printed', async () => {
  const data = [
    '75228915572 cpu=0 comm=irq/24-AMD-Vi pid=52 iommu:io_page_fault device=0000:00:04.0 driver=pci iova=0x7f001000 flags=0x0\n',
    '75228916572 cpu=0 comm=irq/24-AMD-Vi printk: pci 0000:00:04.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x\n',
  ];
  const lines = [
    { type: 'attached_probes', data: { probes: 2 } },
    ...data.map((text) => ({ type: 'printf', data: text })),
  ];
  const text = lines.map((line) => JSON.stringify(line).replace('":', '": ')).join('\n');
  const events = await eventsOf(`${text}\n{"type": "printf", "data": cut`);
  expect(events.map(facts)).toEqual([
    ['iommu-events', 'fault', '0000:00:04.0', '7f001000', 'r', 228915572, 0, 'irq/24-AMD-Vi', 52],
    ['amd-vi', 'fault', '0000:00:04.0', undefined, undefined, 228916572, 0, 'irq/24-AMD-Vi', undefined],
  ]);
});

test('perf trace leaves out what is 0', async () => {
  const lines = [
    '     0.000 irq/24-AMD-Vi/67 iommu:io_page_fault(device: "0000:00:04.0", driver: "pci", iova: 2130710528)',
    '     1.000 irq/24-AMD-Vi/67 iommu:io_page_fault(device: "0000:00:05.0", driver: "pci", flags: 1)',
    '     2.000 irq/24-AMD-Vi/67 iommu:map(iova: 4294799360, paddr: 0x3be4000, size: 4096)',
  ];
  const events = await eventsOf(lines.join('\n'));
  expect(events.map(facts)).toEqual([
    ['iommu-events', 'fault', '0000:00:04.0', '7f001000', 'r', 0, undefined, 'irq/24-AMD-Vi', 67],
    ['iommu-events', 'fault', '0000:00:05.0', '0', 'w', 1e6, undefined, 'irq/24-AMD-Vi', 67],
  ]);
});

test("the tracer's buffer in the kernel's log", async () => {
  const lines = [
    '[ 1003.996410] sysrq: Dump ftrace buffer',
    '[ 1003.997038] ---------------------------------',
    '[ 1003.997283] irq/24-A-67        2..... 1066865us : io_page_fault: IOMMU:pci 0000:00:04.0 iova=0x000000007f001000 flags=0x0000',
    '[ 1003.997283] irq/28-d-91        3d..1. 1066965us!: qi_submit: page_grp_resp dmar0: 0x101000019 0x8 0x0 0x0',
    'Nov 23 05:20:41 host kernel: irq/24-A-67        2..... 1066999us : io_page_fault: IOMMU:pci 0000:00:05.0 iova=0x1000 flags=0x0001',
  ];
  const events = await eventsOf(lines.join('\n'));
  expect(events.map((event) => [event.dialect, event.kind, event.device, event.cpu, event.task, event.pid])).toEqual([
    ['iommu-events', 'fault', '0000:00:04.0', 2, 'irq/24-A', 67],
    ['intel-qi-submit', 'page-response', undefined, 3, 'irq/28-d', 91],
    ['iommu-events', 'fault', '0000:00:05.0', 2, 'irq/24-A', 67],
  ]);
});
