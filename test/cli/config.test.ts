import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { run } from '../../src/cli/run.ts';
import type { Session } from '../../src/cli/session.ts';
import { type Result, resultSchema } from '../../src/model/result.ts';
import { ROOT } from '../readme-blocks.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
const CONFIG = path('faultlog.config.json');

const fixture = (name: string) => readFileSync(join(ROOT, 'fixtures/pri', name), 'utf8');
const twice = fixture('pri-intel-handler-7.2.13/h02-answered-twice.txt');
writeFileSync(path('twice.txt'), twice);
writeFileSync(path('orderly.txt'), fixture('pri-intel-sva-7.2.13/a01-normal-groups.txt'));
writeFileSync(path('owners.csv'), 'requester,pasid,owner\n01:00.0,1,vm3\n');

function configure(config: object, name = 'faultlog.config.json'): void {
  writeFileSync(path(name), JSON.stringify(config));
}

async function faultlog(args: readonly string[], parts: Partial<Session> = {}) {
  const session = sampleSession({ args, cwd: folder, ...parts });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}

async function check(config: object, ...args: string[]): Promise<{ code: number; result: Result }> {
  configure(config);
  const { code, printed } = await faultlog(['check', '--format', 'json', ...args]);
  return { code, result: resultSchema.parse(JSON.parse(printed)) };
}

