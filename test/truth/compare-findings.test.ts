import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { compareFindings } from './compare-findings.ts';
import type { ExpectedFinding } from './expected.ts';

const duplicate: ExpectedFinding = {
  id: 'FL102',
  severity: 'error',
  certainty: ['certain'],
  device: '0000:01:00.0',
  pasid: 1,
  prgi: 3,
  lines: [29],
  count: 1,
  why: 'answered twice',
};
const flood: ExpectedFinding = {
  id: 'FL203',
  severity: 'error',
  certainty: ['certain'],
  device: '0000:01:00.0',
  pasid: 1,
  count: 192,
  why: 'reuse',
};
const late: ExpectedFinding = {
  id: ['FL301', 'FL501'],
  severity: ['error', 'warning'],
  certainty: ['certain'],
  prgi: 5,
  count: 1,
  max: 2,
  open: 'either',
  why: 'late',
};

function finding(id: string, parts: Partial<Finding>): Finding {
  return {
    id,
    name: 'a-rule',
    severity: 'error',
    certainty: 'certain',
    message: 'said',
    device: '0000:01:00.0',
    pasid: 1,
    fingerprint: '0',
    evidence: [],
    ...parts,
  };
}

const evidence = (line: number): Finding['evidence'] => [{ input: 0, line, offset: 0, role: 'response', text: '' }];
const twice = finding('FL102', { prgi: 3, evidence: evidence(29) });
const reuse = finding('FL203', { count: 192 });

describe('comparing findings', () => {
  it('accepts what is expected', () => {
    expect(compareFindings([flood, duplicate], [twice, reuse])).toEqual([]);
  });
  it('sees one too few', () => {
    expect(compareFindings([duplicate], [])).toEqual([
      'too few: 1 of FL102 error certain 0000:01:00.0/1/3 lines 29: answered twice',
    ]);
  });
  it('sees one too many', () => {
    expect(compareFindings([duplicate], [twice, twice])).toHaveLength(1);
  });
  it('sees another line, certainty or severity', () => {
    const others = [
      { ...twice, evidence: evidence(30) },
      { ...twice, certainty: 'likely' as const },
      { ...twice, severity: 'warning' as const },
    ];
    for (const other of others) expect(compareFindings([duplicate], [other])).toHaveLength(2);
  });
  it('counts what a finding folds', () => {
    const parts = [finding('FL203', { count: 190 }), finding('FL203', { prgi: 1 }), finding('FL203', { prgi: 2 })];
    expect(compareFindings([flood], parts)).toEqual([]);
    expect(compareFindings([flood], [finding('FL203', { count: 193 })])).toEqual([
      'too many: 1 × FL203 error certain 0000:01:00.0/1/- lines : said',
    ]);
  });
  it('admits each reading of an open case, and not none', () => {
    const missing = finding('FL301', { prgi: 5 });
    const slow = finding('FL501', { prgi: 5, severity: 'warning' });
    for (const reading of [[missing], [slow], [missing, slow]]) expect(compareFindings([late], reading)).toEqual([]);
    expect(compareFindings([late], [])).toHaveLength(1);
  });
  it('finds what stands under its cause, and ignores notes', () => {
    const cause = finding('FL201', { severity: 'note', consequences: [twice] });
    expect(compareFindings([duplicate], [cause])).toEqual([]);
  });
});
