import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
/** Without those, a browser as root does not start, or asks for hosts of its own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const SKIPPED = existsSync(CHROMIUM) ? '' : ` (skipped: ${CHROMIUM} is not installed)`;

/** One browser for all pages, without a network. */
export class Browser {
  readonly #context: BrowserContext;
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.#context = context;
    this.#profile = profile;
  }

  static async start(): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), 'faultlog-chromium-'));
    const options = { executablePath: CHROMIUM, headless: true, args: FLAGS, offline: true };
    return new Browser(await chromium.launchPersistentContext(profile, options), profile);
  }

  async tab(width: number): Promise<Tab> {
    const page = await this.#context.newPage();
    await page.setViewportSize({ width, height: 900 });
    return new Tab(page, width);
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

/** Shows one page after the other, and keeps what they complain about and what they ask for. */
export class Tab {
  readonly page: Page;
  readonly #width: number;
  #said: string[] = [];

  constructor(page: Page, width: number) {
    this.page = page;
    this.#width = width;
    page.on('console', (message) => this.#said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.#said.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      this.#said.push(`dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => undefined);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) this.#said.push(`request: ${request.url()}`);
    });
  }

  /** Opens a file; returns what is wrong with how it opens: nothing for a good page. */
  async open(path: string): Promise<readonly string[]> {
    await this.page.goto(`file://${encodeURI(path)}`);
    const drawn = await this.page.evaluate<number>('document.documentElement.scrollWidth');
    const tooWide = drawn > this.#width ? [`${drawn} pixels wide at ${this.#width}`] : [];
    return [...this.said(), ...tooWide];
  }

  /** Since the last call. */
  said(): readonly string[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }
}
