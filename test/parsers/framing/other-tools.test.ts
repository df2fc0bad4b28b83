import { describe, expect, test } from 'vitest';
import { analyse } from '../../../src/index.ts';
import { frameLine } from './frame-line.ts';

const PAYLOAD = 'DMAR: DRHD: handling fault status reg 2';

describe('perf trace', () => {
  test('page requests and responses of Intel, with fields that are 0 left out', async () => {
    const text = [
      '     0.000 irq/24-dmar0-pr/52 intel_iommu:prq_report(dw0: 4311744769, dw1: 1052695, seq: 7, iommu: "dmar0", dev: "0000:01:00.0", buff: "")',
      '     0.120 kworker/u8:1-ev/77 intel_iommu:qi_submit(qw0: 4311744537, qw1: 20, iommu: "dmar0")',
      '',
    ].join('\n');
    const { counts, latency, inputs } = await analyse([{ text }]);
    expect(counts.groups.answered).toBe(1);
    expect(latency).toMatchObject({ count: 1, maxNs: 120_000 });
    expect(inputs[0]).toMatchObject({ framing: 'perf-trace', unread: 0 });
  });

  test('an event with its fields, the time in milliseconds', () => {
    expect(frameLine('  1234.567 irq/24-AMD-Vi/67 iommu:io_page_fault(device: "0000:00:04.0", iova: 4096)')).toEqual({
      framing: 'perf-trace',
      time: '1.234567',
      pid: 67,
      task: 'irq/24-AMD-Vi',
      eventName: 'io_page_fault',
      payload: 'device: "0000:00:04.0", iova: 4096',
    });
  });

  test('a message of the kernel', () => {
    expect(frameLine(`     0.074 kworker/0:1H/12 printk:console(msg: "${PAYLOAD}")`)).toEqual({
      framing: 'perf-trace',
      time: '0.000074',
      pid: 12,
      task: 'kworker/0:1H',
      eventName: 'console',
      payload: PAYLOAD,
    });
  });

  test.each([
    '     0.074 no slash printk:console(msg: "x")',
    '     0.074 bash/12 printk:console msg',
    '1 bash/12 a:b(c)',
  ])('not %s', (line) => {
    expect(frameLine(line).framing).toBe('plain');
  });
});

describe('perf script without the names of the events', () => {
  test.each([
    ['io_page_fault', 'IOMMU:pci 0000:00:04.0 iova=0x000000007f001000 flags=0x0000'],
    ['map', 'IOMMU: iova=0x00000000fffcb000 - 0x00000000fffcc000 paddr=0x0000000003be4000 size=4096'],
    ['console', PAYLOAD],
  ])('%s', (eventName, payload) => {
    expect(frameLine(`  irq/24-AMD-Vi [002]   753.899401: ${payload}`)).toEqual({
      framing: 'perf-no-event',
      time: '753.899401',
      cpu: 2,
      task: 'irq/24-AMD-Vi',
      eventName,
      payload,
    });
  });
});

describe('a bpftrace program', () => {
  test.each([
    ['pid=52 iommu:io_page_fault device=0000:00:04.0', 'io_page_fault', 'device=0000:00:04.0', 52],
    [`printk: ${PAYLOAD}`, 'console', PAYLOAD, undefined],
  ])('%s', (text, eventName, payload, pid) => {
    expect(frameLine(`31002649581 cpu=1 comm=kworker/u8:1 a ${text}`)).toEqual({
      framing: 'bpftrace-event',
      time: '31.002649581',
      cpu: 1,
      task: 'kworker/u8:1 a',
      ...(pid !== undefined && { pid }),
      eventName,
      payload,
    });
  });
});

test('properties of /dev/kmsg say nothing', () => {
  for (const line of [' SUBSYSTEM=platform', ' DEVICE=+platform:arm-smmu-v3.0.auto', 'DEVICE=c4:64']) {
    expect(frameLine(line)).toEqual({ framing: 'header', payload: '{"kind":"comment"}' });
  }
});
