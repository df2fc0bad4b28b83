import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { run } from '../../src/cli/run.ts';
import type { Session } from '../../src/cli/session.ts';
import { eventRowSchema } from '../../src/model/event-schema.ts';
import { groupRowSchema } from '../../src/model/group.ts';
import { resultSchema } from '../../src/model/result.ts';
import { checkRecordSchema } from '../../src/report/jsonl-schema.ts';
import { ROOT } from '../readme-blocks.ts';
import { sampleSession } from './sample-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HANDLER = join(ROOT, 'fixtures/pri/pri-intel-handler-7.2.13');
const twice = readFileSync(join(HANDLER, 'h02-answered-twice.txt'), 'utf8');
const orderly = readFileSync(join(ROOT, 'fixtures/pri/pri-intel-sva-7.2.13/a01-normal-groups.txt'), 'utf8');
writeFileSync(join(folder, 'twice.txt'), twice);
writeFileSync(join(folder, 'orderly.txt'), orderly);
writeFileSync(join(folder, 'empty.txt'), '');
writeFileSync(join(folder, 'notes.txt'), 'remember the milk\nand the bread\n');
writeFileSync(
  join(folder, 'noise.bin'),
  Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * at * 31 + at * 7) & 0xff)),
);
writeFileSync(join(folder, 'double.csv'), 'requester,pasid,owner,pasid\n01:00.0,1,vm3,1\n');
writeFileSync(join(folder, 'short.csv'), 'requester,pasid\n01:00.0,1\n');
mkdirSync(join(folder, 'logs'));

async function faultlog(args: readonly string[], parts: Partial<Session> & { input?: string | Buffer } = {}) {
  const session = sampleSession({ args, cwd: folder, ...parts });
  const code = await run(session);
  return { code, printed: session.printed(), complained: session.complained() };
}

