import { expect, test } from 'vitest';
import { attribute, elementsNamed, pageProblems, visibleText } from './page-problems.ts';
import { reportPage } from './report-page.ts';

/** Answers that no group asked for, each with a key of its own, of which the last is a second answer. */
function floodOf(answers: number): string {
  const lines = ['# tracer: nop', '#'];
  for (let index = 0; index < answers; index += 1) {
    const key = (index + 1).toString(16).padStart(3, '0');
    const time = `${1 + Math.floor(index / 1000)}.${String(index % 1000).padStart(3, '0')}000`;
    lines.push(
      `irq/24-53 [000] ..... ${time}: prq_report: dmar0/0000:01:00.0 seq# ${index + 1}: rid=0x100 addr=0x100 rw--l pasid=0x${key} index=0x1`,
      `test-164 [000] ..... ${time.slice(0, -1)}1: qi_submit: page_grp_resp dmar0: 0x${key}01000019 0x8 0x0 0x0`,
      `test-164 [000] ..... ${time.slice(0, -1)}2: qi_submit: page_grp_resp dmar0: 0x${key}01000019 0x8 0x0 0x0`,
    );
  }
  return `${lines.join('\n')}\n`;
}

test('ten thousand findings make a page of bounded size that says what it leaves out', async () => {
  const { page } = await reportPage(['-'], floodOf(4_000));
  const { page: larger } = await reportPage(['-'], floodOf(10_000));
  expect(pageProblems(larger)).toEqual([]);
  const articles = elementsNamed(larger, 'article').map((element) => attribute(element, 'class'));
  expect(articles).toHaveLength(20);
  const text = visibleText(larger);
  const counts = /(\d+) errors?/.exec(text);
  const left = [...text.matchAll(/… and (\d+) more FL102/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  const rows = elementsNamed(larger, 'caption').flatMap(({ childNodes: [node] }) =>
    node !== undefined && 'value' in node && /further finding/.test(node.value) ? Number.parseInt(node.value, 10) : [],
  );
  expect(rows).toEqual([400]);
  expect([counts?.[1], left + 400 + 20]).toEqual(['10000', 10_000]);
  // The same parts are shown of both: only numbers grow.
  expect(Math.abs(larger.length - page.length)).toBeLessThan(20_000);
  expect(larger.length).toBeLessThan(500_000);
});
