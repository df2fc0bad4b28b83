import { describe, expect, test } from 'vitest';
import { registry } from '../../parsers/registry.ts';
import { AddressMap } from '../../src/redact/address-map.ts';
import { LineRedactor } from '../../src/redact/line-redactor.ts';
import { Pseudonyms } from '../../src/redact/pseudonyms.ts';
import { LineSight } from '../../src/redact/sight.ts';
import { KEY, redacted, undone } from './redacted.ts';

/** 0x7f2b3c4d5000 under the key of the tests. */
const PAGE = new AddressMap(KEY.secret).map(0x7f2b3c4d5000n);
const page = PAGE.toString(16);

async function linesOf(...lines: readonly string[]): Promise<string[]> {
  const { text, outcome } = await redacted(lines.join('\n'));
  expect(await undone(text, outcome.key)).toBe(lines.join('\n'));
  return text.split('\n');
}

describe('the text around faults', () => {
  test('names of hosts, users, tasks, files, networks and serials are replaced, the same by the same', async () => {
    const lines = await linesOf(
      'Nov 23 05:20:40 build-17.corp.example kernel: [   12.000001] DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x7f2b3c4d5000 [fault reason 0x06] PTE Read access is not set',
      'Nov 23 05:20:41 build-17.corp.example sshd[812]: Accepted publickey for alice from 10.1.2.3 port 50022 ssh2: ED25519 SHA256:dGhpcyBpcyBubyBrZXk',
      'Nov 23 05:20:42 build-17.corp.example kernel: [   12.100000] sda: serial S4EVNX0M123456, model Samsung',
      'Nov 23 05:20:43 build-17.corp.example kernel: [   12.200000] eth0: link up, 52:54:00:ab:cd:ef, fe80::5054:ff:feab:cdef',
      'Nov 23 05:20:44 build-17.corp.example kernel: [   12.300000] alice[4711]: segfault at 7f2b3c4d5018 ip 00007f2b3c4d5018 in /home/alice/secret-project/bin/server[401000+1000]',
      'Nov 23 05:20:45 build-17.corp.example kernel: [   12.400000] usb 1-1: SerialNumber: 0123456789AB, call 004915112345678',
      'Nov 23 05:20:46 build-17.corp.example kernel: [   12.500000] mount of 2f1d3c4b-aaaa-bbbb-cccc-0123456789ab from https://alice.example/x?y=z',
    );
    expect(lines).toEqual([
      `Nov 23 05:20:40 host1 kernel: [   12.000001] DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x${page} [fault reason 0x06] PTE Read access is not set`,
      'Nov 23 05:20:41 host1 name1[812]: name2 name3 for name4 from ip1 port 50022 name5: id1 name6:name7',
      'Nov 23 05:20:42 host1 kernel: [   12.100000] name8: name9 name10, name11 name12',
      'Nov 23 05:20:43 host1 kernel: [   12.200000] name13: link up, mac1, ip2',
      'Nov 23 05:20:44 host1 kernel: [   12.300000] name4[4711]: name14 at id2 ip id3 in path1[401000+1000]',
      'Nov 23 05:20:45 host1 kernel: [   12.400000] name15 1-1: name16: id4, call id5',
      'Nov 23 05:20:46 host1 kernel: [   12.500000] name17 of id6 from path2',
    ]);
  });

  test('a line that names an IOMMU and that no parser reads still does', async () => {
    const [line = ''] = await linesOf('[    1.000000] DMAR: something new of alice@corp.example at 0xffff888012345678');
    expect(line).toMatch(/^\[ {4}1\.000000\] DMAR: name1 new of mail1 at 0xffff[0-9a-f]{6}[0-9a-f]{6}$/);
    expect(line).not.toContain('12345678');
  });

  test('a line with an escape keeps its date and its task, wherever that stands', async () => {
    expect(
      await linesOf(
        '<6>2026-11-23T05:20:38.830360+00:00 (none) kernel: ACPI: \\_SB_.GSIE: Enabled at IRQ 20',
        '30890577104 cpu=0 comm=edudma printk: ACPI: \\_SB_.GSIE: Enabled at IRQ 20',
      ),
    ).toEqual([
      expect.stringMatching(/^<6>2026-11-23T05:20:38\.830360\+00:00 \(\S+\) kernel: \S+ \S+ Enabled at IRQ 20$/),
      expect.stringMatching(/^30890577104 cpu=0 comm=task1 printk: \S+ \S+ Enabled at IRQ 20$/),
    ]);
  });

  test('a trace keeps its columns of times, CPUs and PIDs; other events lose their words', async () => {
    expect(
      await linesOf(
        '# tracer: nop',
        '   qemu-kvm vm7-4711  [003] d..2.    15.076529: sched_switch: prev_comm=qemu-kvm vm7 prev_pid=4711 ==> next_comm=payroll next_pid=99',
        '         payroll-99    [003] .....    15.077000: attach_pasid: (iommu_attach_device_pasid+0x4/0x210) pasid=2',
      ),
    ).toEqual([
      '# tracer: nop',
      '   task1-4711  [003] d..2.    15.076529: sched_switch: name1=name2 name3 name4=4711 ==> next_comm=name5 next_pid=99',
      '         name5-99    [003] .....    15.077000: attach_pasid: (iommu_attach_device_pasid+0x4/0x210) pasid=2',
    ]);
  });

  test('colours, byte order marks, line ends and lines without a newline stay', async () => {
    const { text } = await redacted('\uFEFF\x1b[32mhello\x1b[0m there\r\n\r\n  \nalice');
    expect(text).toBe('\uFEFF\x1b[32mname1\x1b[0m there\r\n\r\n  \nname2');
  });

  test('a line that is too long stays too long, and is cut where the analysis cuts it', async () => {
    const { text, outcome } = await redacted(`${'secret '.repeat(20_000)}\nalice`);
    const [long = '', last] = text.split('\n');
    expect([long.includes('secret'), long.length > 65_536, last]).toEqual([false, true, 'name3']);
    expect(outcome.droppedBytes).toBe(7 * 20_000 - 65_536);
  });
});