describe('check', () => {
  test('a healthy capture: 0, and nothing on standard error', async () => {
    const { code, printed, complained } = await faultlog(['check', 'orderly.txt']);
    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(printed).toMatch(/^No error in \d+ page-request groups/);
    expect(printed).toMatch(/^input {5}orderly.txt: lane host, ftrace, /m);
    expect(printed).toMatch(/^limits {4}timeout 10 s, slow 100 ms, merge window 1 s, storm 1000\/s$/m);
    expect(printed).toMatch(/^version {3}faultlog /m);
  });

  test('answers that come twice: 1 in every format', async () => {
    for (const format of ['text', 'concise', 'json', 'jsonl']) {
      const { code, printed } = await faultlog(['check', '--format', format, 'twice.txt']);
      expect(code).toBe(1);
      expect(printed).toContain('FL102');
    }
  });

  test('JSON and JSONL fit their schemas', async () => {
    const json = await faultlog(['check', '--format', 'json', 'twice.txt']);
    const result = resultSchema.parse(JSON.parse(json.printed));
    expect(result.inputs[0]).toMatchObject({ path: 'twice.txt', lane: 'host', bytes: Buffer.byteLength(twice) });
    const jsonl = await faultlog(['check', '--format', 'jsonl', 'twice.txt']);
    const records = jsonl.printed
      .trimEnd()
      .split('\n')
      .map((line) => checkRecordSchema.parse(JSON.parse(line)));
    expect(records.at(0)?.type).toBe('input');
    expect(records.at(-1)?.type).toBe('summary');
    expect(records.filter(({ type }) => type === 'finding')).toHaveLength(result.findings.length);
  });

  test('several formats: files are complete, nothing is left beside them', async () => {
    const out = join(folder, 'out');
    mkdirSync(out);
    const { code, printed } = await faultlog([
      'check',
      '-f',
      'json=out/r.json',
      '-f',
      'text',
      '-f',
      'concise=out/c',
      'twice.txt',
    ]);
    expect(code).toBe(1);
    expect(printed).toMatch(/^3 errors, 1 warning in 5 page-request groups\n/);
    resultSchema.parse(JSON.parse(readFileSync(join(out, 'r.json'), 'utf8')));
    expect(readFileSync(join(out, 'c'), 'utf8')).toMatch(/^twice.txt:\d+:1: error FL102 /);
    expect(readdirSync(out).sort()).toEqual(['c', 'r.json']);
  });

  test('standard input and gzip give what the file gives', async () => {
    const sameAs = async (input: string | Buffer) => {
      const { code, printed } = await faultlog(['check', '--format', 'json', '-'], { input });
      const { inputs, ...rest } = resultSchema.parse(JSON.parse(printed));
      return { code, inputs: inputs.map(({ path: _, ...input }) => input), ...rest };
    };
    const file = await faultlog(['check', '--format', 'json', 'twice.txt']);
    const { inputs, ...rest } = resultSchema.parse(JSON.parse(file.printed));
    const expected = { code: 1, inputs: inputs.map(({ path: _, ...input }) => input), ...rest };
    expect(await sameAs(twice)).toEqual(expected);
    expect(await sameAs(gzipSync(twice))).toEqual(expected);
  });

  test('findings that display filters leave out are counted, with the filter', async () => {
    for (const format of ['text', 'markdown']) {
      const { code, printed } = await faultlog([
        'check',
        '--format',
        format,
        '--pasid',
        '7',
        '--to',
        '99',
        'twice.txt',
      ]);
      expect(code).toBe(1);
      expect(printed).toContain(
        '… 4 findings not shown: only those of PASID 7, to 99 s are; verdict, counts and coverage are of all\n',
      );
      expect((await faultlog(['check', '--format', format, 'twice.txt'])).printed).not.toContain('not shown');
    }
  });

  test.each(['check', 'events', 'groups', 'stats', 'ladder', 'report', 'export'])(
    '%s: a range that ends before it begins',
    async (command) => {
      const { code, printed, complained } = await faultlog([command, '--from', '20', '--to', '10', 'twice.txt']);
      expect([code, printed]).toEqual([2, '']);
      expect(complained).toBe('faultlog: --from 20 --to 10: the end is before the beginning\n          Swap them.\n');
    },
  );

  test.each([
    [['explain', 'FL201', 'FL202'], /^faultlog: too many arguments for 'explain'/],
    [['diff', 'twice.txt', 'twice.txt', 'orderly.txt'], /^faultlog: too many arguments for 'diff'/],
    [['fleet', 'status', 'a', 'b'], /^faultlog: too many arguments for 'status'/],
    [['explain', '201'], /Did you mean FL201\?/],
    [
      ['fleet'],
      /^faultlog: fleet is not enough: it has commands of its own\n {10}faultlog fleet --help lists them\.\n$/,
    ],
  ])('%j is refused', async (args, expected) => {
    const { code, printed, complained } = await faultlog(args);
    expect([code, printed]).toEqual([2, '']);
    expect(complained).toMatch(expected);
  });

  test('display filters change what is shown, not the code', async () => {
    const all = await faultlog(['check', '-f', 'concise', 'twice.txt']);
    const none = await faultlog(['check', '-f', 'concise', '--device', '0000:77:00.0', 'twice.txt']);
    const one = await faultlog(['check', '-f', 'concise', '--device', '01:00.0', '--pasid', '1', 'twice.txt']);
    const later = await faultlog(['check', '-f', 'concise', '--from', '15.2', 'twice.txt']);
    expect([all.code, none.code, one.code, later.code]).toEqual([1, 1, 1, 1]);
    expect(none.printed).toBe('');
    expect(one.printed).toContain('FL102');
    expect(later.printed.split('\n').length).toBeLessThan(all.printed.split('\n').length);
  });

  test.each([
    [
      ['missing.txt'],
      'faultlog: missing.txt: there is no such file\n          Check the path; - reads standard input.\n',
    ],
    [['logs'], 'faultlog: logs is a directory\n          Name the files in it: faultlog check logs/*\n'],
    [['noise.bin'], /^faultlog: noise.bin is a binary file that faultlog does not know\n {10}Give the text /],
    [[], /^faultlog: no input is named\n {10}Name a trace/],
    [['twice.txt', 'twice.txt'], /^faultlog: twice.txt is given twice\n/],
    [['guest=twice.txt', 'twice.txt'], /^faultlog: twice.txt is given twice\n/],
    [['./twice.txt', 'twice.txt'], /^faultlog: twice.txt is given twice\n/],
    [
      ['guest:vm1=twice.txt', 'guest=orderly.txt'],
      /^faultlog: the labels guest= \(orderly.txt\) and guest:vm1= \(twice.txt\) overlap\n {10}Name both guests/,
    ],
    [['--offset', '1.25', 'twice.txt'], /^faultlog: --offset 1.25: not an offset\n {10}Give LANE=±seconds/],
    [['--offset', '=1.25', 'twice.txt'], /^faultlog: --offset =1.25: not an offset\n/],
    [['--offset', 'guest=1.25', 'twice.txt'], /^faultlog: --offset guest: no input has this lane\n {10}Label one: /],
    [['--offset', 'host=1.25', 'twice.txt'], /^faultlog: --offset host: the other lanes are set against the host\n/],
    [
      ['--offset', 'guest=1', '--offset', 'guest=2', 'twice.txt', 'guest=orderly.txt'],
      /^faultlog: --offset guest: stated twice\n/,
    ],
    [['--owners', 'double.csv', 'twice.txt'], /^faultlog: double.csv: the column 'pasid' is there twice\n/],
    [['--owners', 'short.csv', 'twice.txt'], /^faultlog: short.csv: the column 'owner' is missing\n/],
    [['gest=twice.txt'], /^faultlog: unknown lane 'gest'.*\n {10}Did you mean guest=\?/],
    [['--timeout', '10', 'twice.txt'], /^faultlog: --timeout 10: not a duration\n/],
    [['--timeot', '10s', 'twice.txt'], /^faultlog: unknown option '--timeot'\n {10}Did you mean --timeout\? /],
    [['--fail-on', 'warn', 'twice.txt'], /^faultlog: --fail-on warn: unknown value\n {10}Did you mean warning\? /],
    [
      ['-f', 'text', '-f', 'json', 'twice.txt'],
      /^faultlog: --format text and --format json both want standard output\n/,
    ],
    [
      ['--framing', 'ftrac', 'twice.txt'],
      /^faultlog: --framing ftrac: there is none of this name\n {10}Did you mean ftrace\? /,
    ],
    [['--config', 'none.json', 'twice.txt'], /^faultlog: none.json: there is no such file\n/],
    [
      ['--owners', 'none.csv', 'twice.txt'],
      /^faultlog: none.csv: there is no such file\n {10}Check the path of the owners file\.\n$/,
    ],
    [
      ['-f', 'json=./twice.txt', 'twice.txt'],
      'faultlog: --format json=./twice.txt would replace the input\n          Name another file.\n',
    ],
    [['-f', 'json=no/such/folder.json', 'twice.txt'], /^faultlog: no\/such\/folder.json: its folder does not exist\n/],
  ])('check %j: two lines and 2', async (args, expected) => {
    const { code, printed, complained } = await faultlog(['check', ...args]);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained).toMatch(expected);
    expect(complained.trimEnd().split('\n')).toHaveLength(2);
  });

  test.skipIf(process.getuid?.() === 0)('a file without permission (root has it): two lines and 2', async () => {
    writeFileSync(join(folder, 'secret.txt'), twice);
    chmodSync(join(folder, 'secret.txt'), 0);
    const { code, complained } = await faultlog(['check', 'secret.txt']);
    expect(code).toBe(2);
    expect(complained).toMatch(/^faultlog: secret.txt: no permission to read it\n/);
  });

  test('one unreadable input among several: the others are reported, and 2', async () => {
    const { code, printed, complained } = await faultlog([
      'check',
      '-f',
      'json',
      'missing.txt',
      'twice.txt',
      '--exit-zero',
    ]);
    expect(code).toBe(2);
    expect(complained).toBe(
      'faultlog: missing.txt: there is no such file\n          Check the path; - reads standard input.\n',
    );
    const { inputs, findings } = resultSchema.parse(JSON.parse(printed));
    expect(inputs.map(({ path, error }) => [path, error !== undefined])).toEqual([
      ['missing.txt', true],
      ['twice.txt', false],
    ]);
    expect(findings.filter(({ id }) => id === 'FL102')).toHaveLength(3);
    expect(findings[0]?.evidence[0]?.input).toBe(1);
  });

  test('a drawing that is broken: its place, and 2', async () => {
    writeFileSync(join(folder, 'broken.ladder'), '# Dev Host Guest\n1 PR1 G1 P1 -> nonsense\n');
    const { code, printed, complained } = await faultlog(['check', 'broken.ladder']);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained).toMatch(/^faultlog: broken.ladder:2:\d+: /);
  });

  test.each([
    ['1 PR1 G1 P1  -       M1 PR1 G1', /^faultlog: arrow.ladder:2:14: this arrow has no head/],
    ['1 PR1 G1 P1  --.\n2               \\\n3 ', /^faultlog: arrow.ladder:3:17: this arrow breaks off here/],
  ])('an arrow that is broken: where, and 2: %j', async (rows, expected) => {
    writeFileSync(join(folder, 'arrow.ladder'), `# Dev         Host        Guest\n${rows}\n`);
    const { code, printed, complained } = await faultlog(['check', 'arrow.ladder']);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained).toMatch(expected);
  });

  test('a cut gzip: what is in it is reported, and 2', async () => {
    writeFileSync(join(folder, 'cut.gz'), gzipSync(twice.repeat(3)).subarray(0, -9));
    const { code, printed, complained } = await faultlog(['check', 'cut.gz']);
    expect(code).toBe(2);
    expect(printed).toContain('; not everything could be read');
    expect(complained).toMatch(/^faultlog: cut.gz: the gzip data is cut or damaged /);
  });

  test('an empty file, and text without an IOMMU line: 0 with a warning, 2 with --error-on-empty', async () => {
    const empty = await faultlog(['check', 'empty.txt']);
    expect(empty.code).toBe(0);
    expect(empty.complained).toMatch(/^faultlog: warning: empty.txt is empty\n {10}Record the events/);
    const notes = await faultlog(['check', 'notes.txt']);
    expect(notes.code).toBe(0);
    expect(notes.complained).toMatch(/^faultlog: warning: notes.txt has no IOMMU event: it looks like .*2 lines/);
    expect(notes.printed).toMatch(/^Nothing to judge/);
    writeFileSync(join(folder, 'raw.txt'), '67 2 43318280808 type: 349\n'.repeat(3));
    expect((await faultlog(['check', 'raw.txt'])).complained).toMatch(
      /has no IOMMU event: its events have no fields: .*\n {10}Print .*: echo noraw nohex nobin >trace_options\n$/,
    );
    expect((await faultlog(['check', '--error-on-empty', 'notes.txt'])).code).toBe(2);
    expect((await faultlog(['check', '--error-on-empty', 'empty.txt'])).code).toBe(2);
    const quiet = await faultlog(['check', '--quiet', 'notes.txt']);
    expect(quiet).toMatchObject({ code: 0, complained: '' });
  });

  test('a configuration is found upward, and changes limits, severities and codes', async () => {
    const project = join(folder, 'project', 'deep');
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, 'twice.txt'), twice);
    const config = { thresholds: { timeout: '2s' }, severity: { FL102: 'warning' } };
    writeFileSync(join(folder, 'project', 'faultlog.config.json'), JSON.stringify(config));
    const found = await faultlog(['check', 'twice.txt'], { cwd: project });
    expect(found.code).toBe(0);
    expect(found.printed).toContain('limits    timeout 2 s,');
    expect(found.printed).toContain('warning FL102');
    const none = await faultlog(['check', '--no-config', 'twice.txt'], { cwd: project });
    expect(none.code).toBe(1);
    const option = await faultlog(['check', '--timeout', '3s', 'twice.txt'], { cwd: project });
    expect(option.printed).toContain('limits    timeout 3 s,');
  });

  test('tolerate and ignore of the configuration', async () => {
    const write = (config: object) => writeFileSync(join(folder, 'own.json'), JSON.stringify(config));
    const check = () => faultlog(['check', '--config', 'own.json', '-f', 'concise', 'twice.txt']);
    write({ tolerate: [{ rule: 'FL102', max: 3, per: 'capture' }] });
    const tolerated = await check();
    expect(tolerated.code).toBe(0);
    expect(tolerated.printed.match(/FL102/g)).toHaveLength(3);
    write({ ignore: [{ rule: 'FL102', reason: 'known' }] });
    const ignored = await check();
    expect(ignored.code).toBe(0);
    expect(ignored.printed).not.toContain('FL102');
    write({ ignore: [{ rule: 'FL102', reason: 'known', expires: '2026-01-01' }] });
    const expired = await check();
    expect(expired.code).toBe(1);
    expect(expired.complained).toMatch(/^faultlog: warning: ignoring FL102 \(known\) expired on 2026-01-01\n/);
  });

  test('an owners file names the owner of a finding', async () => {
    writeFileSync(join(folder, 'owners.csv'), 'requester,pasid,owner\n01:00.0,1,vm3\n');
    const { printed } = await faultlog(['check', '--owners', 'owners.csv', '-f', 'concise', 'twice.txt']);
    expect(printed).toContain('0000:01:00.0 PASID 1 PRGI 1 (vm3): ');
  });
});

