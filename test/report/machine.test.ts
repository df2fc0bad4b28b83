import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EVENT_COLUMNS, GROUP_COLUMNS } from '../../src/format/columns.ts';
import { flatGroup } from '../../src/format/group-record.ts';
import { eventRowSchema } from '../../src/model/event-schema.ts';
import type { GroupRow } from '../../src/model/group.ts';
import { resultSchema } from '../../src/model/result.ts';
import { reportConcise } from '../../src/report/concise.ts';
import { csvHeader, csvLine } from '../../src/report/csv-rows.ts';
import { reportJson } from '../../src/report/json.ts';
import { reportJsonl } from '../../src/report/jsonl.ts';
import { checkRecordSchema } from '../../src/report/jsonl-schema.ts';
import { sampleFinding, sampleResult } from './sample-result.ts';

const STYLE = { colour: false, width: 100, isVerbose: false, isQuiet: false };
const crossed = sampleFinding({ consequences: [sampleFinding({ id: 'FL303' })] });
const result = sampleResult({ findings: [sampleFinding({ severity: 'note', id: 'FL902' }), crossed] });

describe('machine formats', () => {
  test('json is the result, whole', () => {
    const text = [...reportJson(result, STYLE)].join('');
    expect(resultSchema.parse(JSON.parse(text))).toEqual(result);
  });

  test('jsonl: inputs, findings, last the summary; the records hold the whole result', () => {
    const records = [...reportJsonl(result, STYLE)].map((line) => checkRecordSchema.parse(JSON.parse(line)));
    expect(records.map(({ type }) => type)).toEqual(['input', 'finding', 'finding', 'summary']);
    const { inputs: _, findings: __, ...summary } = result;
    expect(records.at(-1)).toEqual({ type: 'summary', ...summary });
  });

  test('concise names file, line and column; consequences follow their finding', () => {
    const rest = '0000:01:00.0 PASID 1 PRGI 1: the group was answered already, success, 0.5 ms before\n';
    expect([...reportConcise(result, STYLE)]).toEqual([
      `trace.txt:16:1: error FL102 ${rest}`,
      `trace.txt:16:1: error FL303 ${rest}`,
      `trace.txt:16:1: note FL902 ${rest}`,
    ]);
  });

  test('the CSV columns of events are the fields of their schema', () => {
    expect([...EVENT_COLUMNS]).toEqual(Object.keys(eventRowSchema.shape));
  });

  test('a group as a CSV line', () => {
    const row: GroupRow = {
      device: '0000:01:00.0',
      pasid: 1,
      prgi: 3,
      instance: 2,
      state: 'answered',
      code: 'success',
      requests: [
        { input: 0, line: 40, time: '41.5', last: false },
        { input: 0, line: 41, time: '41.6', last: true },
      ],
      response: { input: 1, line: 55, time: '41.7' },
      latencyNs: 100_000_000,
      owner: 'vm "3", big',
      findings: ['FL201', 'FL501'],
    };
    expect(csvHeader(GROUP_COLUMNS).trimEnd().split(',')).toEqual([...GROUP_COLUMNS]);
    expect(csvLine(flatGroup(row), GROUP_COLUMNS)).toBe(
      '0000:01:00.0,1,3,2,answered,success,,,2,0,40,41.5,0,41,41.6,1,55,41.7,,100000000,"vm ""3"", big",FL201 FL501\n',
    );
  });

  test('a cell that a spreadsheet would run is defused, a negative number is not', () => {
    expect(csvLine({ task: '=cmd|x', returnValue: -22 }, ['task', 'returnValue'])).toBe('"\'=cmd|x",-22\n');
  });

  test('the schemas can be written as JSON Schema', () => {
    for (const schema of [resultSchema, checkRecordSchema, eventRowSchema]) {
      expect(z.toJSONSchema(schema)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
    }
  });
});
