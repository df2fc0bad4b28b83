import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { RECIPE_NAMES } from '../../src/cli/declare/recipe.ts';
import { run } from '../../src/cli/run.ts';
import { RECIPES, recipeScript } from '../../src/recipe/recipes.ts';
import { sampleSession } from '../cli/sample-session.ts';
import { type FakeKernel, FakeTracefs, type Recorded } from './fake-tracefs.ts';

const made: FakeTracefs[] = [];
afterEach(() => {
  for (const fake of made.splice(0)) fake.remove();
});

const TRACE = readFileSync('fixtures/pri/pri-intel-handler-7.2.13/h02-answered-twice.txt', 'utf8');
const INTEL_EVENTS = [
  'intel_iommu/prq_report',
  'intel_iommu/qi_submit',
  'iommu/attach_device_to_domain',
  'iommu/io_page_fault',
];

function script(name: string): string {
  const recipe = RECIPES.find((each) => each.name === name);
  if (recipe === undefined) throw new Error(`no recipe ${name}`);
  return recipeScript(recipe);
}

function record(
  name: string,
  kernel: FakeKernel,
  { trace = TRACE, shell = 'sh', args = [] }: { trace?: string; shell?: string; args?: string[] } = {},
): Promise<Recorded> {
  const fake = new FakeTracefs(kernel);
  made.push(fake);
  return fake.record(script(name), trace, shell, args);
}

async function check(file: string, ...options: string[]): Promise<string> {
  const session = sampleSession({ args: ['check', '--format', 'concise', ...options, file] });
  await run(session);
  return session.printed() + session.complained();
}

function memberOf(archive: string | undefined, name: string): string {
  return spawnSync('tar', ['-xzOf', archive ?? '', '--wildcards', `*/${name}`]).stdout.toString();
}

function withoutPaths(findings: string): string {
  return findings.replaceAll(/^\S*\btrace\.txt:/gm, 'trace.txt:');
}

/** What kprobe_events listed on the machines of the fixtures. */
interface Definition {
  readonly isReturn: boolean;
  readonly event: string;
  readonly symbol: string;
  readonly arguments: readonly string[];
}

function definitionsIn(lines: readonly string[]): readonly Definition[] {
  return lines.flatMap((line) => {
    const match = /^([pr])\d*:\w+\/(\w+) (\S+) ?(.*)$/.exec(line);
    if (match === null) return [];
    const [, kind, event = '', symbol = '', rest = ''] = match;
    return [{ isReturn: kind === 'r', event, symbol, arguments: rest === '' ? [] : rest.split(' ') }];
  });
}

/** Probes of the recordings that say nothing to a dialect, and that no recipe makes. */
const UNUSED = ['sva_bind', 'sva_bind_ret', 'sva_unbind', 'sva_unbind_ret', 'mm_release', 'tear_down_entry'];
const OF_THE_LAB = ['mock_page_response', 'iommufd_fault_destroy'];

const HAS_BUSYBOX = spawnSync('busybox', ['ash', '-c', ':']).status === 0;
/** The shells of distributions, and of initial ram disks and small systems. */
const SHELLS = HAS_BUSYBOX ? ['dash', 'bash', 'busybox ash'] : ['dash', 'bash'];

test.skipIf(HAS_BUSYBOX)('busybox ash is not there: the recipes were not run in it', () => undefined);

describe.each(RECIPES.map(({ name }) => name))('recipe %s', (name) => {
  const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

  test.skipIf(!hasShellcheck)(
    `has nothing that shellcheck names${hasShellcheck ? '' : ' (skipped: no shellcheck)'}`,
    () => {
      const checked = spawnSync(
        'shellcheck',
        ['--shell=sh', '--enable=all', '--exclude=SC2249,SC2250,SC2292,SC2310,SC2312', '-'],
        {
          input: script(name),
        },
      );
      expect(checked.stdout.toString()).toBe('');
    },
  );

  test.each(['sh', ...SHELLS])('is read by %s', (shell) => {
    const [command = shell, ...applet] = shell.split(' ');
    const read = spawnSync(command, [...applet, '-n'], { input: script(name) });
    expect(read.error === undefined ? read.stderr.toString() : '').toBe('');
  });

  test('never enables a whole system of events', () => {
    expect(script(name)).not.toMatch(/events\/iommu\/enable|echo 1 *>.*iommu\/enable/);
  });
});

