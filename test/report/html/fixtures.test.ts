import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileEvents, hostileKernelLog, hostileTrace } from '../hostile-captures.ts';
import { Browser, SKIPPED, type Tab } from './browser.ts';
import { pageProblems } from './page-problems.ts';
import { fixtureFiles, reportPage } from './report-page.ts';

const TWICE = 'pri-intel-handler-7.2.13/h02-answered-twice.txt';

/** Pages by the fixture's name, or a name of their own. */
const pages = new Map<string, string>();
const folder = mkdtempSync(join(tmpdir(), 'faultlog-pages-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  for (const file of fixtureFiles()) {
    const { code, page, complained } = await reportPage([file]);
    if (code !== 0) throw new Error(`${file}: exit ${code}: ${complained}`);
    pages.set(file, page);
  }
  const hostile = {
    'hostile events': hostileEvents(),
    'hostile log': hostileKernelLog(),
    'hostile trace': hostileTrace(),
  };
  for (const [name, text] of Object.entries(hostile)) pages.set(name, (await reportPage(['-'], text)).page);
}, 120_000);

test('the page of every fixture is valid and labelled, and refers to nothing outside', () => {
  expect(pages.size).toBeGreaterThan(300);
  const problems = [...pages].flatMap(([name, page]) => pageProblems(page).map((problem) => `${name}: ${problem}`));
  expect(problems).toEqual([]);
});

describe.skipIf(SKIPPED !== '')(`in Chromium${SKIPPED}`, () => {
  let browser: Browser;
  let tab: Tab;
  beforeAll(async () => {
    browser = await Browser.start();
    tab = await browser.tab(1280);
  });
  afterAll(() => browser.close());
  const path = join(folder, 'page.html');
  const write = (name: string, change = (page: string) => page): void => {
    const [, page] = [...pages].find(([known]) => known.endsWith(name)) ?? [];
    if (page === undefined) throw new Error(`no page ${name}`);
    writeFileSync(path, change(page));
  };

  test.each([1280, 390])('the page of every fixture opens in silence, and fits, at %i pixels', async (width) => {
    const problems: string[] = [];
    const queue = pages.entries();
    const work = async (number: number): Promise<void> => {
      const own = await browser.tab(width);
      const file = join(folder, `${width}-${number}.html`);
      for (const [name, page] of queue) {
        writeFileSync(file, page);
        problems.push(...(await own.open(file)).map((problem) => `${name}: ${problem}`));
      }
      await own.page.close();
    };
    await Promise.all([1, 2, 3].map(work));
    expect(problems).toEqual([]);
  });

  const INTRUDERS =
    '<script>console.log("ran")</script><img src="x" onerror="console.log(1)"><a id="trap" href="javascript:console.log(2)">x</a>';
  const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>/;

  test('the policy of the page stops what would get in', async () => {
    const saidBy = async (change: (page: string) => string): Promise<readonly string[]> => {
      write(TWICE, (page) => change(page).replace('<main', `${INTRUDERS}<main`));
      await tab.open(path);
      await tab.page.click('#trap');
      await tab.page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      return logged.splice(0);
    };
    const logged: string[] = [];
    tab.page.on('console', (message) => {
      if (message.type() === 'log') logged.push(message.text());
    });
    expect(await saidBy((page) => page)).toEqual([]);
    expect(await saidBy((page) => page.replace(POLICY, ''))).toEqual(['ran', '1', '2']);
  });

  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const judged = [TWICE, 'h08-handler-full.report.txt', '6.4-two-guests.ladder', 'hostile trace'];
  const RUN_AXE = `axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`;
  const judge = async (): Promise<readonly string[]> => {
    await tab.page.evaluate(axe);
    return tab.page.evaluate<readonly string[]>(RUN_AXE);
  };

  test.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('axe finds nothing: %s, %i pixels', async (colorScheme, width) => {
    await tab.page.emulateMedia({ colorScheme });
    await tab.page.setViewportSize({ width, height: 900 });
    for (const name of judged) {
      write(name);
      await tab.open(path);
      expect(await judge()).toEqual([]);
    }
    write(TWICE, (page) =>
      page.replaceAll('</caption>', '</caption><caption><img>').replace(/--faint: #\w+/g, '--faint: #777'),
    );
    await tab.open(path);
    expect(await judge()).not.toEqual([]);
  });

  test('with the keyboard: to the content, and a link into closed details opens them', async () => {
    write(TWICE);
    await tab.open(path);
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Enter');
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('content');
    await tab.page.focus('#finding-1 .more a');
    await tab.page.keyboard.press('Enter');
    expect(await tab.page.evaluate('document.querySelector("#rule-FL102").closest("details").open')).toBe(true);
  });
});