describe('events and groups', () => {
  test('events as JSONL fit the schema; CSV and text have a line each', async () => {
    const jsonl = await faultlog(['events', '-f', 'jsonl', 'twice.txt']);
    const rows = jsonl.printed
      .trimEnd()
      .split('\n')
      .map((line) => eventRowSchema.parse(JSON.parse(line)));
    expect(rows.filter(({ kind, dialect }) => kind === 'page-request' && dialect === 'intel-prq-report')).toHaveLength(
      5,
    );
    const csv = await faultlog(['events', '-f', 'csv', 'twice.txt']);
    expect(csv.printed.trimEnd().split('\n')).toHaveLength(rows.length + 1);
    expect(csv.printed).toMatch(/^kind,input,line,offset,time,cpu,task,pid,lane,/);
    const text = await faultlog(['events', 'twice.txt']);
    expect(text.printed.trimEnd().split('\n')).toHaveLength(rows.length);
  });

  test('an event says where it stands, in bytes and in lines', async () => {
    const { printed } = await faultlog(['events', '-f', 'jsonl', 'twice.txt']);
    const lines = twice.split('\n');
    for (const line of printed.trimEnd().split('\n')) {
      const row = eventRowSchema.parse(JSON.parse(line));
      const before = lines.slice(0, row.line - 1).join('\n');
      expect(row.offset).toBe(row.line === 1 ? 0 : Buffer.byteLength(before) + 1);
    }
  });

  test('groups in the order of their first requests, in all formats', async () => {
    const jsonl = await faultlog(['groups', '-f', 'jsonl', 'twice.txt']);
    const rows = jsonl.printed
      .trimEnd()
      .split('\n')
      .map((line) => groupRowSchema.parse(JSON.parse(line)));
    expect(rows.map(({ pasid, prgi, instance, state }) => `${pasid}/${prgi}#${instance} ${state}`)).toEqual([
      '1/1#1 answered',
      '1/2#1 answered',
      '2/1#1 answered',
      '1/3#1 answered',
      '1/3#2 answered',
    ]);
    const csv = await faultlog(['groups', '-f', 'csv', 'twice.txt']);
    expect(csv.printed.trimEnd().split('\n')).toHaveLength(6);
    const text = await faultlog(['groups', '--pasid', '2', 'twice.txt']);
    expect(text.printed.trimEnd().split('\n')).toHaveLength(1);
    expect(text.printed).toMatch(/0000:01:00.0 +PASID 2 +PRGI 1 #1 .*answered .*success/);
  });

  test.each([
    ['check', 'json'],
    ['check', 'jsonl'],
    ['stats', 'json'],
  ])('what %s --format %s made is no capture', async (command, format) => {
    await faultlog([command, '--format', `${format}=made.${format}`, 'twice.txt']);
    const { code, printed, complained } = await faultlog(['check', `made.${format}`]);
    expect([code, printed]).toEqual([2, '']);
    expect(complained).toBe(
      `faultlog: made.${format} is JSON that faultlog made, no capture\n` +
        '          Give the capture that it was made of; faultlog diff compares results of check.\n',
    );
  });

  test('an input that cannot be read: 2', async () => {
    for (const command of ['events', 'groups']) {
      expect(await faultlog([command, 'missing.txt'])).toMatchObject({ code: 2, printed: '' });
      const { code, printed } = await faultlog([command, 'missing.txt', 'twice.txt']);
      expect(code).toBe(2);
      expect(printed.split('\n').length).toBeGreaterThan(5);
    }
  });
});

describe('documentation', () => {
  test('explain by id and by name, in all formats', async () => {
    const byId = await faultlog(['explain', 'FL201']);
    const byName = await faultlog(['explain', 'crossed-response']);
    expect(byId).toMatchObject({ code: 0, complained: '' });
    expect(byName.printed).toBe(byId.printed);
    for (const title of ['What it finds', 'Why it matters', 'What can mislead', 'Example', 'References']) {
      expect(byId.printed).toContain(`\n${title}\n`);
    }
    const json = await faultlog(['explain', 'fl201', '-f', 'json']);
    expect(JSON.parse(json.printed)).toMatchObject({ id: 'FL201', name: 'crossed-response', severity: 'error' });
    expect((await faultlog(['explain', 'FL201', '-f', 'markdown'])).printed).toMatch(/^# FL201 crossed-response\n/);
  });

  test('rules lists all, in the order of their ids', async () => {
    const { printed } = await faultlog(['rules', '-f', 'json']);
    const ids: string[] = JSON.parse(printed).map((rule: { id: string }) => rule.id);
    expect(ids).toEqual(ids.toSorted());
    expect(ids).toContain('FL101');
    expect(ids).toContain('FL904');
    const text = await faultlog(['rules']);
    expect(text.printed.match(/^FL\d{3}/gm)).toEqual(ids);
    const errors = await faultlog(['rules', '--severity', 'error', '-f', 'markdown']);
    expect(errors.printed).not.toContain('| warning |');
  });

  test('formats: everything that is read, with a sample; one by name', async () => {
    const { printed } = await faultlog(['formats']);
    for (const word of ['containers\n', 'gzip', 'framings\n', 'ftrace', 'dialects\n', 'intel-prq-report']) {
      expect(printed).toContain(word);
    }
    const one = await faultlog(['formats', 'gzip', '-f', 'json']);
    expect(JSON.parse(one.printed)).toMatchObject({ containers: [{ name: 'gzip' }] });
    expect((await faultlog(['formats', 'gzp'])).complained).toMatch(
      /^faultlog: there is no format 'gzp'\n {10}Did you mean gzip\? /,
    );
  });

  test('formats --probe says what a file looks like, and why', async () => {
    const { code, printed } = await faultlog(['formats', '--probe', 'twice.txt']);
    expect(code).toBe(0);
    expect(printed).toMatch(/^twice.txt: 66 of the first 78 lines read as ftrace, /);
    expect(printed).toContain('5 events of the dialect intel-prq-report\n');
    const json = await faultlog(['formats', '--probe', '-', '-f', 'json'], { input: twice });
    expect(JSON.parse(json.printed)).toMatchObject({
      bytes: Buffer.byteLength(twice),
      lines: 78,
      framings: { ftrace: expect.any(Number) },
    });
    expect((await faultlog(['formats', '--probe', 'missing.txt'])).code).toBe(2);
  });
});

describe('the command line', () => {
  test.each([
    [['chekc', 'a.txt'], /^faultlog: unknown command 'chekc'\n {10}Did you mean check\? /],
    [
      ['twice.txt'],
      "faultlog: 'twice.txt' is no command, but a file\n          Analyse it with faultlog check twice.txt\n",
    ],
    [[], /^faultlog: no command is named\n/],
    [['help', 'chekc'], "faultlog: there is no help on 'chekc'\n          faultlog --help lists all commands.\n"],
    [['explain'], /^faultlog: missing required argument 'rule'\n/],
    [['explain', 'FL210'], /^faultlog: there is no rule 'FL210'\n {10}Did you mean FL201\? /],
    [['explain', 'crossed-respnse'], /Did you mean crossed-response\? /],
    [['completion', 'tcsh'], /^faultlog: completion tcsh: unknown value\n {10}.*Choose bash, zsh or fish/],
    [['--hlep'], /^faultlog: unknown option '--hlep'\n {10}Did you mean --help\? /],
  ])('%j: two lines and 2', async (args, expected) => {
    const { code, printed, complained } = await faultlog(args);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained).toMatch(expected);
    expect(complained.trimEnd().split('\n')).toHaveLength(2);
  });

  test('help shows options, exit codes and examples; version is one line', async () => {
    const help = await faultlog(['check', '--help']);
    expect(help).toMatchObject({ code: 0, complained: '' });
    for (const word of ['--timeout <duration>', 'Exit codes:', 'Examples:']) expect(help.printed).toContain(word);
    expect((await faultlog(['--help'])).printed).toContain('Examples:');
    expect((await faultlog(['--version'])).printed).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  test('the help of every command shows how it is called', async () => {
    const { commands } = buildProgram(sampleSession(), { code: 0 });
    expect(commands.length).toBeGreaterThan(8);
    for (const command of commands) {
      const name = command.name();
      const { printed } = await faultlog([name, '--help']);
      expect(printed, name).toMatch(new RegExp(`\nExamples:\n(?:  .*\n)*  .*faultlog ${name}\\b`));
    }
  });
});