describe('what is recorded', () => {
  test.each(['6.12.107', '7.2.13'])(
    'on a kernel with argument names the probes are those of the recordings (%s)',
    async (kernel) => {
      const listed = definitionsIn(readFileSync(`fixtures/recipe/kprobe-events-${kernel}.txt`, 'utf8').split('\n'));
      const { definitions } = await record('intel', {
        functions: listed.map(({ symbol }) => symbol),
        events: INTEL_EVENTS,
        hasArgumentNames: true,
      });
      const made = definitionsIn(definitions);
      for (const one of listed.filter(({ event }) => ![...UNUSED, ...OF_THE_LAB].includes(event))) {
        const same = made.find(({ event, isReturn }) => event === one.event && isReturn === one.isReturn);
        expect({ ...same, arguments: same?.arguments.slice(0, one.arguments.length) }).toEqual(one);
        expect(same?.arguments.slice(one.arguments.length)).toEqual(
          same?.arguments.includes('dev=dev->kobj.name:string') === true ? ['dev=dev->kobj.name:string'] : [],
        );
      }
      // Beyond the recordings' own: what an attach returns.
      expect(made.filter(({ event }) => !listed.some((one) => one.event === event)).map(({ event }) => event)).toEqual([
        'attach_pasid_ret',
      ]);
    },
  );

  test('on a kernel without them they are registers and offsets, as that kernel lays them out (6.1)', async () => {
    const listed = definitionsIn(readFileSync('fixtures/recipe/kprobe-events-6.1.192.txt', 'utf8').split('\n'));
    const functions = [...listed.map(({ symbol }) => symbol), 'iopf_queue_add_device', 'intel_svm_drain_prq'];
    const { definitions } = await record('intel', { functions, events: INTEL_EVENTS });
    expect(definitions.filter((line) => !line.startsWith('-:'))).toEqual([
      'p:faultlog/page_response intel_svm_page_response pasid=+12(%dx):u32 grpid=+16(%dx):u32 code=+20(%dx):u32',
      'p:faultlog/drain_prq intel_svm_drain_prq pasid=%si:u32',
      'r:faultlog/drain_prq_ret intel_svm_drain_prq',
      'p:faultlog/report_fault iommu_report_device_fault pasid=+12(%si):u32 grpid=+16(%si):u32 flags=+8(%si):x32 perm=+20(%si):x32 addr=+24(%si):x64 type=+0(%si):u32',
      'r:faultlog/report_fault_ret iommu_report_device_fault ret=$retval:s32',
      'p:faultlog/respond iommu_page_response pasid=+12(%si):u32 grpid=+16(%si):u32 code=+20(%si):u32',
      'r:faultlog/respond_ret iommu_page_response ret=$retval:s32',
      'p:faultlog/queue_add_device iopf_queue_add_device',
      'p:faultlog/queue_remove_device iopf_queue_remove_device',
      'p:faultlog/queue_flush_dev iopf_queue_flush_dev',
      'r:faultlog/queue_flush_dev_ret iopf_queue_flush_dev ret=$retval:s32',
      'p:faultlog/queue_discard_partial iopf_queue_discard_partial',
    ]);
  });

  test.each([
    [
      '5.4',
      ['iommu_page_response'],
      'p:faultlog/respond iommu_page_response pasid=+8(%si):u32 grpid=+12(%si):u32 code=+16(%si):u32',
    ],
    [
      '5.10',
      ['iommu_page_response', 'iommu_uapi_cache_invalidate'],
      'p:faultlog/respond iommu_page_response pasid=+12(%si):u32 grpid=+16(%si):u32 code=+20(%si):u32',
    ],
    [
      '6.11',
      ['iopf_group_response'],
      'p:faultlog/group_response iopf_group_response pasid=+12(%di):u32 grpid=+16(%di):u32 status=%si:u32',
    ],
  ])('the answer of Linux %s', async (_, functions, expected) => {
    const { definitions } = await record('core', { functions: ['iommu_report_device_fault', ...functions] });
    expect(definitions.find((line) => line.includes('/respond ') || line.includes('/group_response '))).toBe(expected);
  });

  test.each([
    [
      '6.12',
      ['arm_smmu_handle_evt', '__arm_smmu_cmdq_issue_cmd', 'arm_smmu_page_response'],
      [
        'p:faultlog/handle_evt arm_smmu_handle_evt w0=+0(%x1):x64 w1=+8(%x1):x64 w2=+16(%x1):x64 w3=+24(%x1):x64',
        'p:faultlog/issue_cmd __arm_smmu_cmdq_issue_cmd opcode=+0(%x1):x8 sid=+8(%x1):x32 stag=+12(%x1):u16 resp=+14(%x1):u8',
        'p:faultlog_pri/issue_cmd __arm_smmu_cmdq_issue_cmd opcode=+0(%x1):x8 sid=+8(%x1):x32 ssid=+12(%x1):u32 grpid=+16(%x1):u16 resp=+20(%x1):u32',
        'p:faultlog/page_response arm_smmu_page_response pasid=+0(%x2):u32 grpid=+4(%x2):u32 code=+8(%x2):u32',
      ],
    ],
    [
      '6.14, which has the decoded event only',
      ['arm_smmu_handle_event', '__arm_smmu_cmdq_issue_cmd', 'arm_smmu_page_response'],
      [
        'p:faultlog/page_response arm_smmu_page_response pasid=+0(%x2):u32 grpid=+4(%x2):u32 code=+8(%x2):u32 dev=+0(+0(%x0)):string',
      ],
    ],
    [
      '7.2',
      ['arm_smmu_handle_event', 'arm_vmaster_report_event', 'arm_smmu_cmdq_issue_cmd_p'],
      [
        'p:faultlog/handle_event arm_smmu_handle_event w0=+0(%x1):x64 w1=+8(%x1):x64 w2=+16(%x1):x64 w3=+24(%x1):x64',
        'p:faultlog/issue_cmd arm_smmu_cmdq_issue_cmd_p opcode=+0(%x1):x8 w0=+0(%x1):x64 w1=+8(%x1):x64',
      ],
    ],
    [
      'whose command function is inlined',
      ['arm_smmu_handle_evt', 'arm_smmu_page_response'],
      [
        'p:faultlog/page_response arm_smmu_page_response pasid=+0(%x2):u32 grpid=+4(%x2):u32 code=+8(%x2):u32 dev=+0(+0(%x0)):string',
      ],
    ],
  ])('an SMMUv3 of Linux %s', async (_, functions, expected) => {
    const { definitions } = await record('arm-smmu-v3', {
      machine: 'aarch64',
      functions: ['iopf_group_response', ...functions],
      events: ['iommu/io_page_fault'],
    });
    const own = definitions.filter((line) => line.includes('smmu') && !line.startsWith('-:'));
    expect(own).toEqual(expected);
  });

  test('AMD on 6.12: log and command, or both at the core', async () => {
    const core = [
      'iommu_report_device_fault',
      'iopf_group_response',
      'amd_iommu_page_response',
      'amd_iommu_complete_ppr',
    ];
    const both = await record('amd', {
      functions: [...core, 'iommu_call_iopf_notifier'],
      events: ['iommu/io_page_fault'],
    });
    expect(both.definitions.filter((line) => /^p:.*(?:amd|notifier)/.test(line))).toEqual([
      'p:faultlog/complete_ppr amd_iommu_complete_ppr pasid=%si:u32 status=%dx:s32 tag=%cx:u32',
      'p:faultlog/iopf_notifier iommu_call_iopf_notifier w0=+0(%si):x64 w1=+8(%si):x64',
    ]);
    const inlined = await record('amd', { functions: core, events: ['iommu/io_page_fault'] });
    expect(inlined.definitions.filter((line) => /^p:.*(?:amd|notifier)/.test(line))).toEqual([
      'p:faultlog/page_response amd_iommu_page_response pasid=+0(%dx):u32 grpid=+4(%dx):u32 code=+8(%dx):u32 dev=+0(+0(%di)):string',
    ]);
  });

  test('a machine whose registers are unknown: what functions return, and where they are entered', async () => {
    const { definitions } = await record('core', {
      machine: 'loongarch64',
      functions: ['iommu_report_device_fault', 'iopf_queue_discard_partial'],
    });
    expect(definitions.filter((line) => !line.startsWith('-:'))).toEqual([
      'r:faultlog/report_fault_ret iommu_report_device_fault ret=$retval:s32',
      'p:faultlog/queue_discard_partial iopf_queue_discard_partial',
    ]);
  });

  test('io_page_fault is not enabled where an SMMUv2 is', async () => {
    const kernel = { machine: 'aarch64', functions: ['iommu_report_device_fault'], events: ['iommu/io_page_fault'] };
    const plain = await record('core', kernel);
    expect(memberOf(plain.archive, 'about.txt')).toContain('# event iommu/io_page_fault\n');
    const warned = await record('core', { ...kernel, hasSmmuV2: true });
    expect(memberOf(warned.archive, 'about.txt')).toContain('# no event iommu/io_page_fault: SMMUv2 5000000.iommu\n');
    expect(warned.complaints).toContain('io_page_fault would crash it');
    const v3 = await record('arm-smmu-v3', kernel);
    expect(memberOf(v3.archive, 'about.txt')).not.toContain('io_page_fault');
  });
});

