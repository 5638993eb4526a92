/** A studio on a new project and a browser that looks at it, for tests. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Studio, startStudio } from 'deepflash';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** A loaded machine may take so long for one thing that is waited for, and for one test, in milliseconds. */
const WAIT = 150_000;
export const LONG = 450_000;

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const built = existsSync(new URL('../../dist/index.html', import.meta.url));

/** Why the pages cannot be tested here, if so. */
export const noBrowser =
  executablePath === undefined
    ? 'chromium is not installed'
    : built
      ? undefined
      : 'the pages are not built (npm run build)';

/** Where pictures of the pages are put, for people to look at. */
const shots = process.env.DEEPFLASH_SHOTS;

export interface StudioPage {
  readonly studio: Studio;
  /** Of the project. */
  readonly folder: string;
  readonly page: Page;
  /** What the browser complained of. */
  readonly faults: readonly string[];
  /** Waits until all that the page shows has arrived and is drawn. */
  painted(): Promise<void>;
  /** Goes to a page by its name in the navigation. */
  open(name: string): Promise<void>;
  /** Serious faults that axe finds on the page, light and dark, by rule; takes pictures of it where they are wanted. */
  look(name: string): Promise<string[]>;
  /** Takes pictures of the page, light and dark, where they are wanted. */
  shoot(name: string): Promise<void>;
  /** Asks the API for JSON. */
  ask<T>(path: string): Promise<T>;
  /** Closes the studio, and opens it again when something is done meanwhile. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath ?? '',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

/**
 * @param project name of the project, which is new
 * @param shared a browser that stays open when the page is closed; default: one of its own
 */
export async function openStudioPage(project: string, shared?: Browser): Promise<StudioPage> {
  const folder = join(mkdtempSync(join(tmpdir(), 'deepflash-')), project);
  let studio = await startStudio(folder);
  const browser = shared ?? (await openBrowser());
  const context: BrowserContext = await browser.newContext({
    ...{ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
  if (shots !== undefined) mkdirSync(shots, { recursive: true });

  async function painted(): Promise<void> {
    await page.waitForFunction(
      () => document.querySelector('[aria-busy="true"], [aria-label="loading"]') === null,
    );
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  async function inBoth(work: (scheme: 'dark' | 'light') => Promise<void>): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await painted();
      await work(colorScheme);
    }
  }

  async function picture(name: string): Promise<void> {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
  }

  return {
    ...{ folder, page, faults, painted },
    get studio() {
      return studio;
    },
    async open(name) {
      await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
      await painted();
    },
    async look(name) {
      const found: string[] = [];
      await inBoth(async (scheme) => {
        await picture(`${name}-${scheme}`);
        if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
        const faults = await page.evaluate(findFaults, scheme === 'dark' ? OF_COLOURS : null);
        found.push(...faults.map((fault) => `${scheme}: ${fault}`));
      });
      return found;
    },
    async shoot(name) {
      if (shots !== undefined) await inBoth((scheme) => picture(`${name}-${scheme}`));
    },
    async ask(path) {
      const response = await fetch(`http://127.0.0.1:${studio.port}/api/${path}`, {
        headers: { Authorization: `Bearer ${studio.token}` },
      });
      return response.json();
    },
    async restart(meanwhile) {
      await studio.close();
      await meanwhile();
      studio = await startStudio(folder);
      // As the command does, by which the browser gets the new key for all pages of this address.
      const opened = await context.newPage();
      await opened.goto(studio.address);
      await opened.close();
    },
    async close() {
      await (shared === undefined ? browser : context).close();
      await studio.close();
    },
  };
}

/** What is not the same in the dark: all else of a page is. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** Runs in the page. @param rules null: all */
async function findFaults(rules: readonly string[] | null): Promise<string[]> {
  const { axe } = globalThis as unknown as { axe: Axe };
  const { violations } = await axe.run({
    ...{ resultTypes: ['violations'], preload: false },
    ...(rules === null ? {} : { runOnly: { type: 'rule', values: rules } }),
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

interface Axe {
  run(options: object): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>;
}
