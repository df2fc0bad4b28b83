import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HOSTILE, hostileEvents, hostileKernelLog, hostileTrace } from '../hostile-captures.ts';
import { attribute, elementsNamed, pageProblems, visibleText } from './page-problems.ts';
import { reportPage, TWICE } from './report-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultlog-html-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a page', () => {
  test('says what check says, with the drawings', async () => {
    const { page } = await reportPage([TWICE]);
    const text = visibleText(page);
    expect(text).toContain('3 errors, 1 warning in 5 page-request groups');
    expect(text).toContain('5 answers: min 8.53 ms, p50 19.58 ms, p99 82.81 ms, max 82.81 ms');
    expect(text).toContain('complete: nothing lost, nothing unread, nothing open at the end');
    const articles = elementsNamed(page, 'article').map((element) => attribute(element, 'id'));
    expect(articles).toEqual(['finding-1', 'finding-2', 'finding-3', 'finding-4']);
    const drawings = elementsNamed(page, 'svg').flatMap((element) => attribute(element, 'aria-label') ?? []);
    expect(drawings).toEqual([
      'Sequence diagram of finding 1: 7 rows, also below as text',
      'Sequence diagram of finding 2: 7 rows, also below as text',
      'Sequence diagram of finding 3: 8 rows, also below as text',
      'Sequence diagram of finding 4: 7 rows, also below as text',
      'Timeline over 230.3 ms; 4 findings marked; the table below has the figures',
      'Histogram of the latency of all answers: min 8.53 ms, p50 19.58 ms, p90 82.81 ms, p99 82.81 ms, max 82.81 ms',
      'Histogram of the latency of host: 0000:01:00.0 PASID 1: min 8.53 ms, p50 15.06 ms, p90 26.18 ms, p99 26.18 ms, max 26.18 ms',
      'Histogram of the latency of host: 0000:01:00.0 PASID 2: min 82.81 ms, p50 82.81 ms, p90 82.81 ms, p99 82.81 ms, max 82.81 ms',
    ]);
  });

  test('is the same for the same capture, and goes into a file as a whole', async () => {
    const { page } = await reportPage([TWICE]);
    const path = join(folder, 'page.html');
    const { code, page: printed } = await reportPage([TWICE, '-o', path]);
    expect([code, printed]).toEqual([0, '']);
    expect(readFileSync(path, 'utf8')).toBe(page);
    expect(readdirSync(folder)).toEqual(['page.html']);
  });

  test('does not replace its input', async () => {
    const path = join(folder, 'trace.txt');
    writeFileSync(path, readFileSync(TWICE));
    const { code, complained } = await reportPage([path, '-o', path]);
    expect([code, complained]).toEqual([
      2,
      `faultlog: -o ${path} would replace the input\n          Name another file.\n`,
    ]);
    expect(readFileSync(path)).toEqual(readFileSync(TWICE));
    rmSync(path);
  });

  test('without drawings, of a part', async () => {
    const { page } = await reportPage([TWICE, '--no-ladder', '--pasid', '2']);
    expect(pageProblems(page)).toEqual([]);
    expect(elementsNamed(page, 'article').map((element) => attribute(element, 'id'))).toEqual(['finding-4']);
    expect(page).not.toContain('Sequence diagram');
    expect(visibleText(page)).toContain('Findings and figures of a part only: PASID 2.');
  });
});

describe('hostile log text', () => {
  const captures = { 'events.jsonl': hostileEvents(), 'dmesg.txt': hostileKernelLog(), 'trace.txt': hostileTrace() };

  test.each(Object.entries(captures))('is text: %s', async (name, capture) => {
    const path = join(folder, `<script>alert(1)<b>"' onload=x ${name}`);
    writeFileSync(path, capture);
    const config = join(folder, 'owners.json');
    const owners = HOSTILE.map((text, index) => ({ requester: text, pasid: index + 1, owner: `owner ${text}` }));
    writeFileSync(config, JSON.stringify({ owners }));
    const { code, page } = await reportPage(['--config', config, path]);
    expect(code).toBe(0);
    expect(pageProblems(page)).toEqual([]);
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
    expect(elementsNamed(page, 'img')).toEqual([]);
    expect(elementsNamed(page, 'style')).toHaveLength(1);
  });
});