describe('a run', () => {
  const kernel: FakeKernel = {
    functions: ['iommu_report_device_fault', 'iopf_group_response', 'intel_iommu_page_response'],
    events: INTEL_EVENTS,
    hasArgumentNames: true,
    dmesg: '[   14.9] DMAR: DRHD: handling fault status reg 2\n',
  };

  test.each(SHELLS)('in %s: the archive is read like the trace, and everything is put back', async (shell) => {
    const recorded = await record('intel', kernel, { shell });
    expect(recorded.code).toBe(0);
    expect(recorded.complaints).toMatch(
      /^faultlog: recording; provoke the problem, then press Ctrl-C\nfaultlog: saving\nfaultlog: 66 lines of trace\nfaultlog: faultlog-intel-\d{8}T\d{6}Z\.tar\.gz is ready; .*\nfaultlog: faultlog check faultlog-intel-.*\.tar\.gz\n$/,
    );
    // Two lines of the recipe stand above the trace's own.
    const same = join(dirname(recorded.archive ?? ''), 'trace.txt');
    writeFileSync(same, `#\n#\n${TRACE}`);
    const found = withoutPaths(await check(recorded.archive ?? '', '--quiet'));
    expect(found).toMatch(/^trace\.txt:31:1: error FL102 /);
    expect(found).toBe(withoutPaths(await check(same, '--quiet')));
    expect(memberOf(recorded.archive, 'trace.txt').split('\n').slice(0, 3)).toEqual([
      '# faultlog recipe intel',
      '# clock: perf',
      '# tracer: nop',
    ]);
    expect(memberOf(recorded.archive, 'dmesg.txt')).toBe(kernel.dmesg);
    expect(memberOf(recorded.archive, 'formats.txt')).toContain('# name: intel_iommu/prq_report\n');
    for (const line of `${memberOf(recorded.archive, 'about.txt')}${memberOf(recorded.archive, 'formats.txt')}`
      .trim()
      .split('\n')) {
      expect(line.startsWith('#')).toBe(true);
    }
    const defined = recorded.definitions.filter((line) => !line.startsWith('-:'));
    expect(defined.length).toBe(4);
    expect(recorded.definitions.slice(defined.length)).toEqual(
      defined.map((line) => `-:${/:(\S+)/.exec(line)?.[1] ?? ''}`),
    );
    expect(recorded.setting('tracing_on')).toBe('0');
    expect(recorded.setting('events/faultlog/report_fault/enable')).toBe('0');
  });

  test('says which clock it took, and check shows it', async () => {
    const { archive } = await record('intel', kernel);
    const session = sampleSession({ args: ['check', '--format', 'json', archive ?? ''] });
    await run(session);
    const { inputs } = JSON.parse(session.printed());
    expect(inputs.map(({ clock, framing }: { clock?: string; framing: string }) => [framing, clock])).toEqual([
      ['ftrace', 'perf'],
      ['dmesg', undefined],
    ]);
  });

  test('only queue descriptors that matter are recorded', async () => {
    const recorded = await record('intel', kernel);
    expect(memberOf(recorded.archive, 'about.txt')).toContain('# event intel_iommu/qi_submit if qw0 & 0xc\n');
  });

  test('without instances it uses the common buffer, and restores its clock, size and state', async () => {
    const recorded = await record('intel', { ...kernel, hasInstances: false });
    expect(recorded.code).toBe(0);
    expect(recorded.setting('trace_clock')).toBe('local');
    expect(recorded.setting('buffer_size_kb')).toBe('7');
    expect(recorded.setting('tracing_on')).toBe('1');
    expect(memberOf(recorded.archive, 'about.txt')).toContain('# buffer: the one that all share (no instances here)\n');
  });

  test('ends by itself after the seconds that it is given', async () => {
    const recorded = await record('intel', kernel, { args: ['1'] });
    expect(recorded.code).toBe(0);
    expect(recorded.complaints).toContain('recording for 1 s; Ctrl-C stops earlier\n');
    expect(recorded.archive).toMatch(/tar\.gz$/);
  });

  test('an old kernel without the clock perf', async () => {
    const recorded = await record('intel', { ...kernel, clocks: '[local] counter uptime' });
    expect(recorded.complaints).toContain('neither the clock perf nor global');
    expect(memberOf(recorded.archive, 'trace.txt')).toContain('# clock: local\n');
  });

  test('removes what a killed run left, before it defines its own', async () => {
    const { definitions } = await record('intel', {
      ...kernel,
      leftovers: 'p:faultlog/old iommu_page_response\np:mine/other x\n',
    });
    expect(definitions.slice(0, 4).map((line) => line.split(' ')[0])).toEqual([
      'p:faultlog/old',
      'p:mine/other',
      '-:faultlog/old',
      'p:faultlog/page_response',
    ]);
  });

  test('a kernel that refuses probes records its events', async () => {
    const recorded = await record('intel', { ...kernel, refusesProbes: true });
    expect(recorded.code).toBe(0);
    expect(memberOf(recorded.archive, 'about.txt')).toContain(
      '# no probe on iommu_report_device_fault: the kernel takes none of its definitions\n',
    );
  });

  test('a recording in which nothing happened', async () => {
    const recorded = await record('intel', kernel, { trace: '# tracer: nop\n' });
    expect(recorded.complaints).toContain('faultlog: 0 lines of trace\nfaultlog: nothing happened while it recorded');
  });
});

