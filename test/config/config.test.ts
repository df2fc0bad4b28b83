import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/base/errors.ts';
import { parseOwners } from '../../src/config/owners.ts';
import { parseConfig, parsePackageJson } from '../../src/config/parse-config.ts';
import { applyPolicy, toleratedFindings } from '../../src/config/policy.ts';
import { resultSchema } from '../../src/model/result.ts';
import { sampleFinding, sampleResult } from '../report/sample-result.ts';

const TODAY = new Date('2026-11-23T12:00:00Z');

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) return `${error.message}\n${error.hint ?? ''}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('configuration', () => {
  test('all members', () => {
    const config = {
      thresholds: { timeout: '2s', slow: '50ms', mergeWindow: '1.5 s', storm: 10 },
      severity: { FL306: 'note', FL401: 'off' },
      ignore: [{ rule: 'FL306', device: '01:00.0', pasid: 3, reason: 'known, being fixed', expires: '2026-12-31' }],
      tolerate: [{ rule: 'FL102', max: 2, per: '1h' }],
      inputs: [{ path: 'host.txt' }, { path: 'vm3.txt', lane: 'guest:vm3' }],
      lanes: { 'vm*.txt': 'guest' },
      owners: [{ requester: '01:00.0', pasid: 1, owner: 'vm3' }],
      kprobes: { my_probe: 'iommu_report_device_fault' },
    };
    expect(parseConfig(JSON.stringify(config), 'c.json')).toEqual(config);
  });

  test.each([
    ['{"treshold": {}}', "c.json: unknown key 'treshold'\nDid you mean thresholds? Known are "],
    [
      '{"thresholds": {"timeot": "1s"}}',
      "c.json: unknown key 'timeot' in thresholds\nDid you mean timeout? Known are timeout, slow, ",
    ],
    [
      '{"ignore": [{"rule": "FL102", "reson": "x"}]}',
      "c.json: unknown key 'reson' in ignore.0\nDid you mean reason? Known are rule, device, pasid, reason, expires.",
    ],
    [
      '{"ignore": [{"reason": "x"}]}',
      'c.json: ignore.0: name a rule, a device or a PASID: this would ignore everything',
    ],
    [
      '{"severity": {"FL101": "eror"}}',
      'c.json: severity.FL101: "eror" is none of error, warning, note, off\nDid you mean error? ',
    ],
    ['{"severity": {"FL1": "note"}}', 'c.json: severity.FL1: not a rule: give an id like FL301'],
    [
      '{"tolerate": [{"rule": "FL101", "max": 1, "per": "day"}]}',
      'c.json: tolerate.0.per: give capture, or a duration',
    ],
    ['{"tolerate": [{"rule": "FL101", "max": 1, "per": "0s"}]}', 'c.json: tolerate.0.per: a duration above 0'],
    ['{"offsets": {"gest": 1}}', 'c.json: offsets.gest: not a lane'],
    ['{"lanes": {"a": "gest"}}', 'c.json: lanes.a: not a lane'],
    [
      '{"owners": [{"requster": "a", "pasid": 1, "owner": "x"}]}',
      "c.json: unknown key 'requster' in owners.0\nDid you mean requester? ",
    ],
    ['{"owners": 5}', 'c.json: owners: Invalid input'],
    ['{"inputs": [{"path": "a", "lne": "guest"}]}', "c.json: unknown key 'lne' in inputs.0\nDid you mean lane? "],
    ['{"tables": [{"colums": {}}]}', "c.json: unknown key 'colums' in tables.0\nDid you mean columns? "],
    [
      '{"tables": [{"columns": {"pasd": "P"}}]}',
      "c.json: unknown key 'pasd' in tables.0.columns\nDid you mean pasid? ",
    ],
    [
      '{"tables": [{"columns": {"pasid": "P"}, "values": {"kin": {}}}]}',
      "unknown key 'kin' in tables.0.values\nDid you mean kind? ",
    ],
    ['{"kprobes": {"a": 5}}', 'c.json: kprobes.a: expected string, received number'],
    ['{"thresholds": {"timeout": "10"}}', 'c.json: thresholds.timeout: not a duration: give a number with a unit'],
    ['{"thresholds": {"timeout": "0s"}}', 'c.json: thresholds.timeout: a duration above 0'],
    ['{"severity": {"FL999": "fatal"}}', 'c.json: severity.FL999: '],
    ['{"ignore": [{"rule": "FL102"}]}', 'c.json: ignore.0.reason is missing'],
    ['{"ignore": [{"reason": "x", "expires": "soon"}]}', 'c.json: ignore.0.expires: '],
    ['{"inputs": [{"path": "a", "lane": "device"}]}', 'c.json: inputs.0.lane: not a lane'],
    ['[]', 'c.json: the file: '],
    ['{', 'c.json is not JSON: '],
  ])('%s is refused', (text, expected) => {
    expect(refusal(() => parseConfig(text, 'c.json'))).toContain(expected);
  });

  test('a package.json is a configuration only by its member', () => {
    expect(parsePackageJson('{"name": "faultlog", "bin": {"faultlog": "x"}}', 'package.json')).toBeUndefined();
    expect(parsePackageJson('{"faultlog": {"owners": "o.csv"}}', 'package.json')).toEqual({ owners: 'o.csv' });
    expect(refusal(() => parsePackageJson('{"faultlog": {"owner": 1}}', 'p.json'))).toMatch(
      /^p.json \(faultlog\): unknown key 'owner'\nDid you mean owners\?/,
    );
  });
});

describe('owners', () => {
  test('columns in any order, comments, blank lines, short device names, hexadecimal PASIDs', () => {
    const text =
      '\uFEFFowner,requester,pasid,guestPasid\n# a comment\nvm3,01:00.0,0x1,7\n\n"vm4, big",0000:01:00.0,2,\r\n';
    expect(parseOwners(text, 'o.csv')).toEqual([
      { device: '0000:01:00.0', pasid: 1, owner: 'vm3', guestPasid: 7 },
      { device: '0000:01:00.0', pasid: 2, owner: 'vm4, big' },
    ]);
  });

  test.each([
    ['requester,pasid,owner,pasid\n', "o.csv: the column 'pasid' is there twice"],
    ['requester,pasid\n', "o.csv: the column 'owner' is missing"],
    ['', "o.csv: the column 'requester' is missing"],
    ['requester,pasid,ower\n', "o.csv: unknown column 'ower'\nDid you mean owner? The columns are"],
    ['requester,pasid,owner\n01:00.0,1\n', 'o.csv: row 2 has 2 cells, the header has 3'],
    ['requester,pasid,owner\n01:00.0,,vm3\n', 'o.csv: row 2: pasid: '],
    ['requester,pasid,owner\n01:00.0,x,vm3\n', 'o.csv: row 2: pasid: '],
    ['requester,pasid,owner\n01:00.0,1,\n', 'o.csv: row 2: owner: '],
    [
      'requester,pasid,owner\n01:00.0,1,a\n0000:01:00.0,0x1,b\n',
      'o.csv: 0000:01:00.0 PASID 1 is there twice, for a and b',
    ],
    [
      'requester,pasid,owner,guestPasid\n01:00.0,1,a,7\n01:00.0,2,a,7\n',
      'o.csv: 0000:01:00.0 guest PASID 7 of a is there twice, for PASID 1 and 2',
    ],
  ])('%j is refused', (text, expected) => {
    expect(refusal(() => parseOwners(text, 'o.csv'))).toContain(expected);
  });
});

describe('policy', () => {
  const findings = [
    sampleFinding({ id: 'FL306', severity: 'warning', pasid: 3 }),
    sampleFinding({ id: 'FL306', severity: 'warning', pasid: 4 }),
    sampleFinding({ id: 'FL102', consequences: [sampleFinding({ id: 'FL303' })] }),
  ];
  const result = sampleResult({ findings });

  test('nothing configured leaves the result alone', () => {
    expect(applyPolicy(result, {}, TODAY)).toEqual({ result, ignored: [], expired: [] });
  });

  test('severity changes findings and counts; off takes them out', () => {
    const outcome = applyPolicy(result, { severity: { FL306: 'note', FL102: 'off' } }, TODAY).result;
    expect(outcome.findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual(['FL306 note', 'FL306 note']);
    expect(outcome.counts.findings).toEqual({ error: 0, warning: 0, note: 2 });
    expect(outcome.counts.consequences).toBe(0);
    expect(outcome.ignored).toEqual({ FL102: 1 });
    expect(resultSchema.safeParse(outcome).success).toBe(true);
  });

  test('a matcher ignores where all of its fields fit, until the day it expires', () => {
    const ignore = [{ rule: 'FL306', device: '01:00.0', pasid: 3, reason: 'known', expires: '2026-11-23' }];
    const today = applyPolicy(result, { ignore }, TODAY);
    expect(today.result.findings.map(({ pasid }) => pasid)).toEqual([4, 1]);
    expect(today.result.counts.byRule).toEqual({ FL306: 1, FL102: 1 });
    expect(today.ignored).toEqual([{ finding: findings[0], matcher: ignore[0] }]);
    const tomorrow = applyPolicy(result, { ignore }, new Date('2026-11-24T00:00:00Z'));
    expect(tomorrow.result.findings).toHaveLength(3);
    expect(tomorrow.expired).toEqual(ignore);
  });

  test('tolerate: up to a number in the capture', () => {
    const tolerated = (max: number) => [...toleratedFindings(result, [{ rule: 'FL306', max, per: 'capture' }])];
    expect(tolerated(2)).toEqual(findings.slice(0, 2));
    expect(tolerated(1)).toEqual([]);
  });

  test('tolerate: up to a number in any window of a length', () => {
    const at = (...times: string[]) => sampleResult({ findings: times.map((time) => sampleFinding({ time })) });
    const size = (capture: ReturnType<typeof at>, max: number) =>
      toleratedFindings(capture, [{ rule: 'FL102', max, per: '10s' }]).size;
    expect(size(at('1.0', '11.0', '21.5'), 1)).toBe(3);
    expect(size(at('1.0', '10.9', '21.5'), 1)).toBe(0);
    expect(size(at('1.0', '10.9', '21.5'), 2)).toBe(3);
    expect(size({ ...at('1.0'), omitted: { FL102: 5 } }, 1)).toBe(0);
  });
});