describe('addresses in descriptors', () => {
  test('fit those in the text; what is none stays', async () => {
    const lines = [
      'prq_report: dmar0/0000:01:00.0 seq# 9: rid=0x100 addr=0x7f2b3c4d5 rw--l pasid=0x3 index=0x1',
      'prq_report: dmar0/0000:01:00.0 seq# 9: rid=0x100 addr=0x0 ----l pasid=0x3 index=0x1',
      'prq_report: dw0=0x301000101 (12901679361) dw1=0x7f2b3c4d5017 (139823672021015) dw2=0x0 (0) dw3=0x0 (0) seq=0x7 (7) iommu=dmar0 dev=0000:01:00.0',
      'qi_submit: page_grp_resp dmar0: 0x301000019 0x8 0x0 0x0',
      'qi_submit: p_dev_tlb_inv dmar0: 0x10000000308008 0x7f2b3c4d5000 0x0 0x0',
      'qi_submit: p_iotlb_inv dmar0: 0x300010036 0x7f2b3c4d5000 0x0 0x0',
      'qi_submit: dev_tlb_inv dmar0: 0x10000000003 0x7ffffffffffff001 0x0 0x0',
      'DMAR: dmar0: Invalid page request: 300000100080101 7f2b3c4d50ff',
      'DMAR: QI HEAD: Page Group Response qw0 = 0x301000019, qw1 = 0x8',
      'smmu_evt: 0x0000760000001810 0x000002088000008a 0x00007f2b3c4d5000 0x0000000000000000',
      'handle_ppr: (ffff800080a1b2c4) w0=0xf000000100007600 w1=0x7f2b3c4d501f',
      'arm-smmu-v3 arm-smmu-v3.0.auto: event 0x10 received:',
      'arm-smmu-v3 arm-smmu-v3.0.auto: \t0x0000760000001810',
      'arm-smmu-v3 arm-smmu-v3.0.auto: \t0x000002088000008a',
      'arm-smmu-v3 arm-smmu-v3.0.auto: \t0x00007f2b3c4d5000',
      'AMD-Vi: Event logged [IO_PAGE_FAULT device=01:00.0 domain=0x0000 address=0x7f2b3c4d5000 flags=0x0020]',
    ];
    const decimal = PAGE + 0x17n;
    const expected = lines.map((line) =>
      line
        // The function's own address.
        .replace('ffff800080a1b2c4', 'id2')
        .replace('0x7f2b3c4d5 ', `0x${page.slice(0, -3)} `)
        .replaceAll('7f2b3c4d5', page.slice(0, -3))
        .replace('139823672021015', String(decimal)),
    );
    const result = await linesOf(...lines);
    expect(result).toEqual(expected);
  });

  test.each(registry.dialects.flatMap(({ name, samples }) => samples.map(({ line, gives }) => [name, gives, line])))(
    '%s, %s: %s',
    (_, _gives, line) => {
      const redactor = new LineRedactor(registry, new AddressMap(KEY.secret), new Pseudonyms(), 'redact');
      const kindOf = (text: string): string[] => new LineSight(registry).look(text).map(({ kind }) => kind);
      expect(kindOf(redactor.line(line))).toEqual(kindOf(line));
      expect(redactor.failedLines).toBe(0);
    },
  );
});

describe('two captures of one analysis', () => {
  test('with one key, names and addresses of both fit each other', async () => {
    const host = 'prq_report: dmar0/0000:01:00.0 seq# 9: rid=0x100 addr=0x7f2b3c4d5 rw--l pasid=0x3 index=0x1 payroll';
    const first = await redacted(`${host}\nalice on build-17\n`);
    const second = await redacted('build-17: alice, bob 0x7f2b3c4d5000\n', first.outcome.key);
    expect(second.text).toBe(`name3: name2, name4 0x${page}\n`);
    expect(second.outcome.key.names).toMatchObject({ name2: 'alice', name3: 'build-17', name4: 'bob' });
  });
});