describe('it gives up, with a reason', () => {
  test.each<[string, FakeKernel, string[], string]>([
    [
      'who is not root',
      { functions: [], isRoot: false },
      [],
      'faultlog: only root may trace the kernel\nfaultlog: Run it with sudo, or as root.\n',
    ],
    [
      'a locked kernel',
      { functions: [], lockdown: 'none integrity [confidentiality]\n' },
      [],
      'faultlog: the kernel is locked down (confidentiality) and lets nobody trace it\nfaultlog: Start it with lockdown=integrity or none, or record with dmesg alone: dmesg | faultlog check -\n',
    ],
    [
      'a wrong number',
      { functions: [] },
      ['soon'],
      "faultlog: 'soon' is no number of seconds\nfaultlog: Usage: sh SCRIPT [SECONDS]; without SECONDS until Ctrl-C.\n",
    ],
    [
      'no event and no function',
      { functions: [] },
      [],
      'faultlog: the kernel shows no functions of an IOMMU (no kallsyms?): no probes, events only\n' +
        'faultlog: nothing to record: the kernel has none of the events and functions of intel\n' +
        'faultlog: Is it the right recipe? faultlog recipe lists them. dmesg | faultlog check - reads what the kernel log has.\n',
    ],
  ])('%s', async (_, kernel, args, complaint) => {
    const recorded = await record('intel', kernel, { args });
    expect(recorded).toMatchObject({ code: 2, complaints: complaint, archive: undefined });
  });

  test('no tracefs', async () => {
    const { code, complaints } = await record('intel', { functions: [], hasTracefs: false });
    expect(code).toBe(2);
    expect(complaints).toMatch(
      /^faultlog: there is no tracefs at \S+\nfaultlog: Is the kernel built with CONFIG_TRACING\?/,
    );
  });
});

describe('the command', () => {
  test('prints the script', async () => {
    const session = sampleSession({ args: ['recipe', 'amd'] });
    expect(await run(session)).toBe(0);
    expect(session.printed()).toBe(script('amd'));
  });

  test('takes every recipe by its name', () => {
    expect(RECIPES.map(({ name }) => name)).toEqual([...RECIPE_NAMES]);
  });

  test('lists the recipes', async () => {
    const session = sampleSession({ args: ['recipe'] });
    await run(session);
    expect(
      session
        .printed()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual([...RECIPES.map(({ name }) => name), '']);
  });

  test('suggests a name', async () => {
    const session = sampleSession({ args: ['recipe', 'arm-smmuv3'] });
    expect(await run(session)).toBe(2);
    expect(session.complained()).toBe(
      'faultlog: recipe arm-smmuv3: unknown value\n          Did you mean arm-smmu-v3? Choose intel, amd, arm-smmu-v3, core or guest.\n',
    );
  });
});