describe('each member has its effect', () => {
  test('$schema is for editors', async () => {
    const { code } = await check({ $schema: './node_modules/faultlog/dist/schema/config.json' }, 'twice.txt');
    expect(code).toBe(1);
  });

  test('thresholds', async () => {
    const thresholds = { timeout: '2s', slow: '5ms', mergeWindow: '3ms', storm: 7 };
    const { result } = await check({ thresholds }, 'twice.txt');
    expect(result.limits).toEqual({ timeoutNs: 2e9, slowNs: 5e6, mergeWindowNs: 3e6, stormPerSecond: 7 });
    expect(result.counts.byRule.FL501).toBeGreaterThan(0);
  });

  test('severity', async () => {
    const { code, result } = await check({ severity: { FL102: 'note', FL204: 'off' } }, 'twice.txt');
    expect(code).toBe(0);
    expect(result.findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual([
      'FL102 note',
      'FL102 note',
      'FL102 note',
    ]);
    expect(result.ignored).toEqual({ FL204: 1 });
  });

  test('ignore by rule, device and PASID', async () => {
    const reason = 'known';
    const ignored = async (matcher: object) => {
      const { result } = await check({ ignore: [{ ...matcher, reason }] }, 'twice.txt');
      return result.ignored;
    };
    expect(await ignored({ rule: 'FL204' })).toEqual({ FL204: 1 });
    expect(await ignored({ device: '01:00.0' })).toEqual({ FL102: 3, FL204: 1 });
    expect(await ignored({ device: '02:00.0' })).toBeUndefined();
    expect(await ignored({ pasid: 2 })).toEqual({ FL204: 1 });
  });

  test('tolerate', async () => {
    const tolerate = (max: number, per: string) => check({ tolerate: [{ rule: 'FL102', max, per }] }, 'twice.txt');
    expect((await tolerate(3, 'capture')).code).toBe(0);
    expect((await tolerate(2, 'capture')).code).toBe(1);
    expect((await tolerate(2, '1s')).code).toBe(1);
    expect((await tolerate(2, '50ms')).code).toBe(0);
    expect((await tolerate(2, '50ms')).result.findings).toHaveLength(4);
  });

  test('inputs, with lanes, relative to the file; arguments replace them', async () => {
    const inputs = [{ path: 'twice.txt' }, { path: 'orderly.txt', lane: 'guest:vm3' }];
    configure({ inputs });
    mkdirSync(path('deep'), { recursive: true });
    const { printed } = await faultlog(['check', '--format', 'json'], { cwd: path('deep') });
    expect(
      resultSchema.parse(JSON.parse(printed)).inputs.map(({ path: name, lane, laneName }) => [name, lane, laneName]),
    ).toEqual([
      [path('twice.txt'), 'host', undefined],
      [path('orderly.txt'), 'guest', 'vm3'],
    ]);
    expect((await check({ inputs }, 'orderly.txt')).result.inputs).toHaveLength(1);
  });

  test('lanes by file name', async () => {
    const { result } = await check({ lanes: { 'ord*.txt': 'guest:vm4' } }, 'twice.txt', 'orderly.txt');
    expect(result.inputs.map(({ lane, laneName }) => [lane, laneName])).toEqual([
      ['host', undefined],
      ['guest', 'vm4'],
    ]);
  });

  test('offsets', async () => {
    const { result } = await check({ offsets: { guest: 1.5 } }, 'twice.txt', 'guest=orderly.txt');
    expect(result.clocks).toEqual([{ lane: 'guest', source: 'stated', lowNs: 1.5e9, highNs: 1.5e9 }]);
  });

  test('owners, as a file beside it or as rows', async () => {
    const owner = async (owners: unknown) => (await check({ owners }, 'twice.txt')).result.findings[0]?.owner;
    expect(await owner('owners.csv')).toBe('vm3');
    expect(await owner([{ requester: '01:00.0', pasid: 1, owner: 'vm4' }])).toBe('vm4');
  });

  test('tables of other tools', async () => {
    writeFileSync(path('table.csv'), 'When,What,BDF,P,G,LPIG\n1.5,PRQ,0000:01:00.0,1,2,1\n');
    const columns = { time: 'When', kind: 'What', device: 'BDF', pasid: 'P', prgi: 'G', last: 'LPIG' };
    const values = { kind: { PRQ: 'page-request' } };
    const { result } = await check({ tables: [{ columns, values }] }, 'table.csv');
    expect(result.counts.events).toEqual({ 'page-request': 1 });
  });

  test('kprobes of another name', async () => {
    const renamed = twice.replaceAll(/group_response: \(iopf_group_response\S*\)/g, 'my_probe: (ffffffff81234567)');
    writeFileSync(path('probe.txt'), renamed);
    const eventsOf = async (config: object) => (await check(config, 'probe.txt')).result.inputs[0]?.dialects;
    const known = (await check({}, 'twice.txt')).result.inputs[0]?.dialects;
    expect(await eventsOf({})).not.toEqual(known);
    expect(await eventsOf({ kprobes: { my_probe: 'iopf_group_response' } })).toEqual(known);
  });

  test('a package.json is one too', async () => {
    rmSync(CONFIG, { force: true });
    writeFileSync(path('package.json'), JSON.stringify({ name: 'x', faultlog: { severity: { FL102: 'warning' } } }));
    expect((await faultlog(['check', 'twice.txt'])).code).toBe(0);
    rmSync(path('package.json'));
  });
});

describe('what does not fit', () => {
  test.each([
    [{ severity: { FL999: 'note' } }, 'severity: there is no rule FL999', 'Did you mean FL'],
    [{ ignore: [{ rule: 'FL210', reason: 'x' }] }, 'ignore.0.rule: there is no rule FL210', 'Did you mean FL201? '],
    [
      { tolerate: [{ rule: 'FL110', max: 1, per: '1h' }] },
      'tolerate.0.rule: there is no rule FL110',
      'Did you mean FL101? ',
    ],
  ])('%j', async (config, message, hint) => {
    configure(config);
    const { code, printed, complained } = await faultlog(['check', 'twice.txt']);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained.startsWith(`faultlog: ${CONFIG}: ${message}\n          ${hint}`)).toBe(true);
    expect(complained.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('--print-config', () => {
  const printed = z.strictObject({
    config: z.exactOptional(z.string()),
    values: z.array(
      z.strictObject({
        name: z.string(),
        value: z.unknown(),
        from: z.enum(['option', 'config', 'environment', 'default']),
        source: z.exactOptional(z.string()),
      }),
    ),
  });
  const printConfig = async (args: readonly string[], env: Record<string, string> = {}) => {
    const {
      code,
      printed: text,
      complained,
    } = await faultlog(['check', '--print-config', '--format', 'json', ...args], { env });
    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    const { config, values } = printed.parse(JSON.parse(text));
    return { config, values: new Map(values.map(({ name, value, from, source }) => [name, [value, from, source]])) };
  };

  test('every value and where it comes from', async () => {
    configure({
      thresholds: { timeout: '2s', slow: '1s' },
      severity: { FL306: 'note' },
      ignore: [{ rule: 'FL401', reason: 'known' }],
      inputs: [{ path: 'twice.txt' }],
      owners: 'owners.csv',
      offsets: { guest: 1, vmm: 2 },
      baseline: 'b.json',
    });
    const args = [
      '--slow',
      '5ms',
      '--fail-on',
      'warning',
      '--offset',
      'guest=3',
      '--baseline',
      'other.json',
      'missing.txt',
    ];
    const { config, values } = await printConfig(args, {
      FORCE_COLOR: '1',
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: '/s.md',
    });
    expect(config).toBe(CONFIG);
    expect(Object.fromEntries(values)).toEqual({
      'thresholds.timeout': ['2 s', 'config', CONFIG],
      'thresholds.slow': ['5 ms', 'option', '--slow'],
      'thresholds.mergeWindow': ['1 s', 'default', undefined],
      'thresholds.storm': [1000, 'default', undefined],
      failOn: ['warning', 'option', '--fail-on'],
      failOnPossible: [false, 'default', undefined],
      exitZero: [false, 'default', undefined],
      strictCoverage: [false, 'default', undefined],
      maxUnread: [0, 'default', undefined],
      errorOnEmpty: [false, 'default', undefined],
      errorOnStale: [false, 'default', undefined],
      inputs: [['missing.txt'], 'option', 'arguments'],
      'severity.FL306': ['note', 'config', CONFIG],
      'ignore.0': [{ rule: 'FL401', reason: 'known' }, 'config', CONFIG],
      owners: ['owners.csv', 'config', CONFIG],
      'offsets.vmm': [2, 'config', CONFIG],
      'offsets.guest': [3, 'option', '--offset'],
      baseline: ['other.json', 'option', '--baseline'],
      color: [true, 'environment', 'FORCE_COLOR'],
      format: ['github', 'environment', 'GITHUB_ACTIONS'],
      jobSummary: ['/s.md', 'environment', 'GITHUB_STEP_SUMMARY'],
    });
  });

  test('text, and no configuration', async () => {
    configure({ thresholds: { storm: 5 } });
    const { printed: text } = await faultlog(['check', '--print-config']);
    expect(text).toMatch(new RegExp(`^config ${CONFIG}\\nthresholds\\.timeout +10 s +default\\n`));
    expect(text).toMatch(/^thresholds\.storm +5 +config$/m);
    expect((await faultlog(['check', '--print-config', '--no-config'])).printed).toMatch(/^no configuration file\n/);
    const refused = await faultlog(['check', '--print-config', '--format', 'sarif']);
    expect(refused).toMatchObject({ code: 2, printed: '' });
    expect(refused.complained).toMatch(/^faultlog: --print-config prints text or json, once\n/);
  });
});
